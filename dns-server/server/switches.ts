/**
 * What can be switched while the server runs, by POST to its admin endpoint.
 *
 *     POST /order    {"policy": "weighted", "weights": {"172.20.0.20": 3, "172.20.0.21": 1}}
 *     POST /health   {"enabled": false}
 *     POST /querylog {"enabled": true}
 *
 * Read beside: answer/order.ts (the policies), shared/admin.ts (who may)
 * Touches the world: through the log it is given.
 */
import { isIP } from 'node:net'
import { AdminError, type AdminRoute } from '#shared/admin.ts'
import type { Events } from '#shared/events.ts'
import type { Log } from '#shared/log.ts'
import { POLICIES, type Policy } from '../answer/order.ts'
import type { Orderer } from '../answer/orderer.ts'

/** Only weights' ratios mean something; the sum of all must stay a number. */
const WEIGHT_LIMIT = 1_000_000

export interface Switch {
  enabled: boolean
}

/** @throws AdminError (400) that says what would be right */
export function orderRoute(orderer: Orderer): AdminRoute {
  return body => {
    const { policy = orderer.policy, weights } = objectFrom(body, ['policy', 'weights'])
    if (!POLICIES.some(known => known === policy)) {
      throw new AdminError(400, `policy: one of ${POLICIES.join(', ')} is needed, not ${JSON.stringify(policy)}`)
    }
    const parsed = weights === undefined ? orderer.weights : weightsFrom(weights)
    orderer.policy = policy as Policy
    orderer.weights = parsed
    return { policy: orderer.policy, weights: Object.fromEntries(parsed) }
  }
}

/** @param changed called after the switch was moved */
export function switchRoute(own: Switch, changed: () => void = () => {}): AdminRoute {
  return body => {
    const { enabled } = objectFrom(body, ['enabled'])
    if (typeof enabled !== 'boolean') throw new AdminError(400, 'enabled: true or false is needed')
    own.enabled = enabled
    changed()
    return { enabled }
  }
}

/** A switch whose moves are logged, and shown to whoever watches. */
export function toldTo(log: Log, events: Events): (what: string, route: AdminRoute) => AdminRoute {
  return (what, route) => async body => {
    const state = (await route(body)) as Record<string, unknown>
    log.info('switched', { what, ...state })
    events.publish('dns.switch', () => ({ what, ...state }))
    return state
  }
}

function weightsFrom(weights: unknown): Map<string, number> {
  const entries = Object.entries(objectFrom(weights))
  for (const [address, weight] of entries) {
    if (isIP(address) === 0) throw new AdminError(400, `weights: ${JSON.stringify(address)} is no address of a record`)
    if (typeof weight !== 'number' || !(weight >= 0 && weight <= WEIGHT_LIMIT)) {
      const wanted = `a number from 0 to ${WEIGHT_LIMIT} is needed for ${address}`
      throw new AdminError(400, `weights: ${wanted}, not ${JSON.stringify(weight)}`)
    }
  }
  return new Map(entries as [string, number][])
}

function objectFrom(body: unknown, members?: readonly string[]): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new AdminError(400, 'a JSON object is needed')
  const unknown = members && Object.keys(body).find(member => !members.includes(member))
  if (unknown !== undefined) throw new AdminError(400, `there is no ${unknown} here; there is ${members?.join(', ')}`)
  return body as Record<string, unknown>
}
