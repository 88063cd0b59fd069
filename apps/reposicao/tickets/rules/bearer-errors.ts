/**
 * The errors of a Bearer token: a status and the challenge that explains it.
 *
 *     nothing sent        401  Bearer realm="reposicao"                              no error code: the client did not know (§3.1)
 *     not a Bearer token  400  … error="invalid_request"
 *     not valid           401  … error="invalid_token"
 *     too little scope    403  … error="insufficient_scope", scope="tickets"
 *
 * Read beside: ../bearer.ts; RFC 6750 §2.1 (Authorization), §3 (WWW-Authenticate), §3.1 (codes)
 * Pure: values in, a refusal out.
 */
import { Refusal } from '../../../../backend/refusal.ts'
import { SCOPE } from '../../token-contract.ts'

export type BearerErrorCode = 'invalid_request' | 'invalid_token' | 'insufficient_scope'

const STATUS = { invalid_request: 400, invalid_token: 401, insufficient_scope: 403 } as const

/** RFC 6750 §2.1: the characters of a token. A JWT has two dots in it. */
const CREDENTIALS = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i
/** Characters. Ours have about 800; a longer one is not looked at. */
const LONGEST_TOKEN = 4096

/** The token in an Authorization field. Tokens in the query or in a form are not accepted (RFC 9700 §4.3.2). @throws Refusal 400, 401 */
export function tokenIn(authorization: string | undefined): string {
  if (authorization === undefined) {
    throw new Refusal(401, 'an access token is needed: Authorization: Bearer …', {
      headers: ['WWW-Authenticate', 'Bearer realm="reposicao"'],
    })
  }
  const token = CREDENTIALS.exec(authorization)?.[1]
  if (token === undefined || token.length > LONGEST_TOKEN) {
    throw bearerRefusal('invalid_request', 'the Authorization field must be: Bearer, a space, one token')
  }
  return token
}

/** @param why without `"` and `\` (RFC 6750 §3) */
export function bearerRefusal(error: BearerErrorCode, why: string): Refusal {
  const scope = error === 'insufficient_scope' ? `, scope="${SCOPE}"` : ''
  const challenge = `Bearer realm="reposicao", error="${error}", error_description="${why}"${scope}`
  return new Refusal(STATUS[error], why, { headers: ['WWW-Authenticate', challenge], members: { error } })
}

/** What is wrong with a token, in our own words: the texts of the library are for its developers. */
export function whyInvalid(code: string, claim: string | undefined): string {
  switch (code) {
    case 'ERR_JWT_EXPIRED':
      return 'the access token has expired'
    case 'ERR_JWT_CLAIM_VALIDATION_FAILED':
      return `the access token is not for this API: ${claim ?? 'a claim'} is wrong or missing`
    case 'ERR_JOSE_ALG_NOT_ALLOWED':
      return 'the access token is signed with an algorithm that is not accepted'
    case 'ERR_JWKS_NO_MATCHING_KEY':
      return 'the access token is signed with an unknown key'
    case 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED':
      return 'the signature of the access token is wrong'
    default:
      return 'the access token is not a valid JWT'
  }
}
