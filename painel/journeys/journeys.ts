/**
 * The last journeys: events of all components come in, in any order, and are put together by request id.
 *
 * A DNS message carries no request id. A query is assigned to the journey whose client published the same octets (its 16-bit ID is
 * random, so two queries of one moment differ).
 *
 * Read beside: journey.ts, hops.ts
 * Pure: events in, journeys out. Holds a bounded number of both.
 */
import type { LabEvent } from '#shared/events.ts'
import { hopOf } from './hops.ts'
import { byTime, type EventLine, type Hop, type Journey, type JourneyState, type JourneySummary } from './journey.ts'
import { linkOf } from './links.ts'

/** Journeys that are kept; the oldest is deleted first. */
const MAX_JOURNEYS = 200
/** DNS queries that wait for the client's event with the same octets, or that no client will claim. */
const MAX_QUERIES = 500
/** A request with more retries and statements than that is cut here, not in memory. */
const MAX_HOPS = 200

interface JourneyDraft {
  readonly id: string
  readonly hops: Hop[]
  method: string
  target: string
  state: JourneyState
  status: number | null
  frontend: string | null
  backend: string | null
  milliseconds: number | null
  /** Whether `milliseconds` was measured by the client, which sees more than the edge. */
  measuredByClient: boolean
}

export class Journeys {
  readonly #nameOf: (address: string) => string | undefined
  readonly #drafts = new Map<string, JourneyDraft>()
  /** Hops of DNS servers by the octets of their query, until a client claims them. */
  readonly #queries = new Map<string, Hop>()
  /** The journeys whose client has published a query that no server has reported yet. */
  readonly #awaited = new Map<string, string>()

  /** @param nameOf the component at an address; undefined for an address that is not on the map */
  constructor(nameOf: (address: string) => string | undefined = () => undefined) {
    this.#nameOf = nameOf
  }

  /** @returns the journey that has changed, with its new hops; undefined when the event belongs to none */
  add(event: LabEvent): { readonly id: string; readonly hops: readonly Hop[] } | undefined {
    if (isProbe(event)) return undefined
    const frontend = this.#drafts.get(event.request ?? '')?.frontend ?? null
    const hop = hopOf(event, linkOf(event, this.#nameOf, frontend))
    if (hop === undefined) return undefined
    if (event.kind === 'dns.query') {
      const id = this.#addQuery(event.detail.query, hop)
      return id === undefined ? undefined : { id, hops: [hop] }
    }
    if (event.request === undefined) return undefined
    // The decision may come days later: it ends a journey that is still kept, and does not begin one.
    if (event.kind === 'cadastro.decided' && !this.#drafts.has(event.request)) return undefined
    const draft = this.#draft(event.request)
    addHop(draft, hop)
    summarise(draft, event)
    const claimed =
      event.kind === 'client.lookup' && event.detail.query !== undefined
        ? this.#claim(event.detail.query, draft)
        : undefined
    return { id: draft.id, hops: claimed === undefined ? [hop] : [claimed, hop] }
  }

  /** @param limit at most so many, newest first */
  list(limit: number): JourneySummary[] {
    return [...this.#drafts.values()].slice(-limit).reverse().map(summaryOf)
  }

  /** A journey without its hops: a part of the work of {@link get}. */
  summary(id: string): JourneySummary | undefined {
    const draft = this.#drafts.get(id)
    return draft && summaryOf(draft)
  }

  get(id: string): Journey | undefined {
    const draft = this.#drafts.get(id)
    return draft && { ...summaryOf(draft), hops: draft.hops.toSorted(byTime) }
  }

  /** The hops of all journeys, in the order in which they were observed. @param limit the newest so many */
  events(limit: number): EventLine[] {
    const all = [...this.#drafts.values()].flatMap(({ id, hops }) => hops.map(hop => ({ id, hop })))
    return all
      .sort((one, other) => byTime(one.hop, other.hop))
      .slice(-limit)
      .map(({ id, hop }) => eventLine(id, hop))
  }

  clear(): void {
    this.#drafts.clear()
    this.#queries.clear()
    this.#awaited.clear()
  }

  #draft(id: string): JourneyDraft {
    const known = this.#drafts.get(id)
    if (known !== undefined) return known
    const draft: JourneyDraft = {
      id,
      hops: [],
      method: '',
      target: '',
      state: 'running',
      status: null,
      frontend: null,
      backend: null,
      milliseconds: null,
      measuredByClient: false,
    }
    this.#drafts.set(id, draft)
    forgetOldest(this.#drafts, MAX_JOURNEYS)
    return draft
  }

  /** The events of client and server come over two connections: either may be first. */
  #addQuery(query: string, hop: Hop): string | undefined {
    const id = this.#awaited.get(query)
    if (id === undefined) {
      this.#queries.set(query, hop)
      forgetOldest(this.#queries, MAX_QUERIES)
      return undefined
    }
    this.#awaited.delete(query)
    const draft = this.#drafts.get(id)
    if (draft !== undefined) addHop(draft, hop)
    return draft?.id
  }

  /** @returns the hop of the server that was waiting for its client */
  #claim(query: string, draft: JourneyDraft): Hop | undefined {
    const hop = this.#queries.get(query)
    if (hop !== undefined) {
      this.#queries.delete(query)
      addHop(draft, hop)
    } else {
      this.#awaited.set(query, draft.id)
      forgetOldest(this.#awaited, MAX_QUERIES)
    }
    return hop
  }
}

/** One hop for the list of all events. */
function eventLine(journey: string, { detail: _, octets: __, at: ___, ...line }: Hop): EventLine {
  return { journey, ...line }
}

/** Health checks and other requests of the components among themselves are not requests of a user. */
function isProbe({ detail }: LabEvent): boolean {
  return 'probe' in detail && detail.probe === true
}

function addHop({ hops }: JourneyDraft, hop: Hop): void {
  if (hops.length < MAX_HOPS) hops.push(hop)
}

function summarise(draft: JourneyDraft, event: LabEvent): void {
  switch (event.kind) {
    case 'edge.received':
    case 'edge.local':
      draft.frontend = event.component
      draft.method = event.detail.method
      draft.target = event.detail.target
      if (event.kind === 'edge.local') end(draft, event.detail.status)
      return
    case 'edge.request': {
      const { method, target, status, ms, attempts } = event.detail
      draft.frontend = event.component
      draft.method = method
      draft.target = target
      draft.backend = attempts.findLast(({ outcome }) => outcome === 'answered')?.backend ?? null
      if (!draft.measuredByClient) draft.milliseconds = ms
      end(draft, status)
      return
    }
    case 'backend.received':
    case 'backend.request':
      summariseDirect(draft, event)
      return
    case 'edge.refused':
      draft.frontend = event.component
      end(draft, event.detail.status)
      return
    case 'client.response': {
      const { status, ms, frontend, backend } = event.detail
      draft.frontend ??= frontend
      draft.backend ??= backend ?? null
      draft.milliseconds = ms
      draft.measuredByClient = true
      end(draft, status)
      return
    }
    case 'client.failure':
      if (event.detail.step === 'give-up') draft.state = 'failed'
      return
    default:
  }
}

/** A request that reached a backend without a frontend: from curl, or from another component. Events of a frontend say more. */
function summariseDirect(
  draft: JourneyDraft,
  { component, kind, detail }: Extract<LabEvent, { kind: 'backend.received' | 'backend.request' }>,
): void {
  if (draft.frontend !== null) return
  draft.method = detail.method
  draft.target = detail.path
  draft.backend = component
  if (kind !== 'backend.request') return
  if (!draft.measuredByClient) draft.milliseconds = detail.ms
  end(draft, detail.status)
}

function end(draft: JourneyDraft, status: number | null): void {
  draft.status = status
  draft.state = status === null || status >= 500 ? 'failed' : 'answered'
}

function summaryOf({
  id,
  hops,
  method,
  target,
  state,
  status,
  frontend,
  backend,
  milliseconds,
}: JourneyDraft): JourneySummary {
  const begun = hops.reduce((least, { time, ms }) => Math.min(least, time - (ms ?? 0)), Number.POSITIVE_INFINITY)
  const at = new Date(Number.isFinite(begun) ? begun : 0).toISOString()
  return { id, method, target, state, status, frontend, backend, milliseconds, at }
}

/** Maps keep the order of insertion. */
function forgetOldest(map: Map<string, unknown>, limit: number): void {
  if (map.size <= limit) return
  const [oldest] = map.keys()
  if (oldest !== undefined) map.delete(oldest)
}
