/**
 * The cache of a stub resolver: an answer is kept as long as its TTL allows, then the servers are asked again.
 *
 * While an answer is in the cache, its addresses keep their order. This is one of the three caches that hide round robin from the
 * users of a browser.
 *
 * Read beside: RFC 1035 §3.2.1 (TTL), RFC 2181 §8 (its range), RFC 2308 §5 (absence is kept, too), RFC 1123 §6.1.3.3 (limits)
 * Pure: the time is an argument.
 */
import { type AddressAnswer, type AddressType, canonicalName } from './address-answer.ts'

interface CachedAnswer {
  readonly answer: AddressAnswer
  /** Milliseconds on the caller's clock. */
  readonly expires: number
}

/** The oldest entry is dropped when there would be more. */
const MAX_ENTRIES = 1000

export class AnswerCache {
  readonly #entries = new Map<string, CachedAnswer>()

  /** The answer with the seconds that are left of its TTL, rounded up; undefined when there is none, or not any more. */
  get(name: string, type: AddressType, now: number): AddressAnswer | undefined {
    const key = keyOf(name, type)
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    if (entry.expires <= now) {
      this.#entries.delete(key)
      return undefined
    }
    return { ...entry.answer, ttl: Math.ceil((entry.expires - now) / 1000) }
  }

  /** Keeps an answer for its TTL. A TTL of 0 and a failure are not kept. */
  put(name: string, type: AddressType, answer: AddressAnswer, now: number): void {
    const key = keyOf(name, type)
    this.#entries.delete(key)
    if (answer.outcome === 'failed' || answer.ttl <= 0) return
    if (this.#entries.size >= MAX_ENTRIES) {
      for (const oldest of this.#entries.keys()) {
        this.#entries.delete(oldest)
        break
      }
    }
    this.#entries.set(key, { answer, expires: now + answer.ttl * 1000 })
  }

  clear(): void {
    this.#entries.clear()
  }
}

function keyOf(name: string, type: AddressType): string {
  return `${type} ${canonicalName(name)}`
}
