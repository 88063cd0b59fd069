/**
 * The routes that only look: the map, the journeys, the live events.
 *
 * Read beside: ../painel.ts, ../live.ts
 * Pure: reads what the painel has collected.
 */

import { isRequestId } from '#shared/request-id.ts'
import { json } from '../../backend/http/reply.ts'
import type { Route } from '../../backend/http/router.ts'
import { Refusal } from '../../backend/refusal.ts'
import type { Hop } from '../journeys/journey.ts'
import { type DecodedDns, decodeDns } from '../packets/decode-dns.ts'
import type { Painel } from '../painel.ts'

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 200

const STREAM = ['Content-Type', 'text/event-stream', 'Cache-Control', 'no-store', 'X-Content-Type-Options', 'nosniff']

export function lookRoutes(painel: Painel): Route[] {
  return [
    {
      method: 'GET',
      path: '/api/map',
      handle: async () => {
        painel.attention.touch()
        return json(200, await painel.observer.look())
      },
    },
    {
      method: 'GET',
      path: '/api/journeys',
      handle: ({ query }) => {
        painel.attention.touch()
        return json(200, {
          share: painel.share,
          journeys: painel.journeys.list(limitOf(query.get('limit'), MAX_LIMIT)),
        })
      },
    },
    {
      method: 'GET',
      path: '/api/sales',
      handle: () => {
        painel.attention.touch()
        return json(200, { sales: painel.sales.list() })
      },
    },
    {
      method: 'GET',
      path: '/api/events',
      handle: ({ query }) => {
        painel.attention.touch()
        return json(200, { share: painel.share, events: painel.journeys.events(limitOf(query.get('limit'), 2_000)) })
      },
    },
    {
      method: 'GET',
      path: '/api/journeys/:id',
      // One segment: an id with a slash is written %2F.
      id: /^[\w.~:+=%-]{1,400}$/,
      handle: ({ id }) => {
        painel.attention.touch()
        const journey = painel.journeys.get(idOf(id))
        if (journey === undefined) {
          throw new Refusal(404, `the painel has not seen a request ${id}; it keeps the last ${MAX_LIMIT}`)
        }
        return json(200, { ...journey, hops: journey.hops.map(withDecodedDns) })
      },
    },
    {
      method: 'GET',
      path: '/api/live',
      produces: 'any',
      handle: () => ({ status: 200, headers: STREAM, body: painel.live.open(painel.attention.hold()) }),
    },
  ]
}

/** The octets of a DNS message, also in words. */
function withDecodedDns(hop: Hop): Hop & { readonly dns?: Readonly<Record<string, DecodedDns>> } {
  const { octets } = hop
  if (octets?.query === undefined) return hop
  return { ...hop, dns: Object.fromEntries(Object.entries(octets).map(([name, hex]) => [name, decodeDns(hex)])) }
}

/** @throws Refusal 400 when it is not a whole number from 1 to `max` */
function limitOf(text: string | null, max: number): number {
  if (text === null) return Math.min(DEFAULT_LIMIT, max)
  const limit = Number(text)
  if (/^\d{1,4}$/.test(text) && limit >= 1 && limit <= max) return limit
  throw new Refusal(400, `limit: a whole number from 1 to ${max} is needed, not ${JSON.stringify(text)}`)
}

/** @throws Refusal 400 for a segment that is not a request id */
function idOf(segment: string): string {
  try {
    const id = decodeURIComponent(segment)
    if (isRequestId(id)) return id
  } catch {
    // A wrong percent-encoding is not an id either.
  }
  throw new Refusal(400, `${JSON.stringify(segment)} is not a request id`)
}
