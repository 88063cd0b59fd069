/**
 * The switches of a running server, by POST to its admin endpoint.
 *
 *     POST /order    {"policy": "weighted", "weights": {"172.20.0.20": 3, "172.20.0.21": 1}}
 *     POST /health   {"enabled": false}
 *     POST /querylog {"enabled": true}
 *
 * Read beside: ../answer/order.ts (the policies), shared/admin.ts (from where a POST is accepted)
 * Touches the world: through the log it is given.
 */
import { isIP } from 'node:net'
import { AdminError, type AdminRoute } from '#shared/admin.ts'
import { booleanOf, membersOf, numberOf, wordOf } from '#shared/admin-body.ts'
import type { Events } from '#shared/events.ts'
import type { Log } from '#shared/log.ts'
import { POLICIES } from '../answer/order.ts'
import type { Orderer } from '../answer/orderer.ts'

/** Only the ratios of weights matter; their sum must be an exact number. */
const WEIGHT_LIMIT = 1_000_000

export interface Switch {
  enabled: boolean
}

/** @param changed called after the change. @throws AdminError 400 that explains what is wrong */
export function orderRoute(orderer: Orderer, changed: () => void = () => {}): AdminRoute {
  return body => {
    const members = membersOf(body, ['policy', 'weights'])
    const policy = members.policy === undefined ? orderer.policy : wordOf(members, 'policy', POLICIES)
    const weights = members.weights === undefined ? orderer.weights : weightsFrom(members.weights)
    orderer.policy = policy
    orderer.weights = weights
    changed()
    return { policy, weights: Object.fromEntries(weights) }
  }
}

/** @param changed called after the change */
export function switchRoute(own: Switch, changed: () => void = () => {}): AdminRoute {
  return body => {
    own.enabled = booleanOf(membersOf(body, ['enabled']), 'enabled')
    changed()
    return { enabled: own.enabled }
  }
}

/** Adds a log line and an event to each change of a switch. */
export function announced(log: Log, events: Events): (what: string, route: AdminRoute) => AdminRoute {
  return (what, route) => async body => {
    const state = (await route(body)) as Record<string, unknown>
    log.info('switched', { what, ...state })
    events.publish('dns.switch', () => ({ what, ...state }))
    return state
  }
}

function weightsFrom(value: unknown): Map<string, number> {
  const weights = membersOf(value, undefined, 'weights')
  const addresses = Object.keys(weights)
  const broken = addresses.find(address => isIP(address) === 0)
  if (broken !== undefined) throw new AdminError(400, `weights: ${JSON.stringify(broken)} is not an IP address`)
  return new Map(addresses.map(address => [address, numberOf(weights, address, { min: 0, max: WEIGHT_LIMIT })]))
}
