/**
 * Passive checks: what ordinary requests tell about a backend. Three failures in a row and it is left alone for a while; if
 * it fails again when it is back, for twice as long.
 *
 *     in use ──3 failures in a row──► banned 1 s ──► on probation ──a failure──► banned 2 s ──► … at most 60 s
 *                                                         └──good for as long as it was banned──► in use
 *
 * Active checks see what is broken every two seconds; these see it with the requests that suffer from it. What a backend
 * answers, be it 500, is no failure: it has answered.
 *
 * Read beside: shared/health.ts (active checks), Envoy's documentation, "outlier detection" (bans that grow), nginx's `max_fails`
 * Pure.
 */

export interface Ban {
  /** Failures in a row. */
  readonly failures: number
  /** Bans that are not forgiven yet; above 0 it is banned or on probation. */
  readonly times: number
  /** On the clock's `now()`, in milliseconds; not banned from then on. */
  readonly until: number
}

/** Failures in a row until a ban. On probation, one is enough. */
export const TOLERATED = 3
const FIRST_BAN_MS = 1_000
const LONGEST_BAN_MS = 60_000

export const NOT_BANNED: Ban = { failures: 0, times: 0, until: Number.NEGATIVE_INFINITY }

/** After a request that the backend answered, well or badly. */
export function answered(ban: Ban, now: number): Ban {
  if (ban.times === 0) return ban.failures === 0 ? ban : NOT_BANNED
  return now >= ban.until + lengthOf(ban.times) ? NOT_BANNED : ban
}

/** After a request that got no answer: refused, timed out, cut off, or not HTTP. */
export function failed(ban: Ban, now: number): Ban {
  // It was under way when the ban began: what is known already counts once.
  if (now < ban.until) return ban
  const failures = ban.failures + 1
  if (ban.times === 0 && failures < TOLERATED) return { ...ban, failures }
  const times = ban.times + 1
  return { failures: 0, times, until: now + lengthOf(times) }
}

/** How long the ban is that is the `times`-th in a row, in milliseconds. */
function lengthOf(times: number): number {
  return Math.min(LONGEST_BAN_MS, FIRST_BAN_MS * 2 ** (times - 1))
}
