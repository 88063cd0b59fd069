/**
 * Seeded random numbers: a test that failed once can be repeated.
 *
 * Read beside: xorshift32 (G. Marsaglia, "Xorshift RNGs", 2003)
 * Pure: a seed in, numbers out.
 */
export class SeededNumbers {
  #state: number

  /** @param seed any whole number but 0 */
  constructor(seed: number) {
    this.#state = seed | 0 || 1
  }

  /** 0…2^32−1 */
  u32(): number {
    let x = this.#state
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.#state = x
    return x >>> 0
  }

  /** 0…count−1 */
  below(count: number): number {
    return this.u32() % count
  }

  /** True once in `count` times. */
  oneIn(count: number): boolean {
    return this.below(count) === 0
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }

  octets(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)))
  }
}
