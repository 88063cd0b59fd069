/**
 * When signing keys are made, used and deleted. Time is divided into generations of one day; each has one key.
 *
 *     generation g−1    | generation g                         | generation g+1
 *     signs ………………………… | signs …………………………………………………………………… | signs …
 *     published …………………………… until its last token has expired
 *                                        an hour before: key g+1 is made and published, so that caches have it when it begins to sign
 *
 * The generation is computed from the time alone. So two processes, or one that is started again, never disagree.
 *
 * Read beside: ../signing-keys.ts; RFC 7517 §5 (the set), RFC 9068 §4 (the check of a token)
 * Pure: a time in, generations out.
 */
import { ACCESS_SECONDS } from '../../token-contract.ts'

export interface KeySchedule {
  /** The generation whose key signs now. */
  readonly signs: number
  /** The generations that must have a key now: the one that signs, and the next one shortly before its time. */
  readonly wanted: readonly number[]
  /** The oldest generation that is still published. Older keys are deleted. */
  readonly oldest: number
}

/** Milliseconds. */
export const GENERATION_MS = 24 * 3_600_000
export const PUBLISHED_BEFORE_MS = 3_600_000
/** How long a key is published after its last signature: the life of a token, and a minute for clocks that differ. */
export const PUBLISHED_AFTER_MS = (ACCESS_SECONDS + 60) * 1000

/** @param now milliseconds since 1970 */
export function keySchedule(now: number): KeySchedule {
  const signs = Math.floor(now / GENERATION_MS)
  const next = Math.floor((now + PUBLISHED_BEFORE_MS) / GENERATION_MS)
  return {
    signs,
    wanted: next === signs ? [signs] : [signs, next],
    oldest: Math.floor((now - PUBLISHED_AFTER_MS) / GENERATION_MS),
  }
}
