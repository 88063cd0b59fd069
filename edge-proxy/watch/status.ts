/**
 * The edge as a table of backends, in HAProxy's vocabulary.
 *
 * Read beside: HAProxy's management manual §9.1 (status, check_status), shared/admin.ts (`GET /status`)
 * Pure: values in, an object out.
 */
import type { Thresholds } from '#shared/health.ts'
import { isPanic } from '../balance/availability.ts'
import type { Backend } from '../balance/backend.ts'
import { isBanned, TOLERATED } from '../balance/ban.ts'
import type { Edge } from '../edge.ts'
import type { RateLimits } from '../limits/rate-limits.ts'

export function statusOf(edge: Edge, limits: RateLimits): Record<string, unknown> {
  const { counters, gateway, clock } = edge
  const { balancer } = gateway.fallback
  const now = clock.now()
  return {
    name: edge.name,
    server: edge.serverName,
    draining: edge.draining,
    connections: edge.connections,
    requests: counters.requests,
    refused: counters.refused,
    octetsIn: counters.octetsIn,
    octetsOut: counters.octetsOut,
    algorithm: balancer.algorithm,
    responses: Object.fromEntries(counters.statuses),
    checks: gateway.fallback.checks,
    panic: isPanic(balancer.backends, now),
    limits: { ...limits.settings, clients: limits.clients, refused: limits.refused },
    backends: gateway.destinations.flatMap(cluster =>
      cluster.backends.map(backend => ({
        cluster: cluster.name,
        ...rowOf(backend, now, cluster.checks),
        idleConnections: cluster.poolOf(backend).idle,
      })),
    ),
  }
}

/** One backend, as a line of the table. Times are in seconds. */
export function rowOf(backend: Backend, now: number, thresholds: Thresholds): Record<string, unknown> {
  const { lastCheck, nextCheckAt, responses } = backend
  return {
    name: backend.name,
    address: backend.authority,
    server: backend.label,
    state: stateOf(backend, thresholds),
    mode: backend.mode,
    weight: backend.weight,
    lastCheck: lastCheck?.text ?? null,
    lastCheckAgo: lastCheck === undefined ? null : seconds(now - lastCheck.at),
    nextCheckIn: nextCheckAt === undefined ? null : seconds(Math.max(0, nextCheckAt - now)),
    ban: banOf(backend, now),
    active: backend.active,
    requests: backend.requests,
    retries: backend.retries,
    failures: backend.failures,
    responses: { '2xx': responses[2], '3xx': responses[3], '4xx': responses[4], '5xx': responses[5] },
  }
}

/**
 * `UP`, `UP going down 2/3`, `DOWN`, `DOWN going up 1/2`; `DRAIN` and `MAINT` when people set it so; `NOLB` while the backend's own
 * /healthz says that it drains (in HAProxy: `http-check disable-on-404`).
 */
export function stateOf(backend: Backend, { rise, fall }: Thresholds): string {
  const { mode, health, leaving } = backend
  if (mode === 'maintenance') return 'MAINT'
  if (!health.known) return 'DOWN not checked yet'
  if (leaving) return 'NOLB'
  const { healthy, disagreeing } = health
  if (mode === 'drain') return healthy ? 'DRAIN' : 'DOWN (DRAIN)'
  if (disagreeing === 0) return healthy ? 'UP' : 'DOWN'
  return healthy ? `UP going down ${disagreeing}/${fall}` : `DOWN going up ${disagreeing}/${rise}`
}

/** Its ban, in words; null without failures. */
function banOf({ ban }: Backend, now: number): string | null {
  if (now < ban.until) return `for ${seconds(ban.until - now)} s (time ${ban.times})`
  if (isBanned(ban, now)) return `until a check passes (time ${ban.times})`
  if (ban.times > 0) return `on probation after ${ban.times}`
  return ban.failures > 0 ? `${ban.failures}/${TOLERATED} failures` : null
}

/** To a tenth. */
function seconds(milliseconds: number): number {
  return Math.round(milliseconds / 100) / 10
}
