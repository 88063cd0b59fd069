/**
 * What an exchange needs of its neighbours: the client's connection, a cluster of backends, the edge, and an observer. The tests
 * of exchanges replace them by four of their own (../testing/fakes.ts).
 *
 * Read beside: exchange.ts, ../downstream/client-connection.ts, ../upstream/cluster.ts, ../edge.ts, ../watch/exchange-events.ts
 * Pure: types.
 */
import type { Clock } from '#shared/clock.ts'
import type { Attempt, AttemptPolicy, Attempts } from '../balance/attempts.ts'
import type { Backend } from '../balance/backend.ts'
import type { Choice } from '../balance/balancer.ts'
import type { ReceivedRequest } from '../downstream/received-request.ts'
import type { FailureName } from '../failures.ts'
import type { FramingError } from '../http1/framing-error.ts'
import type { ResponseHead } from '../http1/response-head.ts'
import type { Timeouts } from '../timeouts.ts'
import type { PendingLink, UpstreamLink, UpstreamUser } from '../upstream/connection.ts'
import type { Tunnel, TunnelClient } from '../upstream/tunnel.ts'
import type { EdgeCounters } from '../watch/counters.ts'
import type { RequestRelay } from './request-relay.ts'
import type { ResponseReceiver, ResponseRelay } from './response-relay.ts'

/** What an exchange needs of the client's connection. */
export interface Downstream extends ResponseReceiver, TunnelClient {
  /** The edge's address, as the client reached it. */
  readonly localAddress: string
  /** Whether the whole body of the request has been received, though perhaps not read yet. */
  readonly bodyReceived: boolean
  /** Whether the client has to read before more is sent to it. */
  readonly full: boolean
  /** Whether octets wait to be sent to the client. */
  readonly sending: boolean
  /** On the clock's `now()`. */
  setDeadlineAt(deadline: number): void
  /** The exchange can send more of the request's body now. */
  pumpBody(): void
  /** The response is complete. */
  done(keepAlive: boolean): void
  beginTunnel(tunnel: Tunnel): void
  /** Answers with a failure; no part of a response has been sent. */
  fail(name: FailureName, request: ReceivedRequest, detail?: string): void
  /** The same for a request that turned out not to be valid HTTP. */
  refuse(error: FramingError, requestId: string): void
  /** Closes the connection at once. */
  cut(): void
  /** The response that has begun cannot be completed. @param delimited whether the client can see that without a reset */
  truncate(delimited: boolean): void
}

/** What an exchange needs of a cluster of backends (../upstream/cluster.ts). */
export interface Upstream extends AttemptPolicy {
  /** An idle connection whose last response is at most `within` milliseconds old; undefined when there is none. */
  reuse(backend: Backend, user: UpstreamUser, within: number): UpstreamLink | undefined
  /** Another connection; `user` is called with it, or `lost`. @param counted whether it counts towards the bound (../upstream/pool.ts) */
  connect(backend: Backend, user: UpstreamUser, counted: boolean): PendingLink
  /** Takes back a connection whose response is complete. */
  release(link: UpstreamLink): void
  /** The connection carries a stream without an end, or waits for its client, and does not count any more. */
  discount(link: UpstreamLink): void
  /** A request failed by the fault of this backend. */
  reportFailure(backend: Backend): void
  /** A request to this backend takes long: its next check is brought forward. */
  checkSoon(backend: Backend): void
  /** The command that starts its servers; only while none of them runs, and only for an application. */
  readonly startedBy: string | undefined
  /** Calls `retry` when a backend may be back. @returns what cancels it; undefined when too many wait already */
  hold(retry: () => void): (() => void) | undefined
}

/** What all exchanges of an edge share. */
export interface ExchangeContext {
  /** The edge's name: in Via and X-Served-By. */
  readonly name: string
  readonly clock: Clock
  readonly timeouts: Timeouts
  readonly counters: EdgeCounters
  /** Random octets as hexadecimal digits. */
  random(octets: number): string
  /** The Date of now. */
  date(): string
  /** The observer of this request; undefined while there is no watcher. */
  observe(request: ReceivedRequest): ExchangeObserver | undefined
  /** Called once, at the end. */
  ended(exchange: ExchangeRecord): void
}

/** What is known of an exchange when it is over (../watch/trace.ts). */
export interface ExchangeRecord {
  readonly request: ReceivedRequest
  readonly attempts: Attempts
  readonly requestRelay: RequestRelay
  /** Undefined when no backend has sent anything. */
  readonly responseRelay: ResponseRelay | undefined
}

/** Its methods are called with each step of an exchange, as it happens (../watch/exchange-events.ts). */
export interface ExchangeObserver {
  /** A backend was chosen, or none was left. @returns the reason, in one sentence */
  picked(backends: readonly Backend[], choice: Choice | undefined, tried: readonly Backend[], now: number): string
  /** There is a connection; the head of the request will be sent on it now. */
  connected(attempt: Attempt): void
  sent(attempt: Attempt, head: string): void
  /** The head of the final response has arrived. */
  answering(attempt: Attempt, head: ResponseHead): void
  failed(attempt: Attempt, failure: FailureName, detail: string | undefined): void
}
