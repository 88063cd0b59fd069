/**
 * The throttle at the door of /login: asked before a password is looked at, told when it was right.
 *
 * Off for addresses of the lab and of this machine, unless LOGIN_THROTTLE=on: a class must be able to play.
 *
 * Read beside: rule.ts, redis-counters.ts, ../routes/login.ts
 * Touches the world: only through its counters.
 */
import { hash } from 'node:crypto'
import type { Clock } from '#shared/clock.ts'
import { Refusal } from '../http/refusal.ts'
import type { Trace } from '../http/trace.ts'
import { ACCOUNT, ADDRESS, type Rule } from './rule.ts'

export interface Counted {
  readonly key: string
  readonly rule: Rule
}

export interface Counters {
  /** Counts one attempt for each key, unless one of them must wait. @returns for how long, in milliseconds; 0: go ahead */
  attempt(trace: Trace, counted: readonly Counted[], now: number): Promise<number>
  /** The attempt was a good one: the account starts from zero, the address gets it back. */
  forgive(trace: Trace, account: string, address: string): Promise<void>
}

export interface LoginThrottleOptions {
  readonly counters: Counters
  readonly clock: Clock
  /** `auto`: on, but not for lab addresses. */
  readonly mode: 'auto' | 'on' | 'off'
  /** The first three octets of the lab's network. */
  readonly prefix: string
}

export class LoginThrottle {
  readonly #options: LoginThrottleOptions

  constructor(options: LoginThrottleOptions) {
    this.#options = options
  }

  /** @throws Refusal 429 with the seconds to wait in `Retry-After` */
  async attempt(trace: Trace, username: string, address: string): Promise<void> {
    if (!this.#applies(address)) return
    const { counters, clock } = this.#options
    const counted = [
      { key: accountKey(username), rule: ACCOUNT },
      { key: addressKey(address), rule: ADDRESS },
    ]
    const wait = await counters.attempt(trace, counted, clock.epoch())
    if (wait === 0) return
    const seconds = Math.ceil(wait / 1000)
    throw new Refusal(429, `too many failed logins; try again in ${seconds} s`, {
      headers: ['Retry-After', String(seconds)],
      members: { retryAfter: seconds },
    })
  }

  async forgive(trace: Trace, username: string, address: string): Promise<void> {
    if (this.#applies(address)) await this.#options.counters.forgive(trace, accountKey(username), addressKey(address))
  }

  #applies(address: string): boolean {
    const { mode, prefix } = this.#options
    if (mode !== 'auto') return mode === 'on'
    return !(address.startsWith('127.') || address === '::1' || address.startsWith(`${prefix}.`))
  }
}

/** Hashed: somebody may have typed a password where the user name belongs, and keys can be watched. */
function accountKey(username: string): string {
  return `account:${hash('sha256', username, 'base64url').slice(0, 22)}`
}

/** An IPv6 address counts as its /64, which is what one household or one machine is given (RFC 6177 §2). */
export function addressKey(text: string): string {
  // An IPv4 address in the clothes of IPv6 (RFC 4291 §2.5.5.2) is still the one IPv4 address.
  const address = text.replace(/^::ffff:(?=\d+\.)/i, '')
  if (!address.includes(':')) return `address:${address}`
  const [head = '', tail = ''] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  const missing = 8 - groups.length - (tail === '' ? 0 : tail.split(':').length)
  const whole = address.includes('::')
    ? [...groups, ...Array(Math.max(missing, 0)).fill('0'), ...tail.split(':')]
    : groups
  return `address:${whole
    .slice(0, 4)
    .map(group => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}
