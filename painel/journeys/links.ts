/**
 * Between which two components an event happened, so that the map can show it: a DNS answer goes from `ns1` to `client`.
 *
 * Every client is `client` here: the painel's own, a browser, curl.
 *
 * Read beside: hops.ts, shared/event-kinds.ts, painel/public/map-lines.js (which draws it)
 * Pure: an event in, two names out.
 */
import type { LabEvent } from '#shared/events.ts'
import type {} from '../../backend/queue/queue-events.ts'

export interface Link {
  readonly from: string
  /** The same as `from` for what happens inside one component. */
  readonly to: string
  /** Whether the message did not arrive, or was not answered. */
  readonly failed: boolean
}

const CLIENT = 'client'

/**
 * @param nameOf the component at an IPv4 address, without a port; undefined for an address that is not on the map
 * @param frontend the one that has the request, where an event of a backend does not name it
 */
export function linkOf(
  { kind, component, detail }: LabEvent,
  nameOf: (address: string) => string | undefined,
  frontend: string | null,
): Link {
  const at = (place: string): Link => ({ from: place, to: place, failed: false })
  const link = (from: string, to: string, failed = false): Link => ({ from, to, failed })
  const named = (address: string) => nameOf(address.replace(/:\d+$/, ''))
  switch (kind) {
    case 'client.lookup':
      return link((detail.server === undefined ? undefined : named(detail.server)) ?? CLIENT, CLIENT)
    case 'client.address':
      return at(CLIENT)
    case 'client.connected':
      return link(CLIENT, named(detail.address) ?? CLIENT)
    case 'client.failure':
      return link(CLIENT, named(detail.address) ?? CLIENT, true)
    case 'client.response':
      return link(detail.frontend || CLIENT, CLIENT)
    case 'dns.query':
    case 'edge.received':
      return link(CLIENT, component)
    case 'edge.connected':
    case 'edge.sent':
      return link(component, detail.backend)
    case 'edge.attempt-failed':
      return link(component, detail.backend, true)
    case 'edge.first-octet':
      return link(detail.backend, component)
    case 'edge.request':
    case 'edge.local':
    case 'edge.refused':
      return link(component, CLIENT, detail.status === null)
    case 'backend.received':
      return link(frontend ?? component, component)
    case 'backend.redis':
      return link(component, 'redis', detail.replyOctets === undefined)
    case 'backend.mysql':
      return link(component, 'mysql', detail.rows === undefined)
    case 'backend.request':
      return link(component, frontend ?? component)
    case 'queue.published':
      return link(component, detail.broker)
    case 'queue.delivered':
      return link(detail.broker, component)
    case 'queue.handled':
      return link(component, component, detail.outcome !== 'done')
    default:
      return at(component)
  }
}
