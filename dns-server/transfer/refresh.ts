/**
 * When a secondary asks its primary again, and when its copy is too old to be served.
 *
 * Read beside: RFC 1034 §4.3.5, RFC 1035 §3.3.13 (REFRESH, RETRY, EXPIRE)
 * Pure: outcomes and the time in, the next time out.
 */
import type { Soa } from '../rdata/layouts.ts'

export interface CopyState {
  /** The timers of the copy that we have; undefined while there is none. */
  readonly soa: Pick<Soa, 'refresh' | 'retry' | 'expire'> | undefined
  /** When to ask again, milliseconds of a clock that never goes back. */
  readonly askAt: number
  /** When the copy must not be served any more. */
  readonly expireAt: number
  /** Attempts in a row that failed. */
  readonly failures: number
}

export const NO_COPY: CopyState = { soa: undefined, askAt: 0, expireAt: Number.POSITIVE_INFINITY, failures: 0 }

/** Seconds. A zone file that says "refresh 0" must not make us ask without a pause. */
const PAUSE_MIN = 1
/** Seconds between attempts while there is no copy: 1, 2, 4 and then this. A primary that starts says so with a NOTIFY. */
const FIRST_RETRY_MAX = 5

/** The primary answered: our copy is current as of now. */
export function confirmed(soa: Soa, now: number): CopyState {
  const { refresh, retry, expire } = soa
  const seconds = (s: number) => now + Math.max(s, PAUSE_MIN) * 1000
  return { soa: { refresh, retry, expire }, askAt: seconds(refresh), expireAt: seconds(expire), failures: 0 }
}

/** The primary could not be asked. The copy gets no younger. */
export function failed(copy: CopyState, now: number): CopyState {
  const failures = copy.failures + 1
  const pause = copy.soa ? copy.soa.retry : Math.min(2 ** (failures - 1), FIRST_RETRY_MAX)
  return { ...copy, failures, askAt: now + Math.max(pause, PAUSE_MIN) * 1000 }
}

export function isExpired(copy: CopyState, now: number): boolean {
  return now >= copy.expireAt
}
