/**
 * The errors of OAuth 2, as values: one code of the RFC and a sentence for developers.
 *
 * Read beside: RFC 6749 §4.1.2.1 (authorization endpoint), §5.2 (token endpoint)
 * Pure: values.
 */

/** RFC 6749 §5.2. */
export type GrantErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'

/** A refused token request. */
export interface GrantError {
  readonly error: GrantErrorCode
  /** Only the characters that §5.2 permits: %x20-21 / %x23-5B / %x5D-7E, so neither `"` nor `\`. */
  readonly description: string
}

/** A refusal with a description for people; characters that §5.2 does not permit become `'`. */
export function grantError(error: GrantErrorCode, description: string): GrantError {
  return { error, description: description.replace(/[^\x20-\x7e]|["\\]/g, "'") }
}

/** RFC 6749 §5.2: 401 for a client that is not the registered one, 400 for all others. */
export function statusOf({ error }: GrantError): 400 | 401 {
  return error === 'invalid_client' ? 401 : 400
}
