/**
 * The auth API of reposicao: people log in, and the page gets tokens for the tickets API.
 *
 * Read beside: routes/, ../README.md; RFC 6749, RFC 7636, RFC 9700
 * Pure: puts routes together.
 */
import { Dependency } from '../../../backend/dependency.ts'
import type { Application, Toolkit } from '../../../backend/toolkit.ts'
import { Grants } from './grants.ts'
import { authOperations } from './operations.ts'
import { authorizeRoute } from './routes/authorize.ts'
import { discoveryRoutes } from './routes/discovery.ts'
import { authLoginRoutes } from './routes/login.ts'
import { tokenRoutes } from './routes/token.ts'
import { SigningKeys } from './signing-keys.ts'

const MIGRATIONS = { folder: new URL('migrations/', import.meta.url), table: 'reposicao_auth_migrations' }

export function auth(toolkit: Toolkit): Application {
  const { mysql, clock, log } = toolkit
  const keys = new SigningKeys(mysql, clock)
  const grants = new Grants(mysql, clock)
  return {
    routes: [
      ...authLoginRoutes(toolkit),
      authorizeRoute(toolkit, grants),
      ...tokenRoutes({ ...toolkit, grants, keys }),
      ...discoveryRoutes(keys),
    ],
    operations: authOperations,
    migrations: MIGRATIONS,
    dependencies: [new Dependency({ name: 'keys', probe: () => keys.refresh(), clock, log })],
    unready: () => (keys.isReady ? undefined : 'there is no signing key yet'),
  }
}
