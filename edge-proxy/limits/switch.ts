/**
 * The limits' switch on the admin endpoint:
 *
 *     POST /limits   { "scope": "everyone", "logins": { "perSecond": 0.1, "burst": 3 } }   each member may be left out
 *
 * Read beside: rate-limits.ts, shared/admin.ts
 * Pure: a body in, settings out, or one sentence that says what is wrong with it.
 */
import { AdminError, type AdminRoute } from '#shared/admin.ts'
import { type LimitSettings, type RateLimits, SCOPES } from './rate-limits.ts'
import type { Rate } from './token-bucket.ts'

export function limitRoutes(limits: RateLimits): Record<string, AdminRoute> {
  return {
    'POST /limits': body => {
      limits.settings = readLimits(body, limits.settings)
      return limits.settings
    },
  }
}

/** @throws AdminError 400 that names the member and what would be right */
export function readLimits(body: unknown, before: LimitSettings): LimitSettings {
  const { scope, requests, logins } = membersOf(body, 'the body', ['scope', 'requests', 'logins'])
  const known = scope === undefined ? before.scope : SCOPES.find(word => word === scope)
  if (known === undefined)
    throw new AdminError(400, `scope is one of ${SCOPES.join(', ')}, not ${JSON.stringify(scope)}`)
  return {
    scope: known,
    requests: requests === undefined ? before.requests : readRate('requests', requests),
    logins: logins === undefined ? before.logins : readRate('logins', logins),
  }
}

function readRate(name: string, value: unknown): Rate {
  const { perSecond, burst } = membersOf(value, name, ['perSecond', 'burst'])
  if (typeof perSecond !== 'number' || !(perSecond >= 0.001 && perSecond <= 10_000)) {
    throw new AdminError(400, `${name}.perSecond is a number from 0.001 to 10000, not ${JSON.stringify(perSecond)}`)
  }
  if (typeof burst !== 'number' || !Number.isInteger(burst) || burst < 1 || burst > 10_000) {
    throw new AdminError(400, `${name}.burst is a whole number from 1 to 10000, not ${JSON.stringify(burst)}`)
  }
  return { perSecond, burst }
}

function membersOf(value: unknown, what: string, names: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AdminError(400, `${what} is an object with some of: ${names.join(', ')}`)
  }
  const strange = Object.keys(value).find(name => !names.includes(name))
  if (strange !== undefined) throw new AdminError(400, `${what} has no "${strange}"; it takes ${names.join(', ')}`)
  return value as Record<string, unknown>
}
