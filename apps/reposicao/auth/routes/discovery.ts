/**
 * `GET /auth/jwks` and the metadata: everything public that a client or an API needs.
 *
 * Read beside: ../signing-keys.ts, ../../metadata.ts; RFC 7517 §5 (JWK Set)
 * Pure: the published keys in, responses out.
 */
import type { Reply } from '../../../../backend/http/reply.ts'
import type { Route } from '../../../../backend/http/router.ts'
import { Unavailable } from '../../../../backend/refusal.ts'
import { metadataRoute, publicJson } from '../../metadata.ts'
import type { SigningKeys } from '../signing-keys.ts'

export function discoveryRoutes(keys: Pick<SigningKeys, 'published'>): Route[] {
  return [
    { method: 'GET', path: '/auth/jwks', produces: 'any', handle: () => keySet(keys) },
    metadataRoute('/auth/.well-known/oauth-authorization-server'),
  ]
}

/** An empty set would be kept by caches, and every token refused meanwhile. */
function keySet(keys: Pick<SigningKeys, 'published'>): Reply {
  const set = keys.published()
  if (set.keys.length === 0) throw new Unavailable('mysql', 'there is no key yet; try again in a moment')
  return publicJson(set)
}
