/**
 * The pause after failed logins: none after the first few, then each pause is twice the one before, up to a maximum. An account is
 * never locked permanently: otherwise every user could lock out every other user.
 *
 * Read beside: login-throttle.ts, redis-counters.ts (the same rule in Lua); NIST SP 800-63B §5.2.2, OWASP Authentication Cheat Sheet
 * Pure: numbers in, numbers out.
 */

export interface ThrottleRule {
  /** Failures without a pause: people mistype. */
  readonly free: number
  /** The longest pause, in milliseconds. */
  readonly longest: number
}

/** For one account: against guessing the password of one person. */
export const ACCOUNT: ThrottleRule = { free: 5, longest: 5 * 60_000 }
/** For one address: against trying one password on many accounts. A class behind one address mistypes more than one person. */
export const ADDRESS: ThrottleRule = { free: 30, longest: 60_000 }

/** Milliseconds after which failures are deleted: longer than the longest pause. */
export const MEMORY_MS = 15 * 60_000

/** The count of an account or an address. */
export interface FailureCount {
  readonly failures: number
  /** The end of the pause, in milliseconds since 1970. */
  readonly until: number
}

/** The pause after so many failures, in milliseconds. */
export function pauseAfter(failures: number, { free, longest }: ThrottleRule): number {
  return failures < free ? 0 : Math.min(1000 * 2 ** (failures - free), longest)
}
