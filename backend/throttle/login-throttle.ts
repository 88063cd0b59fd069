/**
 * The throttle at the door of /login: asked before a password is looked at, told when it was right or not looked at.
 *
 * Off for addresses of the lab and of this machine, unless LOGIN_THROTTLE=on: a class must be able to play.
 *
 * Read beside: rule.ts, redis-counters.ts, ../routes/login.ts
 * Touches the world: only through its counters.
 */
import { hash } from 'node:crypto'
import type { Clock } from '#shared/clock.ts'
import { isOwnAddress, withoutMapping } from '#shared/own-address.ts'
import { Refusal } from '../refusal.ts'
import type { Trace } from '../trace.ts'
import { ACCOUNT, ADDRESS, type ThrottleRule } from './throttle-rule.ts'

export interface CountedKey {
  readonly key: string
  readonly rule: ThrottleRule
}

export interface LoginCounters {
  /** Counts one attempt for each key, unless one of them must wait. @returns for how long, in milliseconds; 0: go ahead */
  attempt(trace: Trace, counted: readonly CountedKey[], now: number): Promise<number>
  /** The attempt was a good one: the account starts from zero, the address gets it back. */
  forgive(trace: Trace, account: string, address: string): Promise<void>
  /** Nobody looked at the attempt: both get it back. A pause that has begun goes on. */
  takeBack(trace: Trace, account: string, address: string): Promise<void>
}

export interface LoginThrottleOptions {
  readonly counters: LoginCounters
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

  /**
   * Does what looks at a password, as one attempt: it counts when the password is wrong, and clears the account when it is right.
   *
   * @param look resolves when the password is right; throws a Refusal 503 when it could not be looked at (a database is away, the
   *   queue is full): then the attempt is taken back, or whoever tried meanwhile would be kept out when all is well again
   * @throws Refusal 429 with the seconds to wait in `Retry-After`; and whatever `look` throws
   */
  async guard<T>(trace: Trace, username: string, address: string, look: () => Promise<T>): Promise<T> {
    if (!this.#applies(address)) return look()
    const { counters } = this.#options
    const [account, place] = [accountKey(username), addressKey(address)]
    await this.#attempt(trace, account, place)
    try {
      const result = await look()
      await counters.forgive(trace, account, place)
      return result
    } catch (error) {
      if (error instanceof Refusal && error.status === 503) await counters.takeBack(trace, account, place)
      throw error
    }
  }

  async #attempt(trace: Trace, account: string, place: string): Promise<void> {
    const { counters, clock } = this.#options
    const counted = [
      { key: account, rule: ACCOUNT },
      { key: place, rule: ADDRESS },
    ]
    const wait = await counters.attempt(trace, counted, clock.epoch())
    if (wait === 0) return
    const seconds = Math.ceil(wait / 1000)
    throw new Refusal(429, `too many failed logins; try again in ${seconds} s`, {
      headers: ['Retry-After', String(seconds)],
      members: { retryAfter: seconds },
    })
  }

  #applies(address: string): boolean {
    const { mode, prefix } = this.#options
    if (mode !== 'auto') return mode === 'on'
    return !isOwnAddress(address, prefix)
  }
}

/** Hashed: somebody may have typed a password where the user name belongs, and keys can be watched. */
function accountKey(username: string): string {
  return `account:${hash('sha256', username, 'base64url').slice(0, 22)}`
}

/** An IPv6 address counts as its /64, which is what one household or one machine is given (RFC 6177 §2). */
export function addressKey(text: string): string {
  const address = withoutMapping(text)
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
