/**
 * Failed logins, counted in the memory of this process: for `SESSIONS=memory`, which needs no Redis.
 *
 * Read beside: throttle-rule.ts, redis-counters.ts (the same in Lua; a test compares both)
 * Pure: a Map.
 */
import type { Trace } from '../trace.ts'
import type { CountedKey, LoginCounters } from './login-throttle.ts'
import { type FailureCount, MEMORY_MS, pauseAfter } from './throttle-rule.ts'

/** Counters. When there are more, the one that was changed longest ago is deleted. */
const MOST = 10_000

export class MemoryCounters implements LoginCounters {
  readonly #counts = new Map<string, FailureCount & { readonly at: number }>()

  async attempt(_: Trace, counted: readonly CountedKey[], now: number): Promise<number> {
    const wait = Math.max(...counted.map(({ key }) => (this.#get(key, now)?.until ?? 0) - now))
    if (wait > 0) return wait
    for (const { key, rule } of counted) {
      const failures = (this.#get(key, now)?.failures ?? 0) + 1
      const pause = pauseAfter(failures, rule)
      this.#counts.delete(key)
      this.#counts.set(key, { failures, until: pause > 0 ? now + pause : 0, at: now })
    }
    for (const key of this.#counts.keys()) if (this.#counts.size > MOST) this.#counts.delete(key)
    return 0
  }

  async forgive(_: Trace, account: string, address: string): Promise<void> {
    this.#counts.delete(account)
    const count = this.#counts.get(address)
    if (count) this.#counts.set(address, { ...count, failures: count.failures - 1, until: 0 })
  }

  async takeBack(_: Trace, ...keys: [account: string, address: string]): Promise<void> {
    for (const key of keys) {
      const count = this.#counts.get(key)
      if (count && count.failures > 0) this.#counts.set(key, { ...count, failures: count.failures - 1 })
    }
  }

  #get(key: string, now: number): FailureCount | undefined {
    const count = this.#counts.get(key)
    return count && now < count.at + MEMORY_MS ? count : undefined
  }
}
