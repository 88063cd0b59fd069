/**
 * What a class may change while the edge runs, through its admin endpoint.
 *
 *   POST /balance   { "algorithm": "least-connections" }
 *   POST /backends  { "backend": "backend2", "mode": "drain" }
 *
 * Read beside: shared/admin.ts (who may call it), ../balance/balancer.ts, ../balance/availability.ts
 * Pure: a body in, the edge's records changed.
 */
import { AdminError, type AdminRoute } from '#shared/admin.ts'
import { MODES } from '../balance/availability.ts'
import { ALGORITHMS } from '../balance/balancer.ts'
import type { Edge } from '../edge.ts'

export function switchesOf(edge: Edge): Record<string, AdminRoute> {
  return {
    'POST /balance': body => {
      const algorithm = wordOf(body, 'algorithm', ALGORITHMS)
      edge.balancer.algorithm = algorithm
      edge.events.publish('edge.balance', () => ({ algorithm }))
      return { algorithm }
    },
    'POST /backends': body => {
      const names = edge.balancer.backends.map(backend => backend.name)
      const name = wordOf(body, 'backend', names)
      const mode = wordOf(body, 'mode', MODES)
      for (const backend of edge.balancer.backends) if (backend.name === name) backend.mode = mode
      edge.events.publish('edge.mode', () => ({ backend: name, mode }))
      return { backend: name, mode }
    },
  }
}

/** A member of the body that must be one of these words. @throws AdminError 400 that names them */
function wordOf<Word extends string>(body: unknown, member: string, words: readonly Word[]): Word {
  const given = body !== null && typeof body === 'object' ? (body as Record<string, unknown>)[member] : undefined
  const word = words.find(word => word === given)
  if (word !== undefined) return word
  throw new AdminError(400, `"${member}" must be one of ${words.join(', ')}`)
}
