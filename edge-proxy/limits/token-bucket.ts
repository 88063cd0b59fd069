/**
 * A token bucket: it holds `burst` tokens at most, fills at `perSecond`, and each request takes one out. Who finds none waits.
 *
 *     tokens  5 ┤█                     ████████  full: a burst of 5 is fine
 *               │ █              ▁▂▃▄▅█
 *             0 ┤  ████▁▁████▁▁██               empty: as many as flow in
 *
 * nginx's limit_req is the same thing seen from the other side: its leaky bucket counts the excess, and `burst` is how much
 * of that it takes (with `nodelay`, as here: refused at once, never queued).
 *
 * Read beside: rate-limits.ts, nginx's ngx_http_limit_req_module
 * Pure: the time comes in.
 */

export interface Rate {
  /** Tokens that flow in, 0.001…10000 a second. */
  readonly perSecond: number
  /** Tokens that fit in, 1…10000. */
  readonly burst: number
}

export interface Bucket {
  /** At the time `at`; a fraction may have flowed in. */
  readonly tokens: number
  readonly at: number
}

export function fullBucket({ burst }: Rate, now: number): Bucket {
  return { tokens: burst, at: now }
}

/** What is in it now. */
export function tokensIn(bucket: Bucket, { perSecond, burst }: Rate, now: number): number {
  return Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * perSecond)
}

export interface Taken {
  readonly bucket: Bucket
  /** 0 when there was a token; otherwise milliseconds until there will be one. */
  readonly waitMs: number
}

/**
 * Takes one token, if there is one. A refusal costs nothing, so that who keeps asking is let through as often as who waits.
 *
 * @param now milliseconds that never go back
 */
export function take(bucket: Bucket, rate: Rate, now: number): Taken {
  const tokens = tokensIn(bucket, rate, now)
  // Half a millionth of a token is what adding fractions may have lost.
  if (tokens >= 1 - 5e-7) return { bucket: { tokens: tokens - 1, at: now }, waitMs: 0 }
  return { bucket: { tokens, at: now }, waitMs: ((1 - tokens) / rate.perSecond) * 1000 }
}
