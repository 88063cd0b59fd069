/**
 * The authorization request: `GET /auth/authorize?response_type=code&client_id=reposicao&…`.
 *
 * There are two kinds of errors. While it is not certain where the answer has to go (client or redirect address unknown), the person gets
 * an error page and is sent nowhere: otherwise the server would send people to any address (an open redirector). All other errors
 * go to the client, in the query of its redirect address.
 *
 * Read beside: RFC 6749 §3.1, §4.1.1, §4.1.2.1; RFC 7636 §4.3, §4.4.1; RFC 9207 §2; RFC 9700 §4.1, §4.11
 * Pure: a query in, a verdict out.
 */
import { CLIENT_ID, ISSUER, REDIRECT_URI, SCOPE } from '../../token-contract.ts'
import { isChallenge } from './pkce.ts'

export type AuthorizationErrorCode = 'invalid_request' | 'unsupported_response_type' | 'invalid_scope' | 'server_error'

export type AuthorizationVerdict =
  | { readonly kind: 'valid'; readonly request: AuthorizationRequest }
  /** The person gets an error page: there is no address that can be trusted. */
  | { readonly kind: 'refused'; readonly why: string }
  /** The client gets the error: the whole address is in `location`. */
  | { readonly kind: 'returned'; readonly location: string }

export interface AuthorizationRequest {
  /** As it was sent; null when the request had none and the registered one is used (RFC 6749 §3.1.2.3). */
  readonly redirectUri: string | null
  readonly scope: string
  readonly state: string | undefined
  readonly challenge: string
}

/** RFC 6749 Appendix A.5. */
const STATE = /^[\x20-\x7e]{1,1024}$/

/** Unknown parameters are ignored, and a parameter without a value counts as missing (RFC 6749 §3.1). */
export function judgeAuthorization(query: URLSearchParams): AuthorizationVerdict {
  const one = (name: string) => query.get(name) || undefined
  const repeated = new Set([...query.keys()].filter(name => KNOWN.has(name) && query.getAll(name).length > 1))
  if (repeated.has('client_id') || repeated.has('redirect_uri')) {
    return refused('client_id and redirect_uri may be sent once each')
  }
  if (one('client_id') !== CLIENT_ID) return refused(`client_id must be ${CLIENT_ID}`)
  const redirectUri = one('redirect_uri') ?? null
  if (redirectUri !== null && redirectUri !== REDIRECT_URI)
    return refused(`redirect_uri must be exactly ${REDIRECT_URI}`)

  const state = repeated.has('state') ? undefined : one('state')
  const returned = (error: AuthorizationErrorCode, why: string): AuthorizationVerdict => ({
    kind: 'returned',
    location: errorLocation(error, why, state !== undefined && STATE.test(state) ? state : undefined),
  })
  const [twice] = repeated
  if (twice !== undefined) return returned('invalid_request', `${twice} may be sent once`)
  if (state !== undefined && !STATE.test(state))
    return returned('invalid_request', 'state is too long or not printable')
  const type = one('response_type')
  if (type === undefined) return returned('invalid_request', 'response_type is missing')
  if (type !== 'code') return returned('unsupported_response_type', 'the only response_type is code')
  const scope = one('scope') ?? SCOPE
  if (scope !== SCOPE) return returned('invalid_scope', `the only scope is ${SCOPE}`)
  const challenge = one('code_challenge')
  // RFC 7636 §4.3: without a method it is `plain`, which does not protect against a program that can read the request.
  if (challenge === undefined) return returned('invalid_request', 'code challenge required')
  if (one('code_challenge_method') !== 'S256') {
    return returned('invalid_request', 'transform algorithm not supported: code_challenge_method must be S256')
  }
  if (!isChallenge(challenge)) return returned('invalid_request', 'code_challenge must be 43 characters of base64url')
  return { kind: 'valid', request: { redirectUri, scope, state, challenge } }
}

const KNOWN = new Set([
  'client_id',
  'redirect_uri',
  'state',
  'response_type',
  'scope',
  'code_challenge',
  'code_challenge_method',
])

/** Where the browser goes with a new code. `iss` names the server that issued it (RFC 9207 §2). */
export function codeLocation(code: string, state: string | undefined): string {
  return location({ code, state, iss: ISSUER })
}

/** Where the browser goes with an error. */
function errorLocation(error: AuthorizationErrorCode, why: string, state: string | undefined): string {
  return location({ error, error_description: why, state, iss: ISSUER })
}

function location(members: Readonly<Record<string, string | undefined>>): string {
  const url = new URL(REDIRECT_URI)
  for (const [name, value] of Object.entries(members)) if (value !== undefined) url.searchParams.set(name, value)
  return url.href
}

function refused(why: string): AuthorizationVerdict {
  return { kind: 'refused', why }
}
