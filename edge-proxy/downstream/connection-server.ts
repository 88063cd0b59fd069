/**
 * What a client's connection needs of the server that accepted it. The edge is one.
 *
 * Read beside: client-connection.ts, ../edge.ts
 * Pure: types.
 */
import type { Socket } from 'node:net'
import type { Clock } from '#shared/clock.ts'
import type { Exchange } from '../exchange/exchange.ts'
import type { Downstream } from '../exchange/neighbours.ts'
import type { FramingError } from '../http1/framing-error.ts'
import type { RequestHead } from '../http1/request-head.ts'
import type { Timeouts } from '../timeouts.ts'
import type { EdgeCounters } from '../watch/counters.ts'
import type { LocalResponse } from './local-response.ts'
import type { OpenConnection } from './open-connections.ts'
import type { ReceivedRequest } from './received-request.ts'

export interface ConnectionServer {
  /** In X-Served-By. */
  readonly name: string
  readonly clock: Clock
  readonly timeouts: Timeouts
  readonly counters: EdgeCounters
  /** Whether connections are to be closed after the present response. */
  readonly draining: boolean
  /** Whether this process has just been stopped for so long that clients may have given up meanwhile. */
  readonly stalled: boolean
  /** Faults that are caused on purpose; undefined where there are none. */
  readonly faults: ConnectionFaults | undefined
  /** Random octets as hexadecimal digits. */
  random(octets: number): string
  /** The Date of now. */
  date(): string
  /** A response of the server's own; undefined when the request has to be forwarded. */
  answerLocally(request: ReceivedRequest): LocalResponse | undefined
  /** An error in the form that this client prefers. */
  present(request: ReceivedRequest, response: LocalResponse): LocalResponse
  /** The value of X-Unavailable for the response to this request. */
  unavailable(head: RequestHead): string | undefined
  /** For a request that has to be forwarded. */
  createExchange(client: Downstream, request: ReceivedRequest): Exchange
  /** A request was refused because it is not valid HTTP. */
  refused(client: string, requestId: string, error: FramingError): void
  /** The connection is closed. Called once or more. */
  forget(connection: OpenConnection): void
}

/** While no fault is in force, a request looks at `inForce` alone. */
export interface ConnectionFaults {
  readonly inForce: boolean
  /** @returns whether the request has met a fault that takes the place of its answer, or delays it */
  interrupt(connection: FaultyConnection, request: ReceivedRequest): boolean
}

/** What a fault needs of a client's connection. */
export interface FaultyConnection {
  readonly socket: Socket
  /** Answers or forwards a request whose head has been read. */
  proceed(request: ReceivedRequest): void
  respond(request: ReceivedRequest, response: LocalResponse): void
  /** Closes the connection at once, with a reset. */
  cut(): void
}
