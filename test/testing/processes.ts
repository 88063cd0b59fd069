/**
 * Which processes there are, as Linux shows them in /proc (proc(5)).
 *
 * Touches the world: reads /proc.
 */
import { readdirSync, readFileSync } from 'node:fs'

/** Whether a process runs. A zombie does not: it has ended, and its parent has not waited for it yet. */
export function isAlive(pid: number): boolean {
  try {
    return stateOf(pid) !== 'Z'
  } catch {
    return false // no such file, no such process
  }
}

/** Whether all threads of a process are stopped (SIGSTOP). kill(2) returns before they do: each stops when it gets its next turn. */
export function isStopped(pid: number): boolean {
  return readdirSync(`/proc/${pid}/task`).every(thread => {
    try {
      return stateOf(`${pid}/task/${thread}`) === 'T'
    } catch {
      return true // this one has ended meanwhile
    }
  })
}

/** The processes that have `mark` in their arguments or their environment. */
export function processesWith(mark: string): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => pid !== process.pid && isAlive(pid) && mentions(pid, mark))
}

function mentions(pid: number, mark: string): boolean {
  try {
    return ['cmdline', 'environ'].some(file => readFileSync(`/proc/${pid}/${file}`, 'latin1').includes(mark))
  } catch {
    return false // it has ended meanwhile
  }
}

/** The letter after the name, which is in parentheses and may hold anything. */
function stateOf(pid: number | string): string | undefined {
  return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.[0]
}
