/**
 * Work in steps: a generator that yields wherever something else may be done in between. A zone of 100,000 names takes most of a
 * second to read, and nobody's query should wait for that because somebody saved a file.
 *
 * Read beside: check.ts, load.ts (whose work it is), watch.ts (which does it in slices)
 * Pure but for the turns of the event loop that it takes: opens nothing.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'

export type Steps<T> = Generator<void, T>

/** Steps in one turn of the event loop: a fraction of a millisecond, as a turn answers 32 datagrams at most. */
const SLICE = 64

/** Does all of it now. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

/** Does it in slices, between which queries are answered. */
export async function inSlices<T>(steps: Steps<T>): Promise<T> {
  for (;;) {
    for (let i = 0; i < SLICE; i++) {
      const { done, value } = steps.next()
      if (done) return value
    }
    await nextTurn()
  }
}
