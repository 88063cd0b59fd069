/**
 * A stopwatch that stands still while the machine has no time for this process: a bound on it says something about the program
 * that is waited for, and nothing about who else was busy on the machine.
 *
 * Touches nothing but the clock.
 */

const TICK_MS = 10
/** What a tick counts for at most. A later one means that nobody here could run in between. */
const TICK_COUNTS_MS = 3 * TICK_MS

/** Starts it. @returns a function that reads it, in milliseconds, and stops it */
export function stopwatch(): () => number {
  let elapsed = 0
  let last = performance.now()
  const count = () => {
    const now = performance.now()
    elapsed += Math.min(now - last, TICK_COUNTS_MS)
    last = now
  }
  const ticking = setInterval(count, TICK_MS)
  return () => {
    clearInterval(ticking)
    count()
    return elapsed
  }
}
