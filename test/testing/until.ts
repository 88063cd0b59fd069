/**
 * Waiting for something that happens in another process: asked again and again, with a limit and a name for what was awaited.
 *
 * Touches nothing but the clock.
 */
import { setTimeout as pause } from 'node:timers/promises'

/**
 * How long tests wait for something that must happen, in milliseconds. A machine with much other work needs ten times as long as a quiet one; a
 * test that waits until this limit has failed.
 */
export const PATIENCE_MS = 120_000
const PAUSE_MS = 25

/** @throws Error that names what did not happen in time */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  limitMs = PATIENCE_MS,
): Promise<void> {
  const deadline = performance.now() + limitMs
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within ${limitMs} ms: ${what}`)
    await pause(PAUSE_MS)
  }
}
