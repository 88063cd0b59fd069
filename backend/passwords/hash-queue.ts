/**
 * A queue for expensive work that is limited by the expected wait: the number of requests before it, times the measured time of one.
 *
 * Read beside: hasher.ts (its work)
 * Pure: calls the functions that it is given.
 */
import type { Clock } from '#shared/clock.ts'
import { Abandoned, Refusal } from '../refusal.ts'

/** A request in the queue. */
export interface Waiter {
  /** Whether its client has closed the connection: then the result is not needed. */
  readonly abandoned: boolean
}

interface Waiting {
  readonly waiter: Waiter
  readonly begin: (error?: Error) => void
}

/** Milliseconds that one hash takes, until the first one has been measured. */
const FIRST_GUESS = 50
/** The share of the last measurement in the average: a change of the pace shows after a few hashes. */
const WEIGHT = 0.2

export class HashQueue {
  readonly #concurrency: number
  readonly #longestWait: number
  readonly #clock: Clock
  readonly #waiting: Waiting[] = []
  #running = 0
  /** The moving average of the time that one hash takes, in milliseconds. */
  #pace = FIRST_GUESS

  /** @param concurrency how many run at the same time @param longestWait the longest expected wait, in milliseconds */
  constructor(concurrency: number, longestWait: number, clock: Clock) {
    this.#concurrency = concurrency
    this.#longestWait = longestWait
    this.#clock = clock
  }

  get load(): { running: number; waiting: number } {
    return { running: this.#running, waiting: this.#waiting.length }
  }

  /** Does the work when it is its turn. @throws Refusal 503 when it would have to wait too long; Abandoned */
  async run<T>(waiter: Waiter, work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#concurrency) this.#running++
    else await this.#wait(waiter)
    const started = this.#clock.now()
    try {
      return await work()
    } finally {
      this.#pace += WEIGHT * (this.#clock.now() - started - this.#pace)
      this.#handOver()
    }
  }

  /** Resolves when another one hands its place over. */
  async #wait(waiter: Waiter): Promise<void> {
    const expected = ((this.#waiting.length + 1) * this.#pace) / this.#concurrency
    if (expected > this.#longestWait) {
      const seconds = String(Math.ceil(expected / 1000))
      throw new Refusal(503, `too many passwords are being checked; try again in ${seconds} s`, {
        headers: ['Retry-After', seconds],
      })
    }
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ waiter, begin: error => (error ? reject(error) : resolve()) })
    })
  }

  /** The first one whose client still waits begins; those before it leave the queue. */
  #handOver(): void {
    for (let first = this.#waiting.shift(); first; first = this.#waiting.shift()) {
      if (!first.waiter.abandoned) {
        first.begin()
        return
      }
      first.begin(new Abandoned())
    }
    this.#running--
  }
}
