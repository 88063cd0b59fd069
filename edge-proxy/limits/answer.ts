/**
 * The answer to one request too many.
 *
 * Read beside: rate-limits.ts, ../edge.ts (which asks this before any other answerer that costs something), RFC 6585 §4
 * Pure: values in, a response out.
 */
import { type LocalResponse, problemResponse } from '../downstream/local-response.ts'
import type { RequestHead } from '../http1/request-head.ts'
import type { RateLimits, Refused } from './rate-limits.ts'

/** @param now on the clock's `now()`, in milliseconds */
export function answerLimited(
  limits: RateLimits,
  clientAddress: string,
  head: Pick<RequestHead, 'method' | 'path'>,
  now: number,
): LocalResponse | undefined {
  const refused = limits.check(clientAddress, head, now)
  return refused && tooManyRequests(refused)
}

/** RFC 6585 §4: 429, an explanation, and Retry-After. */
function tooManyRequests({ rule, rate, retryAfter }: Refused): LocalResponse {
  const what = rule === 'logins' ? 'attempts to log in' : 'requests'
  const detail =
    `too many ${what} from this address: this edge takes ${rate.burst} at once and ${perMinute(rate.perSecond)} a minute` +
    `; please wait ${retryAfter} s`
  const members = { side: 'client', rule: 'RFC 6585 §4', limit: rule, retryAfter }
  return problemResponse(429, detail, members, [['Retry-After', String(retryAfter)]])
}

function perMinute(perSecond: number): string {
  return String(Math.round(perSecond * 600) / 10)
}
