/**
 * The metadata of the auth API, for clients and other APIs.
 *
 * RFC 8414 §3.1 puts the well-known part before the path of the issuer: `/.well-known/oauth-authorization-server/auth`. The edges send that path
 * to the tickets API, so both APIs answer with this constant; the auth API does at `/auth/.well-known/oauth-authorization-server`.
 *
 * Read beside: token-contract.ts, auth/routes/discovery.ts, tickets/tickets.ts; RFC 8414 §2, §3, RFC 9207 §3
 * Pure: values.
 */
import type { Reply } from '../../backend/http/reply.ts'
import type { Route } from '../../backend/http/router.ts'
import { ISSUER, SCOPE } from './token-contract.ts'

/** Where RFC 8414 §3.1 puts it. */
export const METADATA_PATH = '/.well-known/oauth-authorization-server/auth'

/** RFC 8414 §2. What is not listed is not supported: no implicit flow, no password grant, no client secrets. */
const METADATA = {
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/authorize`,
  token_endpoint: `${ISSUER}/token`,
  revocation_endpoint: `${ISSUER}/revoke`,
  jwks_uri: `${ISSUER}/jwks`,
  scopes_supported: [SCOPE],
  response_types_supported: ['code'],
  response_modes_supported: ['query'],
  grant_types_supported: ['authorization_code', 'refresh_token'],
  token_endpoint_auth_methods_supported: ['none'],
  revocation_endpoint_auth_methods_supported: ['none'],
  code_challenge_methods_supported: ['S256'],
  authorization_response_iss_parameter_supported: true,
  ui_locales_supported: ['pt-BR', 'en'],
}

export function metadataRoute(path: string): Route {
  return { method: 'GET', path, produces: 'any', handle: () => publicJson(METADATA) }
}

/** Not about one person, so caches may keep it: much shorter than a new key is published before it signs (auth/rules/key-schedule.ts). */
export function publicJson(value: unknown): Reply {
  const headers = [
    'Content-Type',
    'application/json',
    'Cache-Control',
    'public, max-age=300',
    'X-Content-Type-Options',
    'nosniff',
  ]
  return { status: 200, headers, body: JSON.stringify(value) }
}
