/**
 * An even pace: so many tickets a second, however many are waiting.
 *
 * Each batch reserves its time and waits for it. A pause before a batch is not made up for afterwards: a burst after a quiet minute is
 * written at the same pace.
 *
 * Read beside: recorder.ts
 * Pure: counts; the time comes in.
 */
export class Pace {
  readonly #perSecond: number
  /** From when on the next batch may begin, in milliseconds. */
  #free = 0

  /** @param perSecond tickets a second, all lanes together */
  constructor(perSecond: number) {
    this.#perSecond = perSecond
  }

  /** Reserves time for a batch. @param now milliseconds of a clock that does not go back @returns how long to wait before it, in milliseconds */
  reserve(count: number, now: number): number {
    const begin = Math.max(now, this.#free)
    this.#free = begin + (count / this.#perSecond) * 1000
    return begin - now
  }
}
