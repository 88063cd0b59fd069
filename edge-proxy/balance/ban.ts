/**
 * Passive checks: what ordinary requests tell about a backend. Three failures in a row and it is left alone for a while;
 * each further time twice as long.
 *
 *     in use ──3 failures in a row──► banned 1 s ──► in use ──3 failures──► banned 2 s ──► … at most 60 s
 *
 * Active checks see what is broken every two seconds; these see it with the requests that suffer from it.
 *
 * Read beside: health.ts (active checks), Envoy's documentation, "outlier detection"
 * Pure.
 */

export interface Ban {
  /** Failures in a row. */
  readonly failures: number
  /** Bans since the last success. */
  readonly times: number
  /** On the clock's `now()`, in milliseconds; not banned from then on. */
  readonly until: number
}

/** Failures in a row until a ban. */
export const TOLERATED = 3
const FIRST_BAN_MS = 1_000
const LONGEST_BAN_MS = 60_000

export const NOT_BANNED: Ban = { failures: 0, times: 0, until: Number.NEGATIVE_INFINITY }

/** After a request that the backend answered, well or badly: what answers is not broken. */
export function answered(ban: Ban): Ban {
  return ban.failures === 0 && ban.times === 0 ? ban : { ...NOT_BANNED, until: ban.until }
}

/** After a request that got no answer: refused, timed out, cut off, or not HTTP. */
export function failed(ban: Ban, now: number): Ban {
  const failures = ban.failures + 1
  if (failures < TOLERATED) return { ...ban, failures }
  const length = Math.min(LONGEST_BAN_MS, FIRST_BAN_MS * 2 ** ban.times)
  return { failures: 0, times: ban.times + 1, until: now + length }
}
