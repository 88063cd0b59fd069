/**
 * What the auth API and the tickets API agree on: the names in an access token, its algorithm and its lifetime.
 *
 * Read beside: auth/access-token.ts (signs), tickets/bearer.ts (checks); RFC 9068 §2, RFC 8414 §2
 * Pure: values.
 */
import { ZONE } from '#shared/network-map.ts'

const ORIGIN = `http://reposicao.${ZONE}`

/** The name of the auth API in tokens and metadata (RFC 8414 §2). Not the address of any machine: three edges answer for it. */
export const ISSUER = `${ORIGIN}/auth`
/** The name of the tickets API: a token for another API is refused there (RFC 9068 §4). */
export const AUDIENCE = `${ORIGIN}/tickets`
/** The page, which is the only client. Registered exactly, and compared character by character (RFC 9700 §4.1.3). */
export const REDIRECT_URI = `${ORIGIN}/`
export const CLIENT_ID = 'reposicao'
export const SCOPE = 'tickets'

/** RFC 9068 §2.1 requires RS256 of every server. Checking a signature is faster than with ES256, and that happens more often than signing. */
export const ALGORITHM = 'RS256'
/** RFC 9068 §2.1: the `typ` keeps other JWTs of the same issuer from being used as access tokens. */
export const TOKEN_TYPE = 'at+jwt'
/** Seconds. An access token cannot be taken back before its end, so this is short. */
export const ACCESS_SECONDS = 300

/** The claims of an access token (RFC 9068 §2.2), besides those that every JWT has. */
export interface AccessClaims {
  /** The id of the user, in decimal. */
  readonly sub: string
  /** The name that the user logs in with. */
  readonly preferred_username: string
  readonly client_id: string
  /** Separated by spaces. */
  readonly scope: string
  /** RFC 9068 §2.2.3.1: `aluno` is a ward, `admin` is the pharmacy. */
  readonly roles: readonly string[]
}
