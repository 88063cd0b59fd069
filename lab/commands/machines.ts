/**
 * `status`, `stop`, `start`, `pause`, `resume`, `reset`, `down`: commands that a running lab carries out.
 *
 * Read beside: ../control-client.ts
 * Touches the world: asks over the control socket; sends signals to a launcher that does not answer; `reset` without a lab removes its data.
 */
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { controlRecord, type LabStatus, NotRunning, order, statusOf } from '../control-client.ts'
import { wipe } from '../folder.ts'
import { statusTable } from '../guide.ts'
import type { Progress } from '../progress.ts'
import type { CommandContext, LabCommand } from './lab-command.ts'

export const status: LabCommand = {
  accepts: args => args.length === 0,
  run: async (_, context) => show(await statusOf(context.folder), context),
}

/** `stop NAME`, `start NAME`, `pause NAME` and `resume NAME`. For `stop` and `start` the name may be that of an application. */
export function power(verb: 'stop' | 'start' | 'pause' | 'resume'): LabCommand {
  return {
    accepts: args => args.length === 1,
    run: async ([name = ''], context) =>
      show(await order(context.folder, `/${verb}?name=${encodeURIComponent(name)}`), context),
  }
}

/** A lab that does not run is reset too: its data is removed. */
export const reset: LabCommand = {
  accepts: args => args.length === 0,
  run: async (_, context) => {
    const { folder, json, print } = context
    try {
      return show(await order(folder, '/reset', progressTo(context)), context)
    } catch (error) {
      if (!(error instanceof NotRunning)) throw error
      wipe(folder)
      print(
        json
          ? JSON.stringify({ components: [] })
          : 'zonas, usuários e sessões apagados · zones, users and sessions removed; npm start',
      )
      return 0
    }
  },
}

const LOOK_MS = 50

/** Ends the lab of this folder, also when the terminal of `npm start` is lost or the launcher has been stopped with Ctrl-Z. */
export const down: LabCommand = {
  accepts: args => args.length === 0,
  run: async (_, context) => {
    const { folder, json, print } = context
    const pid = await pidOf(folder)
    try {
      await order(folder, '/down', progressTo(context))
    } catch (error) {
      if (!(error instanceof NotRunning)) wake(pid)
    }
    while (isLauncher(pid)) await pause(LOOK_MS)
    print(json ? JSON.stringify({ stopped: pid }) : 'tudo desligado · all stopped')
    return 0
  },
}

/** @throws NotRunning */
async function pidOf(folder: string): Promise<number> {
  try {
    return (await statusOf(folder)).pid
  } catch (error) {
    const pid = controlRecord(folder)?.pid
    if (error instanceof NotRunning || pid === undefined || !isLauncher(pid)) throw error
    return pid
  }
}

function wake(pid: number): void {
  if (!isLauncher(pid)) return
  for (const signal of ['SIGTERM', 'SIGCONT'] as const) process.kill(pid, signal)
}

/** Another process may have the number of a launcher that has ended. */
function isLauncher(pid: number): boolean {
  try {
    const [, state] = /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1')) ?? []
    return state !== 'Z' && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('lab/main.ts')
  } catch {
    return false // it has ended
  }
}

function progressTo({ note }: CommandContext): (progress: Progress) => void {
  return ({ done, total, what }) => note(`${`${done}`.padStart(3)} de · of ${total}  ${what}`)
}

function show(status: LabStatus, { json, print }: CommandContext): number {
  print(json ? JSON.stringify(status) : statusTable(status.components, Date.now()))
  return 0
}
