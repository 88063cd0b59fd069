/**
 * Many deadlines, one timer: four times a second, everything whose deadline has passed is told so. To set a deadline is
 * then only to write a number.
 *
 * Read beside: timeouts.ts (how long each may be)
 * Pure: the clock comes in, and calls back.
 */
import type { Clock } from '#shared/clock.ts'

export interface Expiring {
  /** On the clock's `now()`; Infinity for none. */
  deadline: number
  /** Called when the deadline has passed, at most 250 ms late. */
  expired(): void
}

const SWEEP_MS = 250

export class Deadlines {
  readonly #clock: Clock
  readonly #members = new Set<Expiring>()
  #timer: { cancel(): void }

  constructor(clock: Clock) {
    this.#clock = clock
    this.#timer = this.#schedule()
  }

  add(member: Expiring): void {
    this.#members.add(member)
  }

  delete(member: Expiring): void {
    this.#members.delete(member)
  }

  stop(): void {
    this.#timer.cancel()
  }

  #schedule(): { cancel(): void } {
    return this.#clock.after(SWEEP_MS, () => {
      const now = this.#clock.now()
      for (const member of this.#members) if (member.deadline <= now) member.expired()
      this.#timer = this.#schedule()
    })
  }
}
