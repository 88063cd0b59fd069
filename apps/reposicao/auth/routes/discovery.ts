/**
 * `GET /auth/jwks` and the metadata: everything public that a client or an API needs.
 *
 * Read beside: ../signing-keys.ts; RFC 7517 §5 (JWK Set), RFC 8414 §2, §3 (metadata), RFC 9207 §3
 * Pure: the published keys in, responses out.
 */
import type { Reply } from '../../../../backend/http/reply.ts'
import type { Route } from '../../../../backend/http/router.ts'
import { Unavailable } from '../../../../backend/refusal.ts'
import { ISSUER, SCOPE } from '../../token-contract.ts'
import type { SigningKeys } from '../signing-keys.ts'

/** RFC 8414 §2. What is not listed is not supported: no implicit flow, no password grant, no client secrets. */
export const METADATA = {
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

export function discoveryRoutes(keys: Pick<SigningKeys, 'published'>): Route[] {
  return [
    { method: 'GET', path: '/auth/jwks', produces: 'any', handle: () => keySet(keys) },
    {
      method: 'GET',
      path: '/auth/.well-known/oauth-authorization-server',
      produces: 'any',
      handle: () => publicJson(METADATA),
    },
    // RFC 8414 §3.1: for an issuer with a path, the well-known part is before that path.
    {
      method: 'GET',
      path: '/.well-known/oauth-authorization-server/auth',
      produces: 'any',
      handle: () => publicJson(METADATA),
    },
  ]
}

/** An empty set would be kept by caches, and every token refused meanwhile. */
function keySet(keys: Pick<SigningKeys, 'published'>): Reply {
  const set = keys.published()
  if (set.keys.length === 0) throw new Unavailable('mysql', 'there is no key yet; try again in a moment')
  return publicJson(set)
}

/** Not about one person, so caches may keep it: much shorter than a new key is published before it signs (rules/key-schedule.ts). */
function publicJson(value: unknown): Reply {
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
