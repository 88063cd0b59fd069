/**
 * Response rate limiting: a server must not become the amplifier of somebody who forges source addresses.
 *
 * Each network (/24) may have so many UDP answers a second. What goes beyond is dropped, but every second one is answered
 * with TC: a real client comes back over TCP, a forged address does not. Whoever shows a valid cookie is not limited.
 *
 * Read beside: Vixie and Schryver, "DNS Response Rate Limiting" (ISC-TN-2012-1), §2; RFC 7873 §5.2.5
 * Pure: clients and the time in, verdicts out. Its memory is bounded: a table of fixed size.
 */

import type { Clock } from '#shared/clock.ts'
import { parseIpv4 } from '../rdata/address.ts'

export type Verdict = 'answer' | 'slip' | 'drop'

/** The little that is asked of a client; respond.ts has the rest. */
interface Asker {
  readonly address: string
  readonly transport: 'udp' | 'tcp'
}

/** Networks remembered at a time. Two that share a place share an allowance; the lot takes 1 MiB. */
const PLACES = 1 << 16
/** Addresses whose exemption, or none, is remembered. */
const REMEMBERED = 4096

export class RateLimit {
  readonly #perSecond: number
  readonly #exempt: (address: string) => boolean
  readonly #clock: Clock
  /** Answers left, and the millisecond at which that was true. */
  readonly #allowance = new Float64Array(PLACES)
  readonly #at = new Float64Array(PLACES)
  readonly #exemptions = new Map<string, boolean>()
  #lastAddress = ''
  #lastExempt = false
  #slips = 0

  /** @param perSecond UDP answers a second to one network, 1 or more @param exempt addresses without a limit */
  constructor(perSecond: number, exempt: (address: string) => boolean, clock: Clock) {
    this.#perSecond = perSecond
    this.#exempt = exempt
    this.#clock = clock
    this.#allowance.fill(perSecond)
  }

  /** Whether an address has no limit. Remembered: a look into the list of networks costs more than an answer. */
  exempts(address: string): boolean {
    // A resolver asks many times in a row.
    if (address !== this.#lastAddress) {
      this.#lastAddress = address
      this.#lastExempt = this.#isKnownExempt(address)
    }
    return this.#lastExempt
  }

  #isKnownExempt(address: string): boolean {
    const known = this.#exemptions.get(address)
    if (known !== undefined) return known
    if (this.#exemptions.size >= REMEMBERED) this.#exemptions.clear()
    const exempt = this.#exempt(address)
    this.#exemptions.set(address, exempt)
    return exempt
  }

  judge({ address, transport }: Asker, hasValidCookie: boolean): Verdict {
    if (transport === 'tcp' || hasValidCookie || this.exempts(address)) return 'answer'
    const place = placeOf(address)
    const now = this.#clock.now()
    const earned = ((now - (this.#at[place] as number)) * this.#perSecond) / 1000
    const allowance = Math.min(this.#perSecond, (this.#allowance[place] as number) + earned)
    this.#at[place] = now
    this.#allowance[place] = Math.max(0, allowance - 1)
    if (allowance >= 1) return 'answer'
    return ++this.#slips % 2 === 0 ? 'slip' : 'drop'
  }
}

/** The /24 of an IPv4 address, spread over the table (Knuth's multiplicative hash). */
function placeOf(address: string): number {
  const [a = 0, b = 0, c = 0] = parseIpv4(address) ?? []
  return Math.imul((a << 16) | (b << 8) | c, 0x9e3779b1) >>> 16
}
