/**
 * The limits' switch on the admin endpoint:
 *
 *     POST /limits   { "scope": "everyone", "logins": { "perSecond": 0.1, "burst": 3 } }   each member may be left out
 *
 * Read beside: rate-limits.ts, shared/admin.ts
 * Pure: a body in, settings out, or one sentence that says what is wrong with it.
 */
import type { AdminRoute } from '#shared/admin.ts'
import { membersOf, numberOf, wordOf } from '#shared/admin-body.ts'
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
  const members = membersOf(body, ['scope', 'requests', 'logins'])
  return {
    scope: members.scope === undefined ? before.scope : wordOf(members, 'scope', SCOPES),
    requests: members.requests === undefined ? before.requests : readRate('requests', members.requests),
    logins: members.logins === undefined ? before.logins : readRate('logins', members.logins),
  }
}

function readRate(name: string, value: unknown): Rate {
  const rate = membersOf(value, ['perSecond', 'burst'], name)
  return {
    perSecond: numberOf(rate, 'perSecond', { min: 0.001, max: 10_000, within: name }),
    burst: numberOf(rate, 'burst', { min: 1, max: 10_000, whole: true, within: name }),
  }
}
