/**
 * Many deadlines, one timer: ten times a second, everything whose deadline has passed is ended. To set a deadline is then
 * only to write a number.
 *
 * When this process did not run for a while (it was stopped, or busy), octets of the peers wait to be read. So a late sweep ends
 * only what had expired before the delay; the rest is checked again after these octets have been read.
 *
 * Read beside: timeouts.ts (how long each may be)
 * Pure: the clock comes in, and calls back.
 */
import type { Clock } from '#shared/clock.ts'

export interface Expiring {
  /** On the clock's `now()`; Infinity for none. */
  deadline: number
  /** Called when the deadline has passed, about 100 ms late at most. */
  expired(): void
}

const SWEEP_MS = 100
/** A sweep that is later than this, in milliseconds, shows that the process did not run. */
const DELAY_MS = 50
/** The process was stopped, or so busy that clients may have given up, in milliseconds. */
const STALL_MS = 500
/** What clients sent during a stall has been read this long after it, in milliseconds. */
const AFTER_STALL_MS = 1_000

export class Deadlines {
  readonly #clock: Clock
  readonly #members = new Set<Expiring>()
  #timer: { cancel(): void }
  #due = 0
  #stalledUntil = Number.NEGATIVE_INFINITY

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

  /** Whether this process has just been stopped for so long that its clients may have given up meanwhile. */
  get stalled(): boolean {
    const now = this.#clock.now()
    return now - this.#due > STALL_MS || now < this.#stalledUntil
  }

  #schedule(): { cancel(): void } {
    this.#due = this.#clock.now() + SWEEP_MS
    return this.#clock.after(SWEEP_MS, () => {
      this.#sweep()
      this.#timer = this.#schedule()
    })
  }

  #sweep(): void {
    const now = this.#clock.now()
    const late = now - this.#due
    if (late > STALL_MS) this.#stalledUntil = now + AFTER_STALL_MS
    const limit = late > DELAY_MS ? this.#due : now
    for (const member of this.#members) if (member.deadline <= limit) member.expired()
  }
}
