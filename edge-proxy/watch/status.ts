/**
 * The edge as a table of backends, in HAProxy's vocabulary.
 *
 * Read beside: HAProxy's management manual §9.1 (status, check_status), shared/admin.ts (`GET /status`)
 * Pure: values in, an object out.
 */
import type { Backend } from '../balance/backend.ts'
import { DEFAULT_THRESHOLDS, type Thresholds } from '../balance/health.ts'
import type { Edge } from '../edge.ts'

export function statusOf(edge: Edge): Record<string, unknown> {
  const { counters } = edge
  return {
    name: edge.name,
    server: edge.serverName,
    draining: edge.draining,
    connections: edge.connections,
    requests: counters.requests,
    refused: counters.refused,
    octetsIn: counters.octetsIn,
    octetsOut: counters.octetsOut,
    algorithm: edge.balancer.algorithm,
    responses: Object.fromEntries(counters.statuses),
    backends: edge.balancer.backends.map(backend => ({
      name: backend.name,
      address: backend.authority,
      server: backend.label,
      state: stateOf(backend, edge.clock.now()),
      weight: backend.weight,
      lastCheck: backend.lastCheck?.text ?? null,
      active: backend.active,
      idleConnections: edge.poolOf(backend).idle,
      requests: backend.requests,
      retries: backend.retries,
      failures: backend.failures,
      responses: {
        '2xx': backend.responses[2],
        '3xx': backend.responses[3],
        '4xx': backend.responses[4],
        '5xx': backend.responses[5],
      },
    })),
  }
}

/** `UP`, `UP going down 2/3`, `DOWN`, `DOWN going up 1/2`, `DRAIN`, `MAINT`, `BAN`. */
export function stateOf(backend: Backend, now: number, { rise, fall }: Thresholds = DEFAULT_THRESHOLDS): string {
  const { mode, health, leaving, ban } = backend
  if (mode !== 'ready') return mode === 'drain' ? 'DRAIN' : 'MAINT'
  if (!health.known) return 'DOWN not checked yet'
  if (leaving) return 'DRAIN says so itself'
  if (!health.healthy) return health.disagreeing === 0 ? 'DOWN' : `DOWN going up ${health.disagreeing}/${rise}`
  if (now < ban.until) return `BAN for ${((ban.until - now) / 1000).toFixed(1)} s`
  return health.disagreeing === 0 ? 'UP' : `UP going down ${health.disagreeing}/${fall}`
}
