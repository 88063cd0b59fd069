/**
 * Whether a code or a refresh token may be exchanged for an access token, and what has to be done to its family.
 *
 *     login ── code (60 s, once) ── refresh token 1 ── refresh token 2 ── …      all of these are one family, which ends after 8 hours
 *                                      │ used a second time: a thief or the person has a copy, and the server cannot know which
 *                                      └─ the whole family ends; both have to log in again
 *
 * Read beside: ../grants.ts (the rows); RFC 6749 §4.1.2, RFC 7636 §4.6, RFC 9700 §2.1.1, §4.5, §4.14.2
 * Pure: a row and the time in, a verdict out.
 */
import { verifies } from './pkce.ts'
import type { CodeGrant } from './token-request.ts'

/** Milliseconds. RFC 6749 §4.1.2 recommends ten minutes at most; the page needs less than a second. */
export const CODE_MS = 60_000
/** Milliseconds after the login: as long as a session lasts at most. */
export const FAMILY_MS = 8 * 3_600_000
/** Milliseconds that a refresh token may be unused: then the family ends, too. */
export const IDLE_REFRESH_MS = 3_600_000

/** A code as it was issued. Times are in milliseconds since 1970. */
export interface IssuedCode {
  readonly challenge: string
  readonly redirectUri: string | null
  readonly issuedAt: number
  readonly isUsed: boolean
}

/** `replayed`: the code was exchanged before. `refused`: and it must not be tried again. */
export type CodeVerdict = 'granted' | 'replayed' | 'refused'

/**
 * A code is used up by the first attempt, right or wrong: a wrong verifier means that another program has the code.
 */
export function judgeCode(code: IssuedCode, grant: CodeGrant, now: number): CodeVerdict {
  if (code.isUsed) return 'replayed'
  if (now >= code.issuedAt + CODE_MS) return 'refused'
  if (code.redirectUri !== grant.redirectUri) return 'refused' // RFC 6749 §4.1.3: the same as in the authorization request
  return verifies(grant.verifier, code.challenge) ? 'granted' : 'refused'
}

/** A refresh token and its family. Times are in milliseconds since 1970. */
export interface IssuedRefresh {
  readonly issuedAt: number
  readonly isUsed: boolean
  readonly familyStartedAt: number
  readonly familyEnded: boolean
}

/** `replayed`: the token was exchanged before, so the whole family has to end. */
export type RefreshVerdict = 'granted' | 'replayed' | 'refused'

/** Whether a refresh token is exchanged for new ones. @param now in milliseconds since 1970 */
export function judgeRefresh(token: IssuedRefresh, now: number): RefreshVerdict {
  if (token.familyEnded) return 'refused'
  if (token.isUsed) return 'replayed'
  if (now >= token.familyStartedAt + FAMILY_MS || now >= token.issuedAt + IDLE_REFRESH_MS) return 'refused'
  return 'granted'
}
