/**
 * Every kind of event that a component publishes, and the type of its detail. The whole vocabulary of `GET /events`.
 *
 * A new kind is one line in {@link EventKinds}. A program outside this folder adds its own kinds to the same interface:
 *
 *     declare module '#shared/event-kinds.ts' {
 *       interface EventKinds { 'ingressos.sale': { quantity: number } }
 *     }
 *
 * Times are in milliseconds (`ms`), lengths in octets. Values that would let a watcher act as the user are masked.
 *
 * Read beside: events.ts (how events are published), admin.ts (how they are sent)
 * Pure: types only.
 */
import type { Fault } from './fault.ts'

export interface EventKinds {
  'dns.query': QueryEvent
  'dns.zone': ZoneEvent
  /** A switch of the DNS server was moved: which one, and its new state. */
  'dns.switch': { readonly what: string } & Readonly<Record<string, unknown>>
  /** A request met a fault that was caused on purpose (shared/faults.ts). */
  'dns.fault': FaultEvent
  /** A frontend went up or down in the DNS server's checks. */
  'dns.health': { readonly name: string; readonly address: string; readonly healthy: boolean; readonly why: string }

  /** The head of a request was read. The request may still be refused, answered by the edge itself, or forwarded. */
  'edge.received': ReceivedEvent
  /** A backend was chosen for a request, or none was left (`null`). */
  'edge.pick': {
    readonly backend: string | null
    readonly reason: string | undefined
    /** What decided: the rotation, the number of open requests, a cookie; `null` when none was left. */
    readonly by?: string | null
    /** Backends that could not be chosen, and why. */
    readonly skipped?: readonly SkippedBackend[]
  }
  /** A connection to the backend is there. `ms`: how long opening it took; 0 for one that was open. */
  'edge.connected': { readonly backend: string; readonly connection: 'new' | 'kept alive'; readonly ms: number }
  /** The head of the request was sent to the backend. */
  'edge.sent': { readonly backend: string; readonly head: string; readonly fields: readonly FieldVerdict[] }
  /** The head of the backend's response has arrived. `ms`: since the attempt began. */
  'edge.first-octet': { readonly backend: string; readonly status: number; readonly head: string; readonly ms: number }
  /** One attempt failed; another may follow. `failure` is the entry of the edge's table of failures. `ms`: since the attempt began. */
  'edge.attempt-failed': {
    readonly backend: string
    readonly failure: string
    readonly why: string
    readonly ms: number
  }
  'edge.request': ForwardedEvent
  /** The edge answered without a backend. */
  'edge.local': LocalAnswerEvent
  /** A request broke a rule of HTTP, and was refused before anything was done with it. */
  'edge.refused': { readonly client: string; readonly status: number; readonly rule: string; readonly why: string }
  /** A backend went up or down in the edge's checks, or was banned because requests to it failed. */
  'edge.health': { readonly backend: string; readonly available: boolean; readonly check: string }
  'edge.fault': FaultEvent
  'edge.balance': { readonly algorithm: string }
  /** A backend's mode or weight was changed by POST /backends. */
  'edge.backend': { readonly backend: string; readonly mode: string; readonly weight: number }
  /** The set of backends found in DNS has changed. Each is written `backend1=172.20.0.10`. */
  'edge.discovery': Record<'added' | 'removed' | 'backends', readonly string[]> & { readonly name: string }

  /** A request has reached the backend: its head was read. */
  'backend.received': Pick<BackendAnswerEvent, 'client' | 'method' | 'path' | 'probe'>
  'backend.fault': FaultEvent
  'backend.request': BackendAnswerEvent
  /** `replyOctets`: octets of the values in the reply, without RESP's framing; undefined when the command failed. */
  'backend.redis': {
    readonly command: string
    readonly key: string | undefined
    readonly replyOctets: number | undefined
    readonly ms: number
  }
  /** `rows`: rows read or changed; undefined when the statement failed. */
  'backend.mysql': { readonly sql: string; readonly rows: number | undefined; readonly ms: number }
}

export interface FaultEvent {
  /** Its address. */
  readonly client: string
  /** The path without its query, or the name. */
  readonly target: string
  readonly fault: Fault
}

export type EventKind = keyof EventKinds

/** One DNS message and its answer, both as hexadecimal digits. */
interface QueryEvent {
  /** Address and port: `127.0.0.1:40000`. */
  readonly client: string
  readonly transport: 'udp' | 'tcp'
  readonly query: string
  /** `null`: no answer was sent. */
  readonly answer: string | null
  readonly name?: string
  readonly type?: string
  readonly class?: string
  readonly id?: number
  readonly rcode?: string
  readonly why?: string
  readonly order?: readonly OrderEvent[]
}

/** The order in which the records of one RRset were sent, and its reason. */
export interface OrderEvent {
  readonly owner: string
  readonly type: string
  readonly policy: string
  readonly records: readonly string[]
  /** Records that were not sent. */
  readonly left_out: number
  readonly why: string
  /** Why records were left out; there only when a frontend is down. */
  readonly health?: string
}

type ZoneEvent =
  | { readonly what: 'loaded'; readonly origin: string; readonly serial: number }
  | { readonly what: 'transferred'; readonly origin: string; readonly serial: number; readonly primary: string }
  | { readonly what: 'failed'; readonly origin: string; readonly why: string }
  | { readonly what: 'expired'; readonly origin: string }
  | { readonly what: 'error' | 'warning'; readonly message: string }

interface ReceivedEvent {
  readonly client: string
  readonly method: string
  readonly target: string
  /** As it was received, with cookies and credentials masked. */
  readonly head: string
  /** Whether it is a health probe: a component that looks at another one, not a person. */
  readonly probe: boolean
}

/** A request that went to a backend, when it is over. */
export interface ForwardedEvent {
  readonly client: string
  readonly method: string
  readonly target: string
  /** `null`: no response came from any backend. */
  readonly status: number | null
  readonly ms: number
  readonly attempts: readonly AttemptEvent[]
  readonly request: ForwardedRequest
  readonly response: ForwardedResponse
}

interface AttemptEvent {
  readonly backend: string
  readonly address: string
  readonly connection: 'new' | 'kept alive'
  readonly reason: string | undefined
  /** `answered`, or the entry of the failure table. */
  readonly outcome: string | undefined
}

interface ForwardedRequest {
  readonly headOctets: number
  readonly contentOctets: number
  /** The head that was sent to the backend. */
  readonly sentHead: string
  readonly fields: readonly FieldVerdict[]
}

interface ForwardedResponse {
  readonly contentOctets: number
  /** The head that was sent to the client. */
  readonly sentHead: string
  readonly fields: readonly FieldVerdict[]
}

/** A backend that was passed over. `why` is a sentence in English; `cause` and the numbers are the same, for other languages. */
export interface SkippedBackend {
  readonly backend: string
  readonly cause: 'tried' | 'drain' | 'maintenance' | 'not-checked' | 'leaving' | 'failed-checks' | 'banned'
  /** Failed checks in a row. */
  readonly checks?: number
  /** Seconds until it is tried again. */
  readonly seconds?: number
  readonly why: string
}

/** What the edge did with one field between the two sides. */
export interface FieldVerdict {
  readonly name: string
  readonly verdict: 'kept' | 'added' | 'replaced' | 'removed'
  /** The section that asks for it: `RFC 9110 §7.6.1`; `lab` for a rule of this project alone. */
  readonly rule: string
}

interface LocalAnswerEvent {
  readonly client: string
  readonly method: string
  readonly target: string
  readonly status: number
  /** Whether it was a health probe: a component that looks at another one, not a person. */
  readonly probe: boolean
}

interface BackendAnswerEvent {
  readonly client: string
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly status: number
  readonly ms: number
  /** Milliseconds spent waiting for each; undefined when it was not asked. */
  readonly redis: number | undefined
  readonly mysql: number | undefined
  /** Whether it was a health probe: a component that looks at another one, not a person. */
  readonly probe: boolean
}
