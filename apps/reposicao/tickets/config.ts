/**
 * The settings of the tickets API, besides those of every program on the toolkit (backend/config.ts).
 *
 *   AUTH_JWKS_URL   from the map   where the public keys of the auth API are: not through an edge, because this server trusts them
 *
 * Read beside: #shared/settings.ts
 * Pure: an environment in, values out.
 */
import { hostNamed, type NetworkMap } from '#shared/network-map.ts'
import { type Environment, url } from '#shared/settings.ts'

/** @throws SettingError */
export function readJwksUrl(env: Environment, map: NetworkMap): string {
  const { address, port } = hostNamed(map, 'auth')
  return url(env, 'AUTH_JWKS_URL', ['http', 'https'], `http://${address}:${port}/auth/jwks`).href
}
