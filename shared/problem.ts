/**
 * Errors as people and programs can read them: `application/problem+json`.
 *
 * Read beside: RFC 9457 §3 (members), §3.1.1 ("about:blank")
 * Pure: a status and words in, an object out.
 */
import { STATUS_CODES } from 'node:http'

export const PROBLEM_TYPE = 'application/problem+json'

export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail?: string
  /** Extension members (RFC 9457 §3.2): `rule`, `field`, `errors`, `retryAfter` … */
  readonly [member: string]: unknown
}

/**
 * A problem whose title is the status' own phrase; `detail` says what happened here and what would be right.
 *
 * @param status an HTTP error status, 400…599
 */
export function problem(status: number, detail: string, members: Readonly<Record<string, unknown>> = {}): Problem {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, ...members }
}
