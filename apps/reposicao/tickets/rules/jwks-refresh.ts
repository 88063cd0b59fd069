/**
 * When the public keys of the auth API are fetched again.
 *
 * An unknown `kid` is a reason, because the key may be new. But every client can invent a `kid`: so there is a pause between two
 * attempts, and requests in the pause are judged by the keys that are known. Keys that could not be fetched again stay in use, because
 * the tickets API should work while the auth API is down.
 *
 * Read beside: ../jwks-cache.ts; RFC 9068 §4, RFC 7517 §5
 * Pure: times in, a verdict out.
 */

/** Milliseconds. The auth API publishes a key an hour before it signs, so even this age is rarely too old. */
export const FRESH_MS = 60_000
export const PAUSE_MS = 1_000

export interface JwksState {
  /** When the present keys were fetched; undefined while there are none. Milliseconds of a clock that does not go back. */
  readonly fetchedAt: number | undefined
  /** When fetching was tried last, with or without success. */
  readonly attemptedAt: number | undefined
}

/** @param need `known`: the key is there, or nothing is asked for; `unknown`: a token names a key that is not there */
export function shouldFetch({ fetchedAt, attemptedAt }: JwksState, need: 'known' | 'unknown', now: number): boolean {
  if (attemptedAt !== undefined && now - attemptedAt < PAUSE_MS) return false
  return need === 'unknown' || fetchedAt === undefined || now - fetchedAt >= FRESH_MS
}
