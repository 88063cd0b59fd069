/**
 * A process group to its end: a script may end before what it has started.
 *
 * Read beside: child.ts (each component is a group of its own), setpgid(2), proc(5)
 * Touches the world: kills; reads /proc.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

const LOOK_MS = 10
/** A process that waits for a disk ends when the disk has answered. It is not waited for longer than this. */
const PATIENCE_MS = 5_000

/** Kills what is left of a group whose leader has just ended. Resolves when none of its processes runs any more. @param group 0: none */
export async function endGroup(group: number): Promise<void> {
  if (group === 0) return // kill(2) would take it for our own group
  for (let waited = 0; waited < PATIENCE_MS && kill(group) && runs(group); waited += LOOK_MS) await pause(LOOK_MS)
}

/** @returns whether the group has a process, also a zombie that has ended and whose parent has not waited for it */
function kill(group: number): boolean {
  try {
    return process.kill(-group, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

function runs(group: number): boolean {
  return readdirSync('/proc').some(name => /^\d+$/.test(name) && isRunningMember(name, group))
}

function isRunningMember(pid: string, group: number): boolean {
  try {
    // The name is in parentheses and may hold anything; after it come the state, the parent and the group.
    const [state, , its] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? []
    return Number(its) === group && state !== 'Z'
  } catch {
    return false // it has ended meanwhile
  }
}
