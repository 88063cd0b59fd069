/**
 * The edge: accepts connections, answers locally what it can, gives everything else to the cluster that the gateway names, and
 * stops without losing a request.
 *
 * Read beside: assemble.ts (which puts it together), downstream/client-connection.ts, exchange/exchange.ts, answerers.ts,
 *   gateway/
 * Touches the world: listens on TCP ports, through downstream/ports.ts.
 */
import type { Socket } from 'node:net'
import type { Clock } from '#shared/clock.ts'
import { untilQuiet } from '#shared/drain.ts'
import type { Events } from '#shared/events.ts'
import type { Log } from '#shared/log.ts'
import type { Answerer, ErrorPresenter } from './answerers.ts'
import { unavailableField } from './balance/unavailable.ts'
import { ClientConnection } from './downstream/client-connection.ts'
import type { ConnectionFaults, ConnectionServer } from './downstream/connection-server.ts'
import type { LocalResponse } from './downstream/local-response.ts'
import { type OpenConnection, OpenConnections } from './downstream/open-connections.ts'
import { type ListeningPlace, Ports } from './downstream/ports.ts'
import { type ReadSocket, readPlainly } from './downstream/read-plainly.ts'
import type { ReceivedRequest } from './downstream/received-request.ts'
import { Exchange } from './exchange/exchange.ts'
import type { Downstream, ExchangeContext, ExchangeObserver, ExchangeRecord } from './exchange/neighbours.ts'
import type { Gateway } from './gateway/gateway.ts'
import type { FramingError } from './http1/framing-error.ts'
import { httpDateOf } from './http1/http-date.ts'
import type { RequestHead } from './http1/request-head.ts'
import type { Timeouts } from './timeouts.ts'
import type { Cluster } from './upstream/cluster.ts'
import { EdgeCounters } from './watch/counters.ts'
import { ExchangeEvents } from './watch/exchange-events.ts'
import { reportExchange, reportLocal, reportRefusal } from './watch/reports.ts'

/** After the grace time: no new connection within 250 ms means that clients are sent elsewhere. */
const QUIET = { interval: 250, looks: 1, patience: 3_500 }
const AT_ONCE = { ...QUIET, patience: 0 }

export interface EdgeOptions {
  /** `frontend1`: in X-Served-By and Via. */
  readonly name: string
  /** `Frontend 1`: for people. */
  readonly serverName: string
  readonly gateway: Gateway<Cluster>
  /** What the edge may answer without a backend; the first response wins. */
  readonly answerers: readonly Answerer[]
  /** Errors in another form than problem details; none by default. */
  readonly presentError?: ErrorPresenter
  /** Faults that are caused on purpose (downstream/faults.ts); none by default. */
  readonly faults?: ConnectionFaults
  /** How clients' sockets are read; plainly by default. */
  readonly readSocket?: ReadSocket
  /** Clients' connections at the same time; for one more, the oldest idle one is closed. */
  readonly maxConnections: number
  /** Whether other workers listen at the same places (workers/). */
  readonly sharesPorts?: boolean
  readonly timeouts: Timeouts
  readonly clock: Clock
  /** Random octets as hexadecimal digits. */
  readonly random: (octets: number) => string
  readonly events: Events
  readonly log: Log
}

export class Edge implements ConnectionServer, ExchangeContext {
  readonly name: string
  readonly serverName: string
  readonly gateway: Gateway<Cluster>
  readonly clock: Clock
  readonly timeouts: Timeouts
  readonly random: (octets: number) => string
  readonly events: Events
  readonly counters = new EdgeCounters()
  readonly date: () => string
  readonly faults: ConnectionFaults | undefined
  draining = false

  readonly #options: EdgeOptions
  readonly #ports: Ports
  readonly #connections: OpenConnections

  constructor(options: EdgeOptions) {
    this.name = options.name
    this.serverName = options.serverName
    this.gateway = options.gateway
    this.clock = options.clock
    this.timeouts = options.timeouts
    this.random = options.random
    this.events = options.events
    this.date = httpDateOf(options.clock)
    this.faults = options.faults
    this.#options = options
    this.#ports = new Ports(socket => this.#accept(socket), options.log, options.sharesPorts ?? false)
    this.#connections = new OpenConnections(options.clock)
  }

  /** Listens, at one place more for each call; limits count the connections of all places. @returns the port, for callers that asked for 0 */
  listen(address: string, port: number): Promise<number> {
    return this.#ports.add(address, port)
  }

  /** Closes the ports and every connection, as if the process had ended. */
  async closePorts(): Promise<void> {
    const closed = this.#ports.close()
    this.#connections.cutAll()
    await closed
  }

  /** Opens the ports that {@link closePorts} has closed. @throws the error of bind(2) when another program has taken one */
  reopenPorts(): Promise<void> {
    return this.#ports.reopen()
  }

  /**
   * Stops without losing a request: /healthz is 503 and every response has `Connection: close` for `graceMs`, and then until no
   * new connection is made; then no connection is accepted; then open exchanges finish, within `finishMs`.
   */
  async drain(graceMs: number, finishMs: number): Promise<void> {
    this.draining = true
    const accepted = () => this.counters.connections
    if (graceMs > 0) await new Promise<void>(resolve => this.clock.after(graceMs, resolve))
    await untilQuiet({ accepted }, graceMs > 0 ? QUIET : AT_ONCE, this.clock)
    const closed = this.#ports.close()
    const cut = await this.#connections.drain(finishMs)
    if (cut > 0) this.#options.log.warn('connections that did not finish in time were cut', { connections: cut })
    await closed
    for (const cluster of this.gateway.destinations) await cluster.close()
    this.#connections.stop()
  }

  /** Where it listens. */
  get places(): readonly ListeningPlace[] {
    return this.#ports.places
  }

  get stalled(): boolean {
    return this.#connections.stalled
  }

  /** Connections open now. */
  get connections(): number {
    return this.#connections.size
  }

  #accept(socket: Socket): void {
    this.counters.connections++
    const address = socket.remoteAddress
    // Reset before it was accepted. Its octets could still be read, but not limited or logged by the client's address.
    if (address === undefined) return void socket.destroy()
    if (this.#connections.size >= this.#options.maxConnections) {
      this.counters.aboveMaximum++
      if (!this.#connections.closeOldestIdle()) return void socket.destroy()
    }
    this.#connections.add(new ClientConnection(this, socket, address, this.#options.readSocket ?? readPlainly))
  }

  // What a client's connection calls (downstream/connection-server.ts).

  forget(connection: OpenConnection): void {
    this.#connections.delete(connection)
  }

  answerLocally(request: ReceivedRequest): LocalResponse | undefined {
    for (const answerer of this.#options.answerers) {
      const response = answerer(request, this)
      if (response === undefined) continue
      reportLocal(this.events, request, response)
      return response
    }
    return undefined
  }

  present(request: ReceivedRequest, response: LocalResponse): LocalResponse {
    if (response.problem === undefined) return response
    return this.#options.presentError?.(request, response, this, this.unavailable(request.head)) ?? response
  }

  unavailable(head: RequestHead): string | undefined {
    return unavailableField(this.gateway.find(head.host, head.path).backends, this.clock.now())
  }

  createExchange(client: Downstream, request: ReceivedRequest): Exchange {
    const cluster = this.gateway.find(request.head.host, request.head.path)
    return new Exchange(cluster, client, request, this)
  }

  refused(client: string, requestId: string, error: FramingError): void {
    this.counters.refused++
    reportRefusal(this.events, client, requestId, error)
  }

  // What an exchange calls (exchange/neighbours.ts).

  observe(request: ReceivedRequest): ExchangeObserver | undefined {
    return this.events.watches(request.id) ? new ExchangeEvents(this.events, request, this.clock) : undefined
  }

  ended(exchange: ExchangeRecord): void {
    reportExchange(this.events, exchange, this.clock)
  }
}
