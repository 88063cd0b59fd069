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
import { MODES } from '../balance/availability.ts'
import { ALGORITHMS } from '../balance/balancer.ts'
import type { Edge } from '../edge.ts'
import { rowOf } from './status.ts'

const MOST_WEIGHT = 100

export function switchesOf(edge: Edge): Record<string, AdminRoute> {
  return {
    'POST /balance': body => {
      const members = membersOf(body, ['algorithm'])
      const algorithm = wordOf(members, 'algorithm', ALGORITHMS)
      edge.balancer.algorithm = algorithm
      edge.events.publish('edge.balance', () => ({ algorithm }))
      return { algorithm }
    },
    'POST /backends': body => {
      const members = membersOf(body, ['backend', 'mode', 'weight'])
      const names = edge.balancer.backends.map(({ name }) => name)
      const name = wordOf(members, 'backend', names)
      const mode = members.mode === undefined ? undefined : wordOf(members, 'mode', MODES)
      const weight = members.weight === undefined ? undefined : weightOf(members.weight)
      const backend = edge.balancer.backends.find(backend => backend.name === name)
      if (backend === undefined) throw new AdminError(404, `there is no ${name} any more`)
      backend.mode = mode ?? backend.mode
      backend.weight = weight ?? backend.weight
      if (mode !== undefined) edge.recheck(backend)
      edge.events.publish('edge.backend', () => ({ backend: name, mode: backend.mode, weight: backend.weight }))
      return rowOf(backend, edge.clock.now())
    },
  }
}

/** @throws AdminError 400 for what is no object, and for a member that is not known */
function membersOf(body: unknown, names: readonly string[]): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new AdminError(400, `a JSON object is needed, with ${names.join(', ')}`)
  }
  const strange = Object.keys(body).find(name => !names.includes(name))
  if (strange !== undefined) throw new AdminError(400, `there is no "${strange}" here, only ${names.join(', ')}`)
  return body as Record<string, unknown>
}

/** A member that must be one of these words. @throws AdminError 400 that names them */
function wordOf<Word extends string>(members: Record<string, unknown>, member: string, words: readonly Word[]): Word {
  const word = words.find(word => word === members[member])
  if (word !== undefined) return word
  throw new AdminError(400, `"${member}" must be one of ${words.join(', ')}, not ${JSON.stringify(members[member])}`)
}

function weightOf(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MOST_WEIGHT) return value
  throw new AdminError(400, `"weight" must be a whole number from 1 to ${MOST_WEIGHT}, not ${JSON.stringify(value)}`)
}
