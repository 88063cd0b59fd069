/**
 * One request on its way through the edge: pick a backend, send the request, send the response back, and decide what is done
 * when something fails.
 *
 * Read beside: docs/life-of-a-request.md, downstream/client-connection.ts, upstream/cluster.ts, response-relay.ts,
 *   balance/retry.ts, failures.ts, RFC 9110 §7.6 (forwarding), RFC 9112 §9.3.1 (retrying)
 * Touches the world: through the two connections that it stands between.
 *
 * Longer than 250 lines because it is the one place where the events of both connections meet; the decisions about them are in
 * other files.
 */
import type { Clock } from '#shared/clock.ts'
import { describeError } from '#shared/log.ts'
import { type Attempt, Attempts } from './balance/attempts.ts'
import type { Backend } from './balance/backend.ts'
import type { Balancer, Choice } from './balance/balancer.ts'
import { isRepeatable, type Mishap, mayRetry, type RetryBudget } from './balance/retry.ts'
import { stickyCookie } from './balance/sticky.ts'
import { unavailableField } from './balance/unavailable.ts'
import type { ReceivedRequest } from './downstream/received-request.ts'
import { awaitedStep, deadlineOf, FAILURE_WHEN_LATE } from './exchange-deadline.ts'
import { FAILURES, type FailureName, isOwnError } from './failures.ts'
import { traceparent } from './forwarding/identity.ts'
import { switchingHeadFor } from './forwarding/response.ts'
import { asksForWebSocket, grantsWebSocket } from './forwarding/websocket.ts'
import type { Field } from './http1/fields.ts'
import { FramingError } from './http1/framing-error.ts'
import type { ResponseHead } from './http1/response-head.ts'
import { RequestRelay } from './request-relay.ts'
import { type ResponseReceiver, ResponseRelay } from './response-relay.ts'
import type { Timeouts } from './timeouts.ts'
import type { UpstreamLink, UpstreamUser } from './upstream/connection.ts'
import { Tunnel, type TunnelClient } from './upstream/tunnel.ts'
import type { EdgeCounters } from './watch/counters.ts'

/** What an exchange needs of the client's connection. */
export interface Downstream extends ResponseReceiver, TunnelClient {
  /** The edge's address, as the client reached it. */
  readonly localAddress: string
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
  /** Closes the connection, because a response that has begun cannot be completed. */
  cut(): void
}

/** What an exchange needs of a cluster of backends (upstream/cluster.ts). */
export interface Upstream {
  readonly balancer: Balancer
  readonly retryBudget: RetryBudget
  readonly retryStatuses: readonly number[]
  /** An idle connection whose last response is at most `within` milliseconds old; undefined when there is none. */
  reuse(backend: Backend, user: UpstreamUser, within: number): UpstreamLink | undefined
  /** A new connection; `user.connected()` or `user.lost()` follows. */
  open(backend: Backend, user: UpstreamUser): UpstreamLink
  /** Takes back a connection whose response is complete. */
  release(link: UpstreamLink): void
  /** A request to this backend got no response. */
  reportFailure(backend: Backend): void
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
  /** The observer of this request; undefined while nobody watches it. */
  observe(request: ReceivedRequest): ExchangeObserver | undefined
  /** Called once, at the end. */
  ended(exchange: Exchange): void
}

/** Is told of each step of an exchange, as it happens (watch/exchange-events.ts). */
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

export class Exchange implements UpstreamUser {
  readonly request: ReceivedRequest
  readonly attempts = new Attempts()
  readonly requestRelay: RequestRelay
  /** Undefined until the backend has sent something. */
  responseRelay: ResponseRelay | undefined

  readonly #cluster: Upstream
  readonly #client: Downstream
  readonly #context: ExchangeContext
  readonly #observer: ExchangeObserver | undefined
  readonly #repeatable: boolean
  #upstream: UpstreamLink | undefined
  #connected = false
  #over = false

  constructor(cluster: Upstream, client: Downstream, request: ReceivedRequest, context: ExchangeContext) {
    this.#cluster = cluster
    this.#client = client
    this.#context = context
    this.request = request
    this.#observer = context.observe(request)
    this.requestRelay = new RequestRelay(request.head)
    const { head } = request
    this.#repeatable = isRepeatable(head.method, head.body.kind !== 'none') && !asksForWebSocket(head)
  }

  // ── the request ─────────────────────────────────────────────────────────────────────────────────────────────────

  start(): void {
    this.#cluster.retryBudget.earn()
    this.#tryNext('no-backend', undefined, this.request.at)
  }

  /** Asks the next backend; when there is none left, the client gets the failure of the last one. */
  #tryNext(last: FailureName, detail: string | undefined, now: number): void {
    const { balancer } = this.#cluster
    const tried = this.attempts.backends
    const choice = balancer.choose(this.request.head.fields, tried, now)
    const reason = this.#observer?.picked(balancer.backends, choice, tried, now)
    if (choice !== undefined) this.#try(choice, true, reason)
    // All of them are down by their checks, and the attempts have failed too.
    else if (this.attempts.last?.choice.panic) this.#fail('no-backend')
    else this.#fail(last, detail)
  }

  #try(choice: Choice, mayReuse: boolean, reason: string | undefined): void {
    const { backend } = choice
    const { timeouts } = this.#context
    // The backend may be closing an idle connection at this very moment, unless it has just answered on it. So a request that
    // must not be repeated is sent on such a connection only, or on a new one.
    const within = this.#repeatable ? Number.POSITIVE_INFINITY : timeouts.justAnswered
    const idle = mayReuse ? this.#cluster.reuse(backend, this, within) : undefined
    this.attempts.begin(choice, idle !== undefined, reason)
    if (idle !== undefined) {
      this.#upstream = idle
      this.connected()
    } else {
      this.#client.setDeadline(timeouts.connect)
      this.#upstream = this.#cluster.open(backend, this)
    }
  }

  connected(): void {
    const { request } = this
    const { name, random } = this.#context
    this.#connected = true
    this.#observer?.connected(this.attempts.current)
    this.requestRelay.begin((this.#upstream as UpstreamLink).socket, {
      edge: name,
      edgeAddress: this.#client.localAddress,
      clientAddress: request.clientAddress,
      requestId: request.id,
      traceparent: traceparent(request.head.fields, random),
    })
    this.#observer?.sent(this.attempts.current, this.requestRelay.sentHead)
    this.#renewDeadline()
    if (!this.#client.bodyDone) this.#client.pumpBody()
  }

  /** Whether content from the client can be sent on now. */
  get acceptsBody(): boolean {
    return this.requestRelay.hasRoom
  }

  /** Whether octets wait to be sent to the backend. */
  get sending(): boolean {
    return this.#upstream !== undefined && this.#upstream.socket.writableLength > 0
  }

  sendBody(content: Buffer): void {
    this.requestRelay.content(content)
    this.#renewDeadline()
  }

  endBody(trailers: readonly Field[]): void {
    this.requestRelay.end(trailers)
    this.#renewDeadline()
  }

  drained(): void {
    this.#client.pumpBody()
    this.#renewDeadline()
  }

  // ── the response ────────────────────────────────────────────────────────────────────────────────────────────────

  received(piece: Buffer): void {
    const relay = this.responseRelay ?? this.#beginResponse()
    const answering = relay.head !== undefined
    try {
      const progress = relay.received(piece)
      if (!answering && relay.head !== undefined) this.#observer?.answering(this.attempts.current, relay.head)
      if (progress === 'more') {
        if (this.#client.full) this.#upstream?.socket.pause()
        this.#renewDeadline()
      } else if (progress === 'switched') this.#switch(relay)
      else if (progress === 'discarded') this.#leaveFor('gateway status', 'gateway-status', undefined)
      else this.#finish(progress === 'complete')
    } catch (error) {
      if (!(error instanceof FramingError)) throw error
      this.#fail('bad-response', `${error.message} (${error.rule})`)
    }
  }

  get holdsPiece(): boolean {
    return this.#client.sending
  }

  #beginResponse(): ResponseRelay {
    const { choice } = this.attempts.current
    const { name } = choice.backend
    this.responseRelay = new ResponseRelay(this.#client, {
      request: this.request.head,
      requestId: this.request.id,
      edge: this.#context.name,
      backend: name,
      cookie: choice.by === 'sticky' ? stickyCookie(name) : undefined,
      duration: () => this.#elapsed,
      unavailable: () => unavailableField(this.#cluster.balancer.backends, this.#context.clock.now()),
      date: () => this.#context.date(),
      discards: head => this.#discards(head),
    })
    return this.responseRelay
  }

  /** Whether a gateway error of this backend is discarded, because another backend is available and may be asked. */
  #discards({ status }: ResponseHead): boolean {
    const { balancer, retryBudget, retryStatuses } = this.#cluster
    if (!retryStatuses.includes(status) || !mayRetry('gateway status', this.#repeatable, this.#elapsed)) return false
    return balancer.hasOther(this.attempts.backends, this.#context.clock.now()) && retryBudget.spend()
  }

  clientDrained(): void {
    this.#upstream?.socket.resume()
    this.#renewDeadline()
  }

  // ── ends ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The response is complete. @param inStep whether the backend sent nothing beyond it */
  #finish(inStep: boolean): void {
    const relay = this.responseRelay
    const upstream = this.#detach()
    if (inStep && relay?.head?.keepAlive && this.#client.bodyDone && upstream) this.#cluster.release(upstream)
    else upstream?.destroy()
    this.#settle('answered')
    this.#context.counters.countResponse(relay?.head?.status ?? 0)
    this.#client.done(relay?.keepAlive === true)
  }

  /** From here on, octets are only passed through. */
  #switch(relay: ResponseRelay): void {
    const head = relay.head as ResponseHead
    const upstream = this.#upstream as UpstreamLink
    if (!asksForWebSocket(this.request.head) || !grantsWebSocket(head)) {
      return void this.#fail('bad-response', 'it switches to a protocol that was not asked for (RFC 9110 §15.2.2)')
    }
    const { name, counters, timeouts } = this.#context
    const { backend } = this.attempts.current.choice
    relay.sentHead = switchingHeadFor(head, { edge: name, backend: backend.name, requestId: this.request.id })
    this.#client.write(relay.sentHead)
    counters.countResponse(101)
    this.#detach()
    const tunnel = new Tunnel(this.#client, upstream, timeouts.tunnelIdle, () => {
      this.requestRelay.octets = tunnel.octetsIn
      relay.octets = tunnel.octetsOut
      this.#settle('switched')
    })
    this.#client.beginTunnel(tunnel)
    if (relay.rest.length > 0) tunnel.received(relay.rest)
  }

  ended(): void {
    if (this.responseRelay?.end()) this.#finish(true)
    else this.lost(undefined)
  }

  lost(error: Error | undefined): void {
    if (this.#upstream === undefined) return
    const detail = error === undefined ? undefined : describeError(error)
    const relay = this.responseRelay
    if (!this.#connected) this.#leaveFor('not connected', isOwnError(error) ? 'exhausted' : 'refused', detail)
    else if (relay?.begun) this.#fail(relay.head === undefined ? 'closed-early' : 'truncated', detail)
    else if (this.attempts.current.reused) this.#leaveFor('stale connection', 'closed-early', detail)
    else this.#fail('closed-early', detail)
  }

  /** Gives this attempt up for another one, if the table in retry.ts and the budget allow it. */
  #leaveFor(mishap: Mishap, failure: FailureName, detail: string | undefined): void {
    if (!mayRetry(mishap, this.#repeatable, this.#elapsed) || !this.#affords(mishap)) {
      return void this.#fail(failure, detail)
    }
    this.#detach()?.destroy()
    this.#connected = false
    this.responseRelay = undefined
    this.attempts.leave(mishap)
    this.#observer?.failed(this.attempts.current, failure, detail)
    const { choice, reason } = this.attempts.current
    if (mishap === 'stale connection') return void this.#try(choice, false, reason)
    if (FAILURES[failure].side === 'upstream') this.#cluster.reportFailure(choice.backend)
    this.#tryNext(failure, detail ?? choice.backend.authority, this.#context.clock.now())
  }

  /** Whether the budget allows a retry. A discarded response was paid for before; a stale connection costs the backend nothing. */
  #affords(mishap: Mishap): boolean {
    const { balancer, retryBudget } = this.#cluster
    const now = this.#context.clock.now()
    // Without a backend left to ask, there is no retry to pay for.
    return mishap !== 'not connected' || !balancer.hasNext(this.attempts.backends, now) || retryBudget.spend()
  }

  /** The request itself turned out not to be valid HTTP, in the middle of its body. */
  abandon(error: FramingError): void {
    const begun = this.#responseBegun
    this.#drop('client-gone')
    if (begun) this.#client.cut()
    else this.#client.refuse(error, this.request.id)
  }

  clientGone(): void {
    if (!this.#over) this.#drop('client-gone')
  }

  /** Answers with the failure, or cuts the client's connection if a response has begun. */
  #fail(name: FailureName, detail?: string): void {
    if (this.#over) return
    const begun = this.#responseBegun
    const { last } = this.attempts
    if (last !== undefined && last.outcome === undefined) {
      this.#observer?.failed(last, name, detail)
      if (FAILURES[name].side === 'upstream') this.#cluster.reportFailure(last.choice.backend)
    }
    // The client has received nothing of what the backend sent.
    if (!begun) this.responseRelay = undefined
    this.#drop(name)
    if (begun) this.#client.cut()
    else this.#client.fail(name, this.request, detail)
  }

  get #responseBegun(): boolean {
    return this.responseRelay !== undefined && this.responseRelay.sentHead !== ''
  }

  #drop(outcome: FailureName): void {
    this.#detach()?.destroy()
    this.#settle(outcome)
  }

  /** From here on nothing is sent to this backend, or expected from it. */
  #detach(): UpstreamLink | undefined {
    const upstream = this.#upstream
    this.#upstream = undefined
    this.requestRelay.stop()
    return upstream
  }

  #settle(outcome: FailureName | 'answered' | 'switched'): void {
    if (this.#over) return
    this.#over = true
    this.attempts.settle(outcome, this.responseRelay?.head?.status, this.#context.clock)
    this.#context.ended(this)
  }

  // ── time ────────────────────────────────────────────────────────────────────────────────────────────────────────

  get #elapsed(): number {
    return this.#context.clock.now() - this.request.at
  }

  get #awaitedStep() {
    return awaitedStep({
      clientFull: this.#client.full,
      answering: this.responseRelay?.head !== undefined,
      requestDone: this.#client.bodyDone,
      backendReads: this.requestRelay.hasRoom,
    })
  }

  /** Sets the deadline of the step that is awaited now. */
  #renewDeadline(): void {
    if (this.#over) return
    const { timeouts, clock } = this.#context
    const { at } = this.request
    this.#client.setDeadlineAt(deadlineOf(this.#awaitedStep, clock.now(), at, this.requestRelay.octets, timeouts))
  }

  /** The deadline has passed. @param halfClosed whether the client has sent FIN */
  expired(halfClosed: boolean): void {
    if (this.#elapsed >= this.#context.timeouts.total) return void this.#fail('total-timeout')
    if (halfClosed) {
      this.#drop('client-gone')
      this.#client.cut()
    } else if (!this.#connected) this.#leaveFor('not connected', 'connect-timeout', undefined)
    else this.#fail(FAILURE_WHEN_LATE[this.#awaitedStep])
  }
}
