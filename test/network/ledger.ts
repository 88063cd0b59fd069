/**
 * The ledger of a trial: which writes were acknowledged, and so what may be read afterwards.
 *
 * Each person writes a number into the own row of the table `users`, each time one higher, one write after the other. A response of 200
 * to write 7 is a promise: from now on, every read has to return 7 or more. A write without such a response may have happened or not, so
 * all numbers up to the highest that was sent are possible.
 *
 *   floor    the highest number that was acknowledged
 *   ceiling  the highest number that was sent
 *
 * Read beside: visitors.ts (the requests), trial.ts (the report)
 * Pure: numbers in, a verdict out.
 */

export class Ledger {
  #floor = 0
  #ceiling = 0

  /** The lowest number that a read which begins now may return. */
  get floor(): number {
    return this.#floor
  }

  /** @returns the number to write */
  begin(): number {
    return ++this.#ceiling
  }

  acknowledge(written: number): void {
    this.#floor = Math.max(this.#floor, written)
  }

  /** @param floor as it was when the read began */
  allows(read: number, floor: number): boolean {
    return read >= floor && read <= this.#ceiling
  }

  /** How many acknowledged writes are missing when `read` is found at the end. An older number in place of a newer one counts, too. */
  lost(read: number): number {
    return Math.max(0, this.#floor - read)
  }
}
