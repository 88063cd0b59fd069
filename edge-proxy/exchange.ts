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
import { type Attempt, type AttemptPolicy, Attempts } from './balance/attempts.ts'
import type { Backend } from './balance/backend.ts'
import type { Choice } from './balance/balancer.ts'
import { isRepeatable, type Mishap } from './balance/retry.ts'
import { stickyCookie } from './balance/sticky.ts'
import { unavailableField } from './balance/unavailable.ts'
import type { ReceivedRequest } from './downstream/received-request.ts'
import { awaitedStep, deadlineOf, FAILURE_WHEN_LATE } from './exchange-deadline.ts'
import { FAILURES, type FailureName, isOwnError } from './failures.ts'
import { traceparent } from './forwarding/identity.ts'
import { switchingHeadFor } from './forwarding/response.ts'
import { asksForWebSocket, grantsWebSocket } from './forwarding/websocket.ts'
import { hasContent } from './http1/body-framing.ts'
import type { Field } from './http1/fields.ts'
import { FramingError } from './http1/framing-error.ts'
import type { ResponseHead } from './http1/response-head.ts'
import { RequestRelay } from './request-relay.ts'
import { type ResponseReceiver, ResponseRelay } from './response-relay.ts'
import type { Timeouts } from './timeouts.ts'
import type { PendingLink, UpstreamLink, UpstreamUser } from './upstream/connection.ts'
import { Tunnel, type TunnelClient } from './upstream/tunnel.ts'
import type { EdgeCounters } from './watch/counters.ts'

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

/** What an exchange needs of a cluster of backends (upstream/cluster.ts). */
export interface Upstream extends AttemptPolicy {
  /** An idle connection whose last response is at most `within` milliseconds old; undefined when there is none. */
  reuse(backend: Backend, user: UpstreamUser, within: number): UpstreamLink | undefined
  /** Another connection; `user` is called with it, or `lost`. @param counted whether it counts towards the bound (pool.ts) */
  connect(backend: Backend, user: UpstreamUser, counted: boolean): PendingLink
  /** Takes back a connection whose response is complete. */
  release(link: UpstreamLink): void
  /** The connection carries a stream without an end, or waits for its client, and does not count any more. */
  discount(link: UpstreamLink): void
  /** A request failed by the fault of this backend. */
  reportFailure(backend: Backend): void
  /** A request to this backend takes long: its next check is brought forward. */
  checkSoon(backend: Backend): void
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
  ended(exchange: Exchange): void
}

/** Its methods are called with each step of an exchange, as it happens (watch/exchange-events.ts). */
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

/** A backend that is back, a place in the queue, or a connection. */
interface Wait {
  readonly what: 'backend' | 'queue' | 'connection'
  /** Ends the wait. */
  destroy(): void
  /** When it took too long. */
  giveUp?(): void
}

export class Exchange implements UpstreamUser {
  readonly request: ReceivedRequest
  /** Whether the request may be sent twice (balance/retry.ts). */
  readonly repeatable: boolean
  readonly attempts: Attempts
  readonly requestRelay: RequestRelay
  /** Undefined until the backend has sent something. */
  responseRelay: ResponseRelay | undefined

  readonly #cluster: Upstream
  readonly #client: Downstream
  readonly #context: ExchangeContext
  readonly #observer: ExchangeObserver | undefined
  /** What is waited for before the request is sent. */
  #wait: Wait | undefined
  /** Set once the request is sent. */
  #upstream: UpstreamLink | undefined
  /** No other backend will be asked because this one is slow. */
  #patient = false
  #over = false

  constructor(cluster: Upstream, client: Downstream, request: ReceivedRequest, context: ExchangeContext) {
    this.#cluster = cluster
    this.#client = client
    this.#context = context
    this.request = request
    this.#observer = context.observe(request)
    const { head } = request
    this.repeatable = isRepeatable(head.method, hasContent(head.body)) && !asksForWebSocket(head)
    this.attempts = new Attempts(cluster, head.fields, this.repeatable)
    this.requestRelay = new RequestRelay(head)
  }

  // ── the request ─────────────────────────────────────────────────────────────────────────────────────────────────

  start(): void {
    this.#tryNext('no-backend', undefined)
  }

  /** Asks the next backend. When there is none left, waits for one, or answers with the failure of the last one. */
  #tryNext(last: FailureName, detail: string | undefined): void {
    const now = this.#context.clock.now()
    const { tried } = this.attempts
    const choice = this.attempts.choose(now)
    const reason = this.#observer?.picked(this.#cluster.balancer.backends, choice, tried, now)
    if (choice !== undefined) this.#try(choice, true, reason)
    else if (!this.#hold(last, detail)) this.#failWithoutBackend(last, detail)
  }

  #try(choice: Choice, mayReuse: boolean, reason: string | undefined): void {
    const { backend } = choice
    const { timeouts } = this.#context
    this.attempts.begin(choice, reason)
    // The backend may be closing an idle connection at this very moment, unless it has just answered on it. So a request that
    // must not be repeated is sent on such a connection only, or on a new one.
    const within = this.repeatable ? Number.POSITIVE_INFINITY : timeouts.justAnswered
    const idle = mayReuse ? this.#cluster.reuse(backend, this, within) : undefined
    if (idle !== undefined) return void this.connected(idle, true)
    this.#client.setDeadline(timeouts.queue)
    this.#wait = { what: 'queue', destroy: () => {} }
    const pending = this.#cluster.connect(backend, this, this.#client.bodyReceived)
    this.#wait = { what: this.#wait.what, destroy: () => pending.destroy() }
  }

  /** All backends failed before they had the request: waits until a check passes, for `Timeouts.hold` at most. */
  #hold(last: FailureName, detail: string | undefined): boolean {
    const { hold } = this.#context.timeouts
    if (!this.attempts.mayHold || this.#elapsed >= hold) return false
    const cancel = this.#cluster.hold(() => {
      this.#wait = undefined
      this.attempts.beginRound()
      this.#tryNext(last, detail)
    })
    if (cancel === undefined) return false
    this.#wait = { what: 'backend', destroy: cancel, giveUp: () => this.#failWithoutBackend(last, detail) }
    this.#client.setDeadlineAt(this.request.at + hold)
    return true
  }

  connecting(): void {
    const { timeouts, clock } = this.#context
    if (this.#wait !== undefined) this.#wait = { ...this.#wait, what: 'connection' }
    const elsewhere = this.attempts.hasOther(clock.now())
    this.#client.setDeadline(elsewhere ? timeouts.connectElsewhere : timeouts.connect)
  }

  connected(link: UpstreamLink, reused: boolean): void {
    const { request } = this
    const { name, random } = this.#context
    this.#wait = undefined
    this.#upstream = link
    this.attempts.current.reused = reused
    this.#observer?.connected(this.attempts.current)
    this.requestRelay.begin(link.socket, {
      edge: name,
      edgeAddress: this.#client.localAddress,
      clientAddress: request.clientAddress,
      requestId: request.id,
      traceparent: traceparent(request.head.fields, random),
    })
    this.#observer?.sent(this.attempts.current, this.requestRelay.sentHead)
    if (!this.#client.bodyReceived) this.#cluster.discount(link)
    if (this.#client.bodyDone) this.#sent()
    this.#renewDeadline()
    if (!this.#client.bodyDone) this.#client.pumpBody()
  }

  #sent(): void {
    this.attempts.current.sentAt = this.#context.clock.now()
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
    this.#sent()
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
        if (this.#client.full) this.#waitForReader()
        this.#renewDeadline()
      } else if (progress === 'switched') this.#switch(relay)
      else if (progress === 'discarded') this.#moveOn('gateway status', 'gateway-status', undefined)
      else this.#finish(progress === 'complete')
    } catch (error) {
      if (!(error instanceof FramingError)) throw error
      this.#fail('bad-response', this.#invalid(error))
    }
  }

  /** Which rule the backend broke, and how to see it: for a student who wrote it. */
  #invalid({ message, rule }: FramingError): string {
    const { authority } = this.attempts.current.choice.backend
    const [path] = this.request.head.path.split('?')
    return `${message} (${rule}); see it with: curl -sv --raw http://${authority}${path}`
  }

  get holdsPiece(): boolean {
    return this.#client.sending
  }

  #beginResponse(): ResponseRelay {
    const { current } = this.attempts
    const { clock } = this.#context
    const { name } = current.choice.backend
    current.firstOctetAt = clock.now()
    this.responseRelay = new ResponseRelay(this.#client, {
      request: this.request.head,
      requestId: this.request.id,
      edge: this.#context.name,
      backend: name,
      cookie: current.choice.by === 'sticky' ? stickyCookie(name) : undefined,
      duration: () => this.#elapsed,
      unavailable: () => unavailableField(this.#cluster.balancer.backends, this.#context.clock.now()),
      date: () => this.#context.date(),
      discards: ({ status }) => this.attempts.discards(status, this.#elapsed, clock.now()),
      streams: () => this.#upstream && this.#cluster.discount(this.#upstream),
    })
    return this.responseRelay
  }

  /** The client reads more slowly than the backend sends. */
  #waitForReader(): void {
    if (this.#upstream === undefined) return
    this.#upstream.socket.pause()
    this.#cluster.discount(this.#upstream)
  }

  clientDrained(): void {
    this.#upstream?.socket.resume()
    this.#renewDeadline()
  }

  // ── ends ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The response is complete. @param inStep whether the connection can carry another exchange */
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
    this.#cluster.discount(upstream)
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
    const detail = error === undefined ? undefined : describeError(error)
    if (this.#wait !== undefined) {
      const failure = this.#wait.what === 'queue' ? 'no-backend' : isOwnError(error) ? 'exhausted' : 'refused'
      this.#leave('not connected', failure, detail)
    } else if (this.#upstream === undefined) return
    else if (this.responseRelay?.head !== undefined) this.#fail('truncated', detail)
    else if (this.responseRelay?.begun) this.#fail('closed-early', detail)
    else this.#leave(this.attempts.current.reused ? 'stale connection' : 'closed early', 'closed-early', detail)
  }

  /** Gives this attempt up for another one, if that is allowed; otherwise it is the failure of the request. */
  #leave(mishap: Mishap, failure: FailureName, detail: string | undefined): void {
    if (this.attempts.mayLeave(mishap, this.#elapsed, this.#context.clock.now())) this.#moveOn(mishap, failure, detail)
    else this.#fail(failure, detail)
  }

  #moveOn(mishap: Mishap, failure: FailureName, detail: string | undefined): void {
    const { current } = this.attempts
    this.#detach()?.destroy()
    this.responseRelay = undefined
    this.attempts.leave(mishap)
    this.#observer?.failed(current, failure, detail)
    const { backend } = current.choice
    if (mishap === 'not connected' && FAILURES[failure].side === 'upstream') this.#cluster.reportFailure(backend)
    else this.#cluster.checkSoon(backend)
    // The backend may only have closed an idle connection: without another backend it gets the request on a new one.
    const elsewhere = this.attempts.hasOther(this.#context.clock.now())
    if (mishap === 'stale connection' && !elsewhere) this.#try(current.choice, false, current.reason)
    else this.#tryNext(failure, detail ?? backend.authority)
  }

  /** The request itself turned out not to be valid HTTP, in the middle of its body. */
  abandon(error: FramingError): void {
    const begun = this.#responseBegun
    this.#drop('client-gone')
    if (begun) this.#client.cut()
    else this.#client.refuse(error, this.request.id)
  }

  clientGone(): void {
    if (this.#over) return
    this.#reportSilence()
    this.#drop('client-gone')
  }

  /** This process was stopped, and the client closed its side meanwhile. */
  refuseAfterStall(): void {
    this.#fail('stalled')
  }

  /** A client that gave up may have waited for a silent backend. One that has passed a check meanwhile is not silent. */
  #reportSilence(): void {
    const { last } = this.attempts
    const { clock, timeouts } = this.#context
    if (this.#upstream === undefined || this.responseRelay !== undefined || last?.sentAt === undefined) return
    const { backend } = last.choice
    const alive = backend.lastCheck?.passed === true && backend.lastCheck.at > last.sentAt
    if (clock.now() - last.sentAt >= timeouts.silence && !alive) this.#cluster.reportFailure(backend)
  }

  #failWithoutBackend(last: FailureName, detail: string | undefined): void {
    // In a panic they were known to be down by their checks, and the attempts have failed too.
    if (this.attempts.last?.choice.panic) this.#fail('no-backend')
    else this.#fail(last, detail)
  }

  /** Answers with the failure, or cuts the client's connection if a response has begun. */
  #fail(name: FailureName, detail?: string): void {
    if (this.#over) return
    const begun = this.#responseBegun
    const { last } = this.attempts
    // A backend that closes during an upload may have a reason in what the client sends.
    const duringUpload = name === 'closed-early' && !this.#client.bodyDone
    const atFault = FAILURES[name].side === 'upstream' && !duringUpload
    if (last !== undefined && last.outcome === undefined) {
      this.#observer?.failed(last, name, detail)
      if (atFault) this.#cluster.reportFailure(last.choice.backend)
    }
    const delimited = this.responseRelay?.delimited === true
    // The client has received nothing of what the backend sent.
    if (!begun) this.responseRelay = undefined
    this.#drop(name)
    if (!begun) this.#client.fail(name, this.request, detail)
    else if (name === 'reader-timeout') this.#client.cut()
    else this.#client.truncate(delimited)
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
    this.#wait?.destroy()
    this.#wait = undefined
    this.#upstream = undefined
    this.requestRelay.stop()
    return upstream
  }

  #settle(outcome: FailureName | 'answered' | 'switched'): void {
    if (this.#over) return
    this.#over = true
    const { clock, timeouts } = this.#context
    const status = this.responseRelay?.head?.status
    const faulty = this.attempts.settle(outcome, status, timeouts.silence, clock.now())
    for (const backend of faulty) this.#cluster.reportFailure(backend)
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
      streaming: this.responseRelay?.streaming === true,
      requestDone: this.#client.bodyDone,
      backendReads: this.requestRelay.hasRoom,
      elsewhere: this.repeatable && !this.#patient && this.responseRelay === undefined,
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
    const wait = this.#wait?.what
    if (halfClosed) {
      this.clientGone()
      this.#client.cut()
    } else if (wait === 'backend') this.#wait?.giveUp?.()
    else if (wait === 'queue') this.#leave('not connected', 'queue-timeout', undefined)
    else if (wait === 'connection') this.#leave('not connected', 'connect-timeout', undefined)
    else if (this.#awaitedStep === 'silence') this.#askElsewhere()
    else this.#fail(FAILURE_WHEN_LATE[this.#awaitedStep])
  }

  /** The backend has sent nothing for a while. Another one is asked if possible; otherwise this one gets its full time. */
  #askElsewhere(): void {
    this.#cluster.checkSoon(this.attempts.current.choice.backend)
    if (this.attempts.mayLeave('silent', this.#elapsed, this.#context.clock.now())) {
      this.#moveOn('silent', 'first-byte-timeout', undefined)
    } else {
      this.#patient = true
      const { sentAt = this.request.at } = this.attempts.current
      this.#client.setDeadlineAt(sentAt + this.#context.timeouts.firstByte)
    }
  }
}
