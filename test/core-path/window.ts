/**
 * Loaded into each process of a measured lab before its program (`node --import`): counts the lines that run within a window of time.
 *
 * SIGUSR2 opens the window: what ran before is discarded, and timers no longer fire, so that health checks and other periodic work
 * stay out of the figures; it is open when nothing runs any more. The next SIGUSR2 closes it: the coverage is written to `<pid>.closed1`, and the timers fire. A second window
 * is written to `<pid>.closed2`. Of a program that ends by itself (CORE_PATH_WHOLE=1) the whole run counts.
 *
 * Read beside: measure.ts (which sends the signals), the Profiler domain of the Chrome DevTools Protocol
 * Touches the world: replaces setTimeout and setInterval; writes files.
 */
import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector'
import { join } from 'node:path'
import type { ScriptCounts } from './lines.ts'

const SILENCE_MS = 250

const { CORE_PATH_FOLDER = '.', CORE_PATH_WHOLE } = process.env
const session = new Session()
session.connect()
session.post('Profiler.enable')
session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })

let open = false
let windows = 0
const held: (() => void)[] = []

/** A callback that is kept back while the window is open. */
function gated<Args extends unknown[]>(callback: (...args: Args) => void): (...args: Args) => void {
  return (...args) => {
    if (open) held.push(() => callback(...args))
    else callback(...args)
  }
}

const { setTimeout: realTimeout, setInterval: realInterval } = globalThis
Object.assign(globalThis, {
  setTimeout: (callback: () => void, ms?: number, ...args: []) => realTimeout(gated(callback), ms, ...args),
  setInterval: (callback: () => void, ms?: number, ...args: []) => realInterval(gated(callback), ms, ...args),
})

/** The coverage since the last call; counting begins anew. The inspector of the same thread calls back before post() returns. */
function take(): readonly ScriptCounts[] {
  let counts: readonly ScriptCounts[] = []
  session.post('Profiler.takePreciseCoverage', (_, coverage) => {
    counts = coverage.result
  })
  return counts
}

function write(name: string): void {
  writeFileSync(join(CORE_PATH_FOLDER, name), JSON.stringify(take()))
}

const ranSomething = ({ url, functions }: ScriptCounts) =>
  url.startsWith('file:') &&
  !url.includes('/node_modules/') &&
  url !== import.meta.url &&
  functions.some(({ ranges }) => (ranges[0]?.count ?? 0) > 0)

/** Resolves when nothing of this project ran for a while: a health check that was under way has ended. */
async function silence(): Promise<void> {
  take()
  do await new Promise(resolve => realTimeout(resolve, SILENCE_MS))
  while (take().some(ranSomething))
}

if (CORE_PATH_WHOLE !== undefined) process.on('exit', () => write(`${process.pid}.closed0`))
else {
  process.on('SIGUSR2', async () => {
    open = !open
    if (open) {
      windows++
      await silence()
      write(`${process.pid}.opened${windows}`)
      return
    }
    // What follows a response that has just been sent still belongs to it.
    await new Promise(resolve => realTimeout(resolve, SILENCE_MS))
    write(`${process.pid}.closed${windows}`)
    for (const callback of held.splice(0)) callback()
  })
}
