/**
 * Random numbers from a seed: the same test every time.
 *
 * Read beside: fuzz.ts, ../throttle/throttle.test.ts
 * Pure: a seed in, numbers out.
 */

/** Each call returns the next number, from 0 (included) to 1 (excluded). */
export type RandomNumbers = () => number

/** mulberry32 (Tommy Ettinger, public domain). */
export function seeded(seed: number): RandomNumbers {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
