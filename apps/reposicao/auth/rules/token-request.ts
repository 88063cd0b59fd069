/**
 * The token request: the form that `POST /auth/token` gets, as one of the two grants or as an error.
 *
 * Read beside: RFC 6749 §4.1.3 (code), §6 (refresh), §5.2 (errors); RFC 7636 §4.5 (verifier)
 * Pure: a form in, a grant or an error out.
 */
import { CLIENT_ID, SCOPE } from '../../token-contract.ts'
import { type GrantError, grantError } from './oauth-error.ts'
import { isVerifier } from './pkce.ts'

export type Grant = CodeGrant | RefreshGrant

export interface CodeGrant {
  readonly type: 'authorization_code'
  readonly code: string
  readonly verifier: string
  /** Null when the form has none. */
  readonly redirectUri: string | null
}

export interface RefreshGrant {
  readonly type: 'refresh_token'
  readonly token: string
}

/** The form, with unknown members ignored and empty ones counted as missing (RFC 6749 §3.2). A repeated one was refused before. */
export type TokenForm = Readonly<Record<string, string | undefined>>

/** 32 octets in base64url: what codes and refresh tokens look like. Other text is not looked up. */
const SECRET = /^[A-Za-z0-9_-]{43}$/

/** @param hasCredentials whether the request has an Authorization field */
export function parseTokenRequest(form: TokenForm, hasCredentials: boolean): Grant | GrantError {
  const problem = clientProblem(form, hasCredentials)
  if (problem) return problem
  switch (form.grant_type || undefined) {
    case undefined:
      return grantError('invalid_request', 'grant_type is missing')
    case 'authorization_code':
      return parseCode(form)
    case 'refresh_token':
      return parseRefresh(form)
    default:
      return grantError('unsupported_grant_type', 'grant_type must be authorization_code or refresh_token')
  }
}

/** A public client has no secret (RFC 6749 §2.1): it only sends its name. */
export function clientProblem(form: TokenForm, hasCredentials: boolean): GrantError | undefined {
  if (hasCredentials || form.client_secret) {
    return grantError('invalid_client', `${CLIENT_ID} is a public client: send client_id, without a secret`)
  }
  if (!form.client_id) return grantError('invalid_request', 'client_id is missing')
  if (form.client_id !== CLIENT_ID) return grantError('invalid_client', 'this client is not registered')
  return undefined
}

function parseCode({ code, code_verifier: verifier, redirect_uri }: TokenForm): Grant | GrantError {
  if (!code) return grantError('invalid_request', 'code is missing')
  if (!verifier) return grantError('invalid_request', 'code_verifier is missing')
  if (!isVerifier(verifier))
    return grantError('invalid_request', 'code_verifier must be 43 to 128 unreserved characters')
  if (!SECRET.test(code)) return UNKNOWN_CODE
  return { type: 'authorization_code', code, verifier, redirectUri: redirect_uri || null }
}

function parseRefresh({ refresh_token: token, scope }: TokenForm): Grant | GrantError {
  if (!token) return grantError('invalid_request', 'refresh_token is missing')
  if (scope && scope !== SCOPE) return grantError('invalid_scope', `the only scope is ${SCOPE}`)
  if (!SECRET.test(token)) return UNKNOWN_REFRESH
  return { type: 'refresh_token', token }
}

/** One sentence for all reasons: an attacker does not learn which part was wrong. */
export const UNKNOWN_CODE = grantError(
  'invalid_grant',
  'the code is unknown, expired or used, or belongs to another request',
)
export const UNKNOWN_REFRESH = grantError('invalid_grant', 'the refresh token is unknown, expired or used')
