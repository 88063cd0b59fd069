/**
 * How long to wait after how many failed logins: the first few are free, then each costs twice the one before, up to a limit.
 * Never a lock for good: that would let anybody lock anybody out.
 *
 * Read beside: login-throttle.ts, redis-counters.ts (the same rule in Lua); NIST SP 800-63B §5.2.2, OWASP Authentication Cheat Sheet
 * Pure: numbers in, numbers out.
 */

export interface ThrottleRule {
  /** Failures that cost nothing: people mistype. */
  readonly free: number
  /** Milliseconds: where the doubling ends. */
  readonly longest: number
}

/** One account: who guesses one person's password. */
export const ACCOUNT: ThrottleRule = { free: 5, longest: 5 * 60_000 }
/** One address: who tries one password on many accounts. A class behind one address mistypes more often than one person. */
export const ADDRESS: ThrottleRule = { free: 30, longest: 60_000 }

/** Milliseconds after which failures are forgotten: longer than the longest pause. */
export const MEMORY_MS = 15 * 60_000

/** What is remembered about an account or an address. */
export interface FailureCount {
  readonly failures: number
  /** Until when nothing is tried, in milliseconds since 1970. */
  readonly until: number
}

/** The pause after so many failures, in milliseconds. */
export function pauseAfter(failures: number, { free, longest }: ThrottleRule): number {
  return failures < free ? 0 : Math.min(1000 * 2 ** (failures - free), longest)
}
