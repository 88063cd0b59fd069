/**
 * The edge: its backends, what it answers itself, and everything that its connections share.
 *
 * Read beside: main.ts (who opens it), downstream/client-connection.ts, exchange.ts
 * Touches the world: listens on one TCP port.
 */
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { acceptWaiting } from '#shared/accept-waiting.ts'
import type { Clock } from '#shared/clock.ts'
import type { Events } from '#shared/events.ts'
import { HEALTH_PATH } from '#shared/health.ts'
import type { Log } from '#shared/log.ts'
import { Backend, type BackendAddress } from './balance/backend.ts'
import { type Algorithm, Balancer } from './balance/balancer.ts'
import { type CheckTimes, DEFAULT_THRESHOLDS, HealthChecks } from './balance/check.ts'
import { RetryBudget } from './balance/retry.ts'
import { ALLOWED_METHODS, type Asked } from './downstream/asked.ts'
import { ClientConnection } from './downstream/client-connection.ts'
import type { LocalResponse } from './downstream/local-response.ts'
import { answerHealth, answerLastForward, answerLoop } from './downstream/own-answers.ts'
import { makeRoom } from './downstream/room.ts'
import type { Exchange } from './exchange.ts'
import { httpDate } from './http-date.ts'
import type { FramingError } from './http1/framing-error.ts'
import { answerLimited } from './limits/answer.ts'
import type { RateLimits } from './limits/rate-limits.ts'
import { answer, type Files } from './static/files.ts'
import { untilNobodyComes } from './stragglers.ts'
import { Deadlines, type Timeouts } from './timeouts.ts'
import { UpstreamPool } from './upstream/pool.ts'
import { Counters } from './watch/counters.ts'
import { traceOf } from './watch/trace.ts'

export interface EdgeOptions {
  /** `frontend1`: in X-Served-By and Via. */
  readonly name: string
  /** `Frontend 1`: for people. */
  readonly serverName: string
  /** From where backends are connected to: they trust the edges of the map, and nobody else. Undefined: as the system likes. */
  readonly localAddress?: string
  readonly algorithm: Algorithm
  /** Statuses of a backend's answer for which another backend is asked instead, where that is safe. Usually none. */
  readonly retryStatuses: readonly number[]
  readonly files: Files
  readonly limits: RateLimits
  /** Clients' connections at once; one more, and the oldest idle one is closed. */
  readonly maxConnections: number
  readonly timeouts: Timeouts
  readonly checks: CheckTimes
  readonly clock: Clock
  /** Random octets as hexadecimal digits. */
  readonly random: (octets: number) => string
  readonly events: Events
  readonly log: Log
}

/** What the edge may answer without a backend; the first that does, does. */
type Answerer = (asked: Asked) => LocalResponse | undefined

export class Edge {
  readonly name: string
  readonly serverName: string
  readonly clock: Clock
  readonly timeouts: Timeouts
  readonly random: (octets: number) => string
  readonly events: Events
  readonly balancer: Balancer
  readonly limits: RateLimits
  readonly retryBudget = new RetryBudget()
  readonly retryStatuses: readonly number[]
  readonly counters = new Counters()
  readonly date: () => string
  draining = false

  readonly #localAddress: string | undefined
  readonly #maxConnections: number
  readonly #log: Log
  readonly #server: Server
  readonly #deadlines: Deadlines
  readonly #connections = new Set<ClientConnection>()
  /** Weak, so that a backend that was taken out is forgotten with its last exchange. */
  readonly #pools = new WeakMap<Backend, UpstreamPool>()
  readonly #checks: HealthChecks
  readonly #answerers: readonly Answerer[]
  #emptied: (() => void) | undefined

  constructor(options: EdgeOptions) {
    const { name, serverName, clock, timeouts, random, events, log, files, limits } = options
    this.name = name
    this.serverName = serverName
    this.clock = clock
    this.timeouts = timeouts
    this.random = random
    this.events = events
    this.limits = limits
    this.#localAddress = options.localAddress
    this.#maxConnections = options.maxConnections
    this.#log = log
    this.date = httpDate(clock)
    this.#deadlines = new Deadlines(clock)
    this.balancer = new Balancer([], options.algorithm)
    this.retryStatuses = options.retryStatuses
    this.#checks = new HealthChecks(clock, options.checks, DEFAULT_THRESHOLDS, ({ backend, available, check }) => {
      log[available ? 'info' : 'warn'](`${backend.name} is ${available ? 'up' : 'down'}`, { check })
      events.publish('edge.health', () => ({ backend: backend.name, available, check }))
      if (!available) this.#pools.get(backend)?.close()
    })
    this.#answerers = [
      asked => answerHealth(asked.head, this),
      asked => answerLimited(limits, asked.clientAddress, asked.head, asked.at),
      asked => answerLoop(asked.head, this),
      asked => answerLastForward(asked.head, ALLOWED_METHODS),
      asked => answer(files, asked.head, clock),
    ]
    // Half-open: a client may send FIN after its request and still wait for the answer.
    this.#server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, socket =>
      this.#accept(socket),
    )
  }

  /**
   * Other backends from now on. Who stays keeps its history; who is new gets requests once it has passed a check; who is
   * gone finishes what it has begun. @returns when the new ones have been checked once
   */
  async setBackends(addresses: readonly BackendAddress[]): Promise<void> {
    const before = this.balancer.backends
    const backends = addresses.map(address => before.find(backend => backend.is(address)) ?? new Backend(address))
    const added = backends.filter(backend => !before.includes(backend))
    const removed = before.filter(backend => !backends.includes(backend))
    if (added.length === 0 && removed.length === 0) return
    for (const backend of added) {
      const { upstreamIdle } = this.timeouts
      this.#pools.set(backend, new UpstreamPool(backend, this.clock, this.#deadlines, upstreamIdle, this.#localAddress))
    }
    this.balancer.backends = backends
    for (const backend of removed) {
      await this.#checks.unwatch(backend)
      this.poolOf(backend).close()
    }
    await Promise.all(added.map(backend => this.#checks.watch(backend)))
  }

  /** Listens. @returns the port, for those who asked for 0 */
  async listen(address: string, port: number): Promise<number> {
    this.#server.listen({ host: address, port, backlog: 4096 })
    await once(this.#server, 'listening')
    // accept(2) failed: one client less, and no reason to end.
    this.#server.on('error', error => this.#log.warn('a connection could not be accepted', { why: error }))
    const bound = this.#server.address()
    return bound !== null && typeof bound === 'object' ? bound.port : port
  }

  /** Connections open now. */
  get connections(): number {
    return this.#connections.size
  }

  /** A request to it got no answer. */
  blame(backend: Backend): void {
    backend.failures++
    this.#checks.blame(backend)
  }

  /** People have changed its mode: what is known of it may be out of date. */
  recheck(backend: Backend): void {
    this.#checks.hurry(backend)
    if (backend.mode === 'maintenance') this.poolOf(backend).close()
  }

  /** Idle connections to a backend; also to one that has been taken out and still has requests under way. */
  poolOf(backend: Backend): UpstreamPool {
    return this.#pools.get(backend) as UpstreamPool
  }

  #accept(socket: Socket): void {
    this.counters.connections++
    const address = socket.remoteAddress
    // Reset before it was accepted. What it sent could still be read, and nobody could say any more who had sent it.
    if (address === undefined) return void socket.destroy()
    const full = this.#connections.size >= this.#maxConnections
    if (full && !makeRoom(this.#connections, this.counters)) return void socket.destroy()
    const connection = new ClientConnection(this, socket, address)
    this.#connections.add(connection)
    this.#deadlines.add(connection)
  }

  forget(connection: ClientConnection): void {
    this.#connections.delete(connection)
    this.#deadlines.delete(connection)
    if (this.#connections.size === 0) this.#emptied?.()
  }

  // ── what the edge answers itself ────────────────────────────────────────────────────────────────────────────────

  answerLocally(asked: Asked): LocalResponse | undefined {
    for (const answerer of this.#answerers) {
      const response = answerer(asked)
      if (response !== undefined) return response
    }
    return undefined
  }

  // ── what is told to whoever watches ─────────────────────────────────────────────────────────────────────────────

  traceExchange(exchange: Exchange): void {
    this.events.publish('edge.request', () => traceOf(exchange, this.clock.now()), exchange.asked.id)
  }

  traceLocal({ head: { method, target, path }, id, clientAddress: client }: Asked, { status }: LocalResponse): void {
    this.events.publish('edge.local', () => ({ client, method, target, status, probe: path === HEALTH_PATH }), id)
  }

  traceRefusal(client: string, id: string, { status, rule, message }: FramingError): void {
    this.counters.refused++
    this.events.publish('edge.refused', () => ({ client, status, rule, why: message }), id)
  }

  // ── the end ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /**
   * Stops without losing a request: /healthz says 503 and every answer says `Connection: close` for `graceMs`, and until
   * nobody new comes; then no new connections; then what is under way finishes, for `finishMs` at most.
   */
  async drain(graceMs: number, finishMs: number): Promise<void> {
    this.draining = true
    const accepted = () => this.counters.connections
    if (graceMs > 0) {
      await this.#pause(graceMs)
      await untilNobodyComes(accepted, ms => this.#pause(ms))
    }
    await acceptWaiting(accepted)
    const closed = new Promise(resolve => this.#server.close(resolve))
    for (const connection of [...this.#connections]) connection.drain()
    if (this.#connections.size > 0) {
      await Promise.race([new Promise<void>(emptied => (this.#emptied = emptied)), this.#pause(finishMs)])
    }
    if (this.#connections.size > 0)
      this.#log.warn('cutting what did not finish', { connections: this.#connections.size })
    for (const connection of [...this.#connections]) connection.cut()
    await closed
    await this.#checks.stop()
    for (const backend of this.balancer.backends) this.poolOf(backend).close()
    this.#deadlines.stop()
  }

  #pause(ms: number): Promise<void> {
    return new Promise(resolve => this.clock.after(ms, resolve))
  }
}
