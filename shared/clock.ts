/**
 * Clocks: time as an argument, so that what decides by time can be tested without waiting.
 *
 * Read beside: any file that takes a `Clock`
 * Touches the world: `systemClock` reads the machine's clocks; `FakeClock` moves only when a test calls `advance`.
 */
// Not the global of the same name: that is a getter, which costs as much as reading the clock.
import { performance } from 'node:perf_hooks'

export interface Clock {
  /** Milliseconds that never go back; only differences mean something. */
  now(): number
  /** Milliseconds since 1970, as people and certificates count. May jump. */
  epoch(): number
  /** Calls back once, `ms` from now, at most 24.8 days. A pending timer does not keep the process alive. */
  after(ms: number, callback: () => void): { cancel(): void }
}

/** A longer setTimeout fires after 1 ms: a TTL of 68 years (RFC 2181 §8) must not become a busy loop. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => performance.now(),
  epoch: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(ms, LONGEST_TIMER_MS)).unref()
    return { cancel: () => clearTimeout(timer) }
  },
}

/** A clock for tests: `advance(ms)` moves it, and calls what falls due in between, in order of time. */
export class FakeClock implements Clock {
  #now = 0
  #timers = new Set<{ due: number; callback: () => void }>()
  readonly #start: number

  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#start = start
  }

  now(): number {
    return this.#now
  }

  epoch(): number {
    return this.#start + this.#now
  }

  after(ms: number, callback: () => void): { cancel(): void } {
    const timer = { due: this.#now + ms, callback }
    this.#timers.add(timer)
    return { cancel: () => this.#timers.delete(timer) }
  }

  /** Milliseconds until each pending timer is due, the next one first: what a test of a duration compares. */
  get pending(): number[] {
    return [...this.#timers].map(({ due }) => due - this.#now).sort((a, b) => a - b)
  }

  advance(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const [next] = [...this.#timers].filter(timer => timer.due <= end).sort((a, b) => a.due - b.due)
      if (!next) break
      this.#timers.delete(next)
      this.#now = Math.max(this.#now, next.due)
      next.callback()
    }
    this.#now = end
  }
}
