/**
 * Passive checks: what ordinary requests show about a backend. After three failures in a row it is banned for a while; if it
 * fails again soon after that, for twice as long.
 *
 *     in use ──3 failures in a row──► banned 1 s ──a check passes──► on probation ──a failure──► banned 2 s ──► … at most 60 s
 *                                                                         └──good for as long as it was banned──► in use
 *
 * Active checks find a broken backend every two seconds; these find it with the requests that fail. The time of a ban is its
 * minimum: only a passed check ends it, so that no request of a user has to be the trial. A response, also a 500, is not a
 * failure.
 *
 * Read beside: shared/health.ts (active checks), comparison.ts (what counts as a failure), Envoy's documentation, "outlier
 *   detection" (bans that grow), nginx's `max_fails`
 * Pure.
 */

export interface Ban {
  /** Failures in a row. */
  readonly failures: number
  /** Bans that are not forgiven yet; above 0 it is banned or on probation. */
  readonly times: number
  /** The earliest end, on the clock's `now()`, in milliseconds. */
  readonly until: number
  /** Whether a check still has to pass before the ban ends. */
  readonly awaitsCheck: boolean
}

/** Failures in a row until a ban. On probation, one is enough. */
export const TOLERATED = 3
const FIRST_BAN_MS = 1_000
const LONGEST_BAN_MS = 60_000

export const NOT_BANNED: Ban = { failures: 0, times: 0, until: Number.NEGATIVE_INFINITY, awaitsCheck: false }

/** @param now on the clock's `now()`, in milliseconds */
export function isBanned({ until, awaitsCheck }: Ban, now: number): boolean {
  return awaitsCheck || now < until
}

/** After a request that the backend answered, with whatever status. */
export function answered(ban: Ban, now: number): Ban {
  if (ban.times === 0) return ban.failures === 0 ? ban : NOT_BANNED
  return !isBanned(ban, now) && now >= ban.until + lengthOf(ban.times) ? NOT_BANNED : ban
}

/** After a request without a response: refused, timed out, cut off, or not valid HTTP. */
export function failed(ban: Ban, now: number): Ban {
  // It was open when the ban began: that the backend fails is known already.
  if (isBanned(ban, now)) return ban
  const failures = ban.failures + 1
  if (ban.times === 0 && failures < TOLERATED) return { ...ban, failures }
  const times = ban.times + 1
  return { failures: 0, times, until: now + lengthOf(times), awaitsCheck: true }
}

/** After so many failures in a row, counted elsewhere, that the backend was banned there. */
export function failedElsewhere(ban: Ban, now: number): Ban {
  return failed({ ...ban, failures: TOLERATED - 1 }, now)
}

/** After a passed check: it ends a ban whose time is over. */
export function checkPassed(ban: Ban, now: number): Ban {
  return ban.awaitsCheck && now >= ban.until ? { ...ban, awaitsCheck: false } : ban
}

function lengthOf(times: number): number {
  return Math.min(LONGEST_BAN_MS, FIRST_BAN_MS * 2 ** (times - 1))
}
