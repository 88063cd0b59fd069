/**
 * Random numbers from a seed: the same text gives the same numbers, so that a grade can be repeated.
 *
 * Pure.
 */

/** A generator with 32 bits of state (mulberry32). @returns a function with 0 ≤ result < 1 */
export function randomFrom(seed: string): () => number {
  let state = 0x811c9dc5
  for (const character of seed) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A whole number from `least` to `most`, both included. */
export function integer(random: () => number, least: number, most: number): number {
  return least + Math.floor(random() * (most - least + 1))
}

/** One of the values. */
export function oneFrom<T>(random: () => number, values: readonly T[]): T {
  return values[integer(random, 0, values.length - 1)] as T
}
