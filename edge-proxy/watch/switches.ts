/**
 * What a class may change while the edge runs, through its admin endpoint.
 *
 *   POST /balance   { "algorithm": "least-connections" }
 *   POST /backends  { "backend": "backend2", "mode": "drain" }      and, or instead: "weight": 3
 *
 * Read beside: shared/admin.ts (who may call it), ../balance/balancer.ts, ../balance/availability.ts, ../limits/switch.ts
 * Pure: a body in, the edge's records changed.
 */
import { AdminError, type AdminRoute } from '#shared/admin.ts'
import { membersOf, numberOf, wordOf } from '#shared/admin-body.ts'
import { MODES } from '../balance/backend.ts'
import { ALGORITHMS } from '../balance/balancer.ts'
import type { Edge } from '../edge.ts'
import { rowOf } from './status.ts'

const WEIGHTS = { min: 1, max: 100, whole: true }

export function switchesOf(edge: Edge): Record<string, AdminRoute> {
  return {
    'POST /balance': body => {
      const members = membersOf(body, ['algorithm'])
      const algorithm = wordOf(members, 'algorithm', ALGORITHMS)
      edge.gateway.fallback.balancer.algorithm = algorithm
      edge.events.publish('edge.balance', () => ({ algorithm }))
      return { algorithm }
    },
    'POST /backends': body => {
      const members = membersOf(body, ['backend', 'mode', 'weight'])
      const clusters = edge.gateway.destinations
      const names = clusters.flatMap(({ backends }) => backends.map(({ name }) => name))
      const name = wordOf(members, 'backend', names)
      const mode = members.mode === undefined ? undefined : wordOf(members, 'mode', MODES)
      const weight = members.weight === undefined ? undefined : numberOf(members, 'weight', WEIGHTS)
      const cluster = clusters.find(({ backends }) => backends.some(backend => backend.name === name))
      const backend = cluster?.backends.find(backend => backend.name === name)
      if (cluster === undefined || backend === undefined) throw new AdminError(404, `there is no ${name} any more`)
      backend.mode = mode ?? backend.mode
      backend.weight = weight ?? backend.weight
      if (mode !== undefined) cluster.recheck(backend)
      edge.events.publish('edge.backend', () => ({ backend: name, mode: backend.mode, weight: backend.weight }))
      return rowOf(backend, edge.clock.now(), cluster.checks)
    },
  }
}
