/**
 * The throttle of logins: after several failed attempts, the next one has to wait.
 *
 * Off for addresses of the lab and of this machine, unless LOGIN_THROTTLE=on: a class must be able to experiment.
 *
 * Read beside: throttle-rule.ts, redis-counters.ts, ../routes/login.ts
 * Touches the world: only through its counters.
 */
import { hash } from 'node:crypto'
import type { Clock } from '#shared/clock.ts'
import { isOwnAddress, withoutMapping } from '#shared/own-address.ts'
import { Abandoned, Refusal } from '../refusal.ts'
import type { Trace } from '../trace.ts'
import { ACCOUNT, ADDRESS, type ThrottleRule } from './throttle-rule.ts'

export interface CountedKey {
  readonly key: string
  readonly rule: ThrottleRule
}

export interface LoginCounters {
  /** Counts one attempt for each key, unless one of them is in its pause. @returns the rest of the pause in milliseconds, or 0 */
  attempt(trace: Trace, counted: readonly CountedKey[], now: number): Promise<number>
  /** The password was right: the account is reset, and the attempt of the address does not count. */
  forgive(trace: Trace, account: string, address: string): Promise<void>
  /** The password was not checked: the attempt does not count for either. A pause that has begun continues. */
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
   * Counts one attempt to give a password: a wrong one counts, a right one resets the account.
   *
   * @param verify resolves when the password is right; throws a Refusal 503 when it could not be checked (a database is down, the
   *   queue is full), and Abandoned when the client left before the end. Then the attempt does not count: otherwise users would be
   *   refused when the database is back, or after their browser gave up a few times. (A wrong password is a 401, also then.)
   * @throws Refusal 429 with the seconds to wait in `Retry-After`; and every error of `verify`
   */
  async guard<T>(trace: Trace, username: string, address: string, verify: () => Promise<T>): Promise<T> {
    if (!this.#applies(address)) return verify()
    const { counters } = this.#options
    const [account, place] = [accountKey(username), addressKey(address)]
    await this.#attempt(trace, account, place)
    try {
      const result = await verify()
      await counters.forgive(trace, account, place)
      return result
    } catch (error) {
      if (isUndecided(error)) await counters.takeBack(trace, account, place)
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

/** The password was not checked, or was right and its client did not wait for the session. */
function isUndecided(error: unknown): boolean {
  return error instanceof Abandoned || (error instanceof Refusal && error.status === 503)
}

/** Hashed, because keys are shown in events, and people sometimes type a password into the field of the user name. */
function accountKey(username: string): string {
  return `account:${hash('sha256', username, 'base64url').slice(0, 22)}`
}

/** An IPv6 address counts as its /64: one site or one machine has at least that many (RFC 6177 §2). */
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
