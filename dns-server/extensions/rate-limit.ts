/**
 * Response rate limiting: without it, forged source addresses could make this server flood a victim with responses.
 *
 * Each network (/24) gets a limited number of UDP responses a second. Of the queries beyond the limit, every second one is
 * dropped, and the others get an empty response with TC: a real client asks again over TCP, a forged address does not. Clients
 * with a valid cookie are not limited (deciders.ts).
 *
 * Read beside: Vixie and Schryver, "DNS Response Rate Limiting" (ISC-TN-2012-1), §2; RFC 7873 §5.2.5
 * Pure: addresses and the time in, verdicts out. Its memory is bounded: a table of fixed size.
 */
import type { Clock } from '#shared/clock.ts'
import { refusal } from '../answer/answer.ts'
import type { DnsReply } from '../answer/decider.ts'
import { parseIpv4 } from '../rdata/address.ts'
import { RCODE } from '../wire/codes.ts'

export type LimitVerdict = 'answer' | 'truncate' | 'drop'

/** Entries of the table. Two networks with the same entry share one allowance. The table takes 1 MiB. */
const ENTRIES = 1 << 16

export class RateLimit {
  readonly #perSecond: number
  readonly #clock: Clock
  /** For each entry, the responses left, and the millisecond at which that was computed. */
  readonly #allowance = new Float64Array(ENTRIES)
  readonly #computedAt = new Float64Array(ENTRIES)
  #overLimit = 0

  /** @param perSecond UDP responses a second to one network, 1 or more */
  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond
    this.#clock = clock
    this.#allowance.fill(perSecond)
  }

  /** Counts one response to this address, and says what to send. */
  judge(address: string): LimitVerdict {
    const entry = entryOf(address)
    const now = this.#clock.now()
    const earned = ((now - (this.#computedAt[entry] as number)) * this.#perSecond) / 1000
    const allowance = Math.min(this.#perSecond, (this.#allowance[entry] as number) + earned)
    this.#computedAt[entry] = now
    this.#allowance[entry] = Math.max(0, allowance - 1)
    if (allowance >= 1) return 'answer'
    return ++this.#overLimit % 2 === 0 ? 'truncate' : 'drop'
  }
}

/** The reply that the limit allows: that of the next deciders, an empty one with TC, or silence. */
export function limitReply(limit: RateLimit, address: string, next: () => DnsReply): DnsReply {
  const verdict = limit.judge(address)
  if (verdict === 'answer') return next()
  return verdict === 'truncate' ? { ...refusal(RCODE.NOERROR), tc: true } : { silence: 'rate limited' }
}

/** The /24 of an IPv4 address, spread over the table (Knuth's multiplicative hash). */
function entryOf(address: string): number {
  const [a = 0, b = 0, c = 0] = parseIpv4(address) ?? []
  return Math.imul((a << 16) | (b << 8) | c, 0x9e3779b1) >>> 16
}
