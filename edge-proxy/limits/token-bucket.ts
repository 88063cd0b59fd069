/**
 * A token bucket: it holds `burst` tokens at most, is filled at `perSecond`, and each request takes one out. A request that
 * finds no token is refused.
 *
 *     tokens  5 ┤█                     ████████  full: a burst of 5 is allowed
 *               │ █              ▁▂▃▄▅█
 *             0 ┤  ████▁▁████▁▁██               empty: as many requests as tokens flow in
 *
 * nginx's limit_req is the same seen from the other side: its leaky bucket counts the excess, and `burst` is how much excess is
 * allowed (with `nodelay`, as here: refused at once, never queued).
 *
 * Read beside: rate-limits.ts, nginx's ngx_http_limit_req_module
 * Pure: the time comes in.
 */

export interface Rate {
  /** Tokens that flow in, 0.001…10000 a second. */
  readonly perSecond: number
  /** Tokens that the bucket holds, 1…10000. */
  readonly burst: number
}

export interface Bucket {
  /** At the time `at`; may be a fraction. */
  readonly tokens: number
  readonly at: number
}

/** The bucket of a client that has sent nothing yet. @param now in milliseconds */
export function fullBucket({ burst }: Rate, now: number): Bucket {
  return { tokens: burst, at: now }
}

/** The tokens in a bucket now. */
export function tokensIn(bucket: Bucket, { perSecond, burst }: Rate, now: number): number {
  return Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * perSecond)
}

export interface TokenResult {
  readonly bucket: Bucket
  /** 0 when there was a token; otherwise milliseconds until there will be one. */
  readonly waitMs: number
}

/**
 * Takes one token, if there is one. A refusal costs no token, so a client that repeats its request at once waits no longer
 * than one that waits.
 *
 * @param now milliseconds that never go back
 */
export function takeToken(bucket: Bucket, rate: Rate, now: number): TokenResult {
  const tokens = tokensIn(bucket, rate, now)
  // Adding fractions may have lost half a millionth of a token.
  if (tokens >= 1 - 5e-7) return { bucket: { tokens: tokens - 1, at: now }, waitMs: 0 }
  return { bucket: { tokens, at: now }, waitMs: ((1 - tokens) / rate.perSecond) * 1000 }
}
