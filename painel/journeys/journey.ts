/**
 * A journey: all that was observed of one request, hop by hop.
 *
 * Read beside: journeys.ts (which collects them), hops.ts (one event as one hop), docs/life-of-a-request.md
 * Pure: types, and the order of hops.
 */

/** The kinds of machine that a request passes. `client` is the client of this lab; a browser or curl sends no events. */
export type HopPlace = 'client' | 'dns' | 'edge' | 'backend' | 'redis' | 'mysql' | 'queue'

export interface Hop {
  readonly hop: HopPlace
  /** The component that observed it: `ns1`, `frontend2`, `backend1` … For Redis and MySQL, the backend that sent the command. */
  readonly component: string
  /** The kind of event that this hop was made from. */
  readonly kind: string
  /** When it was observed: ISO 8601 with milliseconds. Hops are in this order. */
  readonly at: string
  /** The same in milliseconds since 1970, with fractions: for drawing to scale. */
  readonly time: number
  /** How long it took, in milliseconds, up to `time`; `null` for what has no duration. */
  readonly ms: number | null
  /** One sentence: what happened and why. Portuguese. */
  readonly reason: string
  /** The same sentence in English. */
  readonly reasonEn: string
  /** Between which components it happened; the same one twice for what happens inside one (links.ts). */
  readonly from: string
  readonly to: string
  /** Whether an attempt, a command or the whole request failed here. */
  readonly failed: boolean
  readonly detail: Readonly<Record<string, unknown>>
  /** Octets as hexadecimal digits: `query` and `answer` of DNS; `received` and `sent` of HTTP heads, with cookies masked. */
  readonly octets?: Readonly<Record<string, string>>
}

/** A hop in the list of all events: without what only the view of the packet needs. */
export type EventLine = Omit<Hop, 'detail' | 'octets' | 'at'> & { readonly journey: string }

export type JourneyState = 'running' | 'answered' | 'failed'

export interface JourneySummary {
  readonly id: string
  readonly method: string
  readonly target: string
  readonly state: JourneyState
  readonly status: number | null
  readonly frontend: string | null
  readonly backend: string | null
  /** Milliseconds as the observer nearest to the client measured them; `null` while the request is under way. */
  readonly milliseconds: number | null
  readonly at: string
}

export interface Journey extends JourneySummary {
  readonly hops: readonly Hop[]
}

/** Where two hops carry the same time, the one that causes the other comes first. */
const CAUSE: Readonly<Record<HopPlace, number>> = {
  client: 0,
  dns: 1,
  edge: 2,
  backend: 3,
  redis: 4,
  mysql: 4,
  queue: 5,
}

/** Orders hops by the time at which they were observed. */
export function byTime(one: Hop, other: Hop): number {
  return one.time - other.time || CAUSE[one.hop] - CAUSE[other.hop]
}
