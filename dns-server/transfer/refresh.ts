/**
 * When a secondary checks its primary again, and when its copy is too old to be served.
 *
 * Read beside: RFC 1034 §4.3.5, RFC 1035 §3.3.13 (REFRESH, RETRY, EXPIRE)
 * Pure: outcomes and the time in, the next time out.
 */
import type { Soa } from '../rdata/layouts.ts'

export interface CopyState {
  /** The timers of the copy; undefined while there is none. */
  readonly soa: Pick<Soa, 'refresh' | 'retry' | 'expire'> | undefined
  /** When to check again, in milliseconds of a monotonic clock. */
  readonly askAt: number
  /** When the copy must not be served any more. */
  readonly expireAt: number
  /** Attempts in a row that failed. */
  readonly failures: number
}

export const NO_COPY: CopyState = { soa: undefined, askAt: 0, expireAt: Number.POSITIVE_INFINITY, failures: 0 }

/** Seconds between checks, at least: a zone with REFRESH 0 must not cause checks without a pause. */
const PAUSE_MIN = 1
/** Seconds between attempts while there is no copy: 1, 2, 4 and then this. A primary sends NOTIFY when it starts. */
const FIRST_RETRY_MAX = 5

/**
 * The primary answered: the copy is current as of now.
 *
 * EXPIRE counts as at least REFRESH + RETRY, as in BIND. Otherwise the copy would expire before it is checked (RFC 1912 §2.2), and a
 * secondary would drop and copy the zone without end.
 */
export function confirmed(soa: Soa, now: number): CopyState {
  const { refresh, retry, expire } = soa
  const pauses = Math.max(refresh, PAUSE_MIN) + Math.max(retry, PAUSE_MIN)
  const askAt = now + Math.max(refresh, PAUSE_MIN) * 1000
  return { soa: { refresh, retry, expire }, askAt, expireAt: now + Math.max(expire, pauses) * 1000, failures: 0 }
}

/** The primary did not answer. This does not extend the life of the copy. */
export function failed(copy: CopyState, now: number): CopyState {
  const failures = copy.failures + 1
  const pause = copy.soa ? copy.soa.retry : Math.min(2 ** (failures - 1), FIRST_RETRY_MAX)
  return { ...copy, failures, askAt: now + Math.max(pause, PAUSE_MIN) * 1000 }
}

/** Whether the copy is too old to be served (EXPIRE of its SOA). @param now in milliseconds, on the clock of `expireAt` */
export function isExpired(copy: CopyState, now: number): boolean {
  return now >= copy.expireAt
}
