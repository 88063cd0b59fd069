/**
 * Work in slices: a generator that yields wherever other work may be done in between. Reading a zone of 100,000 names takes most of a
 * second, and queries must not wait for that when a file is saved.
 *
 * Read beside: check.ts, zone-files.ts (the work), watch.ts (which does it in slices)
 * Pure except for using turns of the event loop: opens nothing.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'

export type Sliced<T> = Generator<void, T>

/** Steps in one turn of the event loop: a fraction of a millisecond, because a turn answers at most 32 datagrams. */
const SLICE = 64

/** Does all the work now. */
export function runAtOnce<T>(work: Sliced<T>): T {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
  }
}

/** Does the work in slices; queries are answered in between. */
export async function runInSlices<T>(work: Sliced<T>): Promise<T> {
  for (;;) {
    for (let i = 0; i < SLICE; i++) {
      const { done, value } = work.next()
      if (done) return value
    }
    await nextTurn()
  }
}
