/**
 * One event as one hop of a journey: where it happened, how long it took, one sentence in both languages, and its octets.
 *
 * Kinds of events that do not belong to a request (a zone was loaded, a backend went down) have no line in the table.
 *
 * Read beside: shared/event-kinds.ts and client/client-events.ts (what each event carries), sentences.ts, journey.ts
 * Pure: an event in, a hop out.
 */
import type { EventKind, EventKinds } from '#shared/event-kinds.ts'
import type { LabEvent } from '#shared/events.ts'
import type { ExerciseMark } from '#shared/exercise-mark.ts'
import type {} from '../../apps/cadastro/sign-up-events.ts'
import type {} from '../../backend/queue/queue-events.ts'
import type { Hop, HopPlace } from './journey.ts'
import type { Link } from './links.ts'
import { markSentence, SENTENCES, type Sentence } from './sentences.ts'

type Detail<Kind extends EventKind> = EventKinds[Kind]

interface Row<Kind extends EventKind> {
  readonly place: HopPlace
  /** Milliseconds; left out for what has no duration. The event is published at the end. */
  readonly ms?: (detail: Detail<Kind>) => number | null
  readonly octets?: (detail: Detail<Kind>) => Readonly<Record<string, string>> | undefined
}

const TABLE: { readonly [Kind in EventKind]?: Row<Kind> } = {
  'client.lookup': {
    place: 'client',
    ms: ({ ms }) => ms,
    octets: ({ query, response }) =>
      query === undefined || response === undefined ? undefined : { query, answer: response },
  },
  'client.address': { place: 'client' },
  'client.connected': { place: 'client', ms: ({ ms }) => ms },
  'client.failure': { place: 'client' },
  'client.response': { place: 'client', ms: ({ ms }) => ms },
  'dns.query': {
    place: 'dns',
    octets: ({ query, answer }) => (answer === null ? { query } : { query, answer }),
  },
  'edge.received': { place: 'edge', octets: ({ head }) => ({ received: hex(head) }) },
  'edge.pick': { place: 'edge' },
  'edge.connected': { place: 'edge', ms: ({ ms }) => ms },
  'edge.sent': { place: 'edge', octets: ({ head }) => ({ sent: hex(head) }) },
  'edge.first-octet': { place: 'edge', ms: ({ ms }) => ms, octets: ({ head }) => ({ received: hex(head) }) },
  'edge.attempt-failed': { place: 'edge', ms: ({ ms }) => ms },
  'edge.request': {
    place: 'edge',
    ms: ({ ms }) => ms,
    octets: ({ response }) => (response.sentHead === '' ? undefined : { sent: hex(response.sentHead) }),
  },
  'edge.fault': { place: 'edge' },
  'backend.fault': { place: 'backend' },
  'edge.local': { place: 'edge' },
  'edge.refused': { place: 'edge' },
  'backend.received': { place: 'backend' },
  'backend.redis': { place: 'redis', ms: ({ ms }) => ms },
  'backend.mysql': { place: 'mysql', ms: ({ ms }) => ms },
  'backend.request': { place: 'backend', ms: ({ ms }) => ms },
  'queue.published': { place: 'queue', ms: ({ ms }) => ms },
  'queue.delivered': { place: 'queue' },
  'queue.handled': { place: 'queue', ms: ({ ms }) => ms },
  'cadastro.state': { place: 'backend' },
  'cadastro.decided': { place: 'backend' },
}

/** The hop of an event; undefined for events that do not belong to a request. */
export function hopOf(event: LabEvent, link: Link): Hop | undefined {
  // The table and the sentences are typed by kind; a union of kinds cannot be followed through an index.
  const row = TABLE[event.kind] as Row<EventKind> | undefined
  const sentence = SENTENCES[event.kind] as Sentence<EventKind> | undefined
  if (row === undefined || sentence === undefined) return undefined
  const ms = row.ms?.(event.detail) ?? null
  const octets = row.octets?.(event.detail)
  const [portuguese, english] = sentence(event.detail, event.component)
  const [ownCode, ownCodeEn] = markSentence(event.detail as { readonly exercise?: ExerciseMark })
  return {
    hop: row.place,
    component: event.component,
    kind: event.kind,
    at: event.at,
    time: event.time,
    ms,
    reason: `${portuguese}${ownCode}`,
    reasonEn: `${english}${ownCodeEn}`,
    ...link,
    detail: event.detail as Readonly<Record<string, unknown>>,
    ...(octets === undefined ? {} : { octets }),
  }
}

/** HTTP heads are text in events; every character is one octet. */
function hex(head: string): string {
  return Buffer.from(head, 'latin1').toString('hex')
}
