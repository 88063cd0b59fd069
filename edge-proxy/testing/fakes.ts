/**
 * The two neighbours of an exchange, in memory: a client's connection and a cluster, with everything that was sent to them.
 *
 * Read beside: ../exchange/neighbours.ts
 * Pure: opens nothing. The sockets are streams that only collect what is written.
 */
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { FakeClock } from '#shared/clock.ts'
import { Events } from '#shared/events.ts'
import { Backend } from '../balance/backend.ts'
import { Balancer } from '../balance/balancer.ts'
import { RetryBudget } from '../balance/retry.ts'
import type { ReceivedRequest } from '../downstream/received-request.ts'
import type { Downstream, ExchangeContext, ExchangeRecord, Upstream } from '../exchange/neighbours.ts'
import type { FailureName } from '../failures.ts'
import type { FramingError } from '../http1/framing-error.ts'
import { parseRequestHead } from '../http1/request-head.ts'
import { DEFAULT_TIMEOUTS } from '../timeouts.ts'
import type { PendingLink, UpstreamLink, UpstreamUser } from '../upstream/connection.ts'
import { EdgeCounters } from '../watch/counters.ts'
import { ExchangeEvents } from '../watch/exchange-events.ts'

/** A stream that keeps what is written to it. */
class CollectingStream extends Duplex {
  written = ''
  override _read(): void {}
  override _write(piece: Buffer, _: string, done: () => void): void {
    this.written += piece.toString('latin1')
    done()
  }
}

export class FakeDownstream implements Downstream {
  readonly socket = new CollectingStream() as unknown as Socket
  readonly localAddress = '127.20.0.20'
  bodyDone = true
  bodyReceived = true
  mayStay = true
  full = false
  sending = false
  deadline = Number.POSITIVE_INFINITY
  /** Everything that was written, as latin1. */
  written = ''
  /** What ended the request: `done, kept`, `done, closed`, `cut`, `truncated`, `tunnel`, or the name of a failure. */
  ending: string | undefined
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  write(text: string): void {
    this.written += text
  }
  writeFramed(before: string, content: Buffer, after: string): void {
    this.written += before + content.toString('latin1') + after
  }
  setDeadline(ms: number): void {
    this.deadline = this.#now() + ms
  }
  setDeadlineAt(deadline: number): void {
    this.deadline = deadline
  }
  pumpBody(): void {}
  done(keepAlive: boolean): void {
    this.ending = keepAlive ? 'done, kept' : 'done, closed'
  }
  beginTunnel(): void {
    this.ending = 'tunnel'
  }
  fail(name: FailureName): void {
    this.ending = name
  }
  refuse({ status }: FramingError): void {
    this.ending = `refused ${status}`
  }
  cut(): void {
    this.ending = 'cut'
  }
  truncate(): void {
    this.ending = 'truncated'
  }
}

/** A connection to a backend: what was written to it, and `user`, through which the test plays the backend. */
class FakeLink implements UpstreamLink {
  readonly backend: Backend
  readonly socket: Socket
  user: UpstreamUser | undefined
  open = true
  readonly #stream = new CollectingStream()

  constructor(backend: Backend, user: UpstreamUser) {
    this.backend = backend
    this.user = user
    this.socket = this.#stream as unknown as Socket
  }

  get written(): string {
    return this.#stream.written
  }
  /** The connection is open now. */
  connects(): void {
    this.user?.connected(this, false)
  }
  /** The connection is lost, or could not be opened. */
  breaks(error?: Error): void {
    this.user?.lost(error)
  }
  /** The backend sends this. */
  answers(octets: string): void {
    this.user?.received(Buffer.from(octets, 'latin1'))
  }
  destroy(): void {
    this.open = false
    this.user = undefined
  }
}

export class FakeUpstream implements Upstream {
  readonly balancer: Balancer
  readonly retryBudget = new RetryBudget()
  retryStatuses: readonly number[] = []
  startedBy: string | undefined
  /** Every connection that was opened or used again, in order. */
  readonly links: FakeLink[] = []
  /** Names of the backends whose failures were reported. */
  readonly failures: string[] = []
  /** Names of the backends that were to be checked soon. */
  readonly checks: string[] = []
  readonly released: FakeLink[] = []
  readonly discounted: UpstreamLink[] = []
  /** Requests that wait for a backend. */
  readonly held = new Set<() => void>()
  /** Whether there is an idle connection to each backend. */
  idle = false
  /** Whether all connections are in use, so that a request waits in a queue. */
  full = false

  /** @param names of backends, all of them up */
  constructor(...names: string[]) {
    const backends = names.map(
      (name, index) => new Backend({ name, address: `127.20.0.${10 + index}`, port: 3000, weight: 1 }),
    )
    for (const backend of backends) backend.health = { healthy: true, known: true, disagreeing: 0 }
    this.balancer = new Balancer(backends)
  }

  reuse(backend: Backend, user: UpstreamUser): FakeLink | undefined {
    return this.idle ? this.#link(backend, user) : undefined
  }
  connect(backend: Backend, user: UpstreamUser, _counted: boolean): PendingLink {
    if (!this.full) user.connecting()
    return this.#link(backend, user)
  }
  #link(backend: Backend, user: UpstreamUser): FakeLink {
    const link = new FakeLink(backend, user)
    this.links.push(link)
    return link
  }
  release(link: FakeLink): void {
    this.released.push(link)
  }
  discount(link: UpstreamLink): void {
    this.discounted.push(link)
  }
  reportFailure({ name }: Backend): void {
    this.failures.push(name)
  }
  checkSoon({ name }: Backend): void {
    this.checks.push(name)
  }
  hold(retry: () => void): () => void {
    this.held.add(retry)
    return () => this.held.delete(retry)
  }
  /** The connection that was opened or used last. */
  get link(): FakeLink {
    return this.links.at(-1) as FakeLink
  }
}

/** What an exchange shares with others, with a clock that the test moves. */
export class FakeContext implements ExchangeContext {
  readonly name = 'frontend1'
  readonly clock = new FakeClock()
  readonly timeouts = DEFAULT_TIMEOUTS
  readonly counters = new EdgeCounters()
  readonly events = new Events('frontend1')
  observe = (request: ReceivedRequest): ExchangeEvents | undefined =>
    this.events.watched ? new ExchangeEvents(this.events, request, this.clock) : undefined
  /** Exchanges that are over. */
  readonly over: ExchangeRecord[] = []
  random = (octets: number): string => '0'.repeat(2 * octets - 1).concat('1')
  date = (): string => 'Thu, 01 Jan 2026 00:00:00 GMT'
  ended(exchange: ExchangeRecord): void {
    this.over.push(exchange)
  }
}

/** A received request; `lines` without the final empty line. */
export function receivedRequest(...lines: string[]) {
  const head = parseRequestHead(lines.join('\r\n'))
  return { head, id: 'aula', clientAddress: '127.0.0.1', at: 0, headLength: lines.join('\r\n').length + 4 }
}
