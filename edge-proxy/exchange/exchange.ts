/**
 * One request on its way through the edge: it is sent to a backend, the response is sent back, and when something fails, another
 * backend is asked or the client gets the failure.
 *
 * Read beside: docs/life-of-a-request.md, neighbours.ts (what it uses), backend-search.ts, request-relay.ts, response-relay.ts,
 *   failover.ts (when something fails), awaited-step.ts, RFC 9110 §7.6 (forwarding), RFC 9112 §9.3.1 (retrying)
 * Touches the world: through the connection of the client and that of the backend.
 *
 * Longer than 250 lines because the events of both connections meet here; what they cause is decided in the other files.
 */
import { describeError } from '#shared/log.ts'
import { Attempts } from '../balance/attempts.ts'
import { isRepeatable } from '../balance/retry.ts'
import { stickyCookie } from '../balance/sticky.ts'
import { unavailableField } from '../balance/unavailable.ts'
import type { ReceivedRequest } from '../downstream/received-request.ts'
import type { FailureName } from '../failures.ts'
import { traceparent } from '../forwarding/identity.ts'
import { asksForWebSocket } from '../forwarding/websocket.ts'
import { hasContent } from '../http1/body-framing.ts'
import type { Field } from '../http1/fields.ts'
import { FramingError } from '../http1/framing-error.ts'
import { isOwnError } from '../own-errors.ts'
import type { UpstreamLink } from '../upstream/connection.ts'
import { Tunnel } from '../upstream/tunnel.ts'
import { type AwaitedStep, awaitedStep, deadlineOf, FAILURE_WHEN_LATE } from './awaited-step.ts'
import { BackendSearch, type Searcher } from './backend-search.ts'
import { brokenRule, type FailingExchange, failExchange, leaveAttempt, leaveSilent, moveOn } from './failover.ts'
import type { Downstream, ExchangeContext, ExchangeObserver, ExchangeRecord, Upstream } from './neighbours.ts'
import { RequestRelay } from './request-relay.ts'
import { ResponseRelay } from './response-relay.ts'

export class Exchange implements Searcher, FailingExchange, ExchangeRecord {
  readonly cluster: Upstream
  readonly client: Downstream
  readonly context: ExchangeContext
  readonly observer: ExchangeObserver | undefined
  readonly request: ReceivedRequest
  /** Whether the request may be sent twice (../balance/retry.ts). */
  readonly repeatable: boolean
  readonly attempts: Attempts
  readonly search: BackendSearch
  readonly requestRelay: RequestRelay
  /** Undefined until the backend has sent something. */
  responseRelay: ResponseRelay | undefined
  over = false

  /** Set once the request is sent. */
  #upstream: UpstreamLink | undefined
  /** Even if this backend is slow, no other one is asked. */
  #patient = false

  constructor(cluster: Upstream, client: Downstream, request: ReceivedRequest, context: ExchangeContext) {
    this.cluster = cluster
    this.client = client
    this.context = context
    this.request = request
    this.observer = context.observe(request)
    const { head } = request
    this.repeatable = isRepeatable(head.method, hasContent(head.body)) && !asksForWebSocket(head)
    this.attempts = new Attempts(cluster, head.fields, this.repeatable)
    this.requestRelay = new RequestRelay(head)
    this.search = new BackendSearch(this)
  }

  // ── the request ─────────────────────────────────────────────────────────────────────────────────────────────────

  start(): void {
    this.search.next('no-backend', undefined)
  }

  connecting(): void {
    this.search.connecting()
  }

  connected(link: UpstreamLink, reused: boolean): void {
    const { request } = this
    const { clock, name, random } = this.context
    this.search.waitIsOver()
    this.#upstream = link
    this.attempts.current.reused = reused
    this.observer?.connected(this.attempts.current)
    this.requestRelay.begin(link.socket, {
      edge: name,
      edgeAddress: this.client.localAddress,
      clientAddress: request.clientAddress,
      requestId: request.id,
      traceparent: traceparent(request.head.fields, random),
    })
    this.observer?.sent(this.attempts.current, this.requestRelay.sentHead)
    if (!this.client.bodyReceived) this.cluster.discount(link)
    if (this.client.bodyDone) this.attempts.current.sentAt = clock.now()
    this.#renewDeadline()
    if (!this.client.bodyDone) this.client.pumpBody()
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
    this.attempts.current.sentAt = this.context.clock.now()
    this.#renewDeadline()
  }

  drained(): void {
    this.client.pumpBody()
    this.#renewDeadline()
  }

  // ── the response ────────────────────────────────────────────────────────────────────────────────────────────────

  received(piece: Buffer): void {
    const relay = this.responseRelay ?? this.#beginResponse()
    const answering = relay.head !== undefined
    try {
      const progress = relay.received(piece)
      if (!answering && relay.head !== undefined) this.observer?.answering(this.attempts.current, relay.head)
      if (progress === 'more') {
        if (this.client.full) this.#waitForReader()
        this.#renewDeadline()
      } else if (progress === 'switched') this.#switch(relay)
      else if (progress === 'discarded') moveOn(this, 'gateway status', 'gateway-status', undefined)
      else this.#finish(progress === 'complete')
    } catch (error) {
      if (!(error instanceof FramingError)) throw error
      failExchange(this, 'bad-response', brokenRule(this, error))
    }
  }

  get holdsPiece(): boolean {
    return this.client.sending
  }

  #beginResponse(): ResponseRelay {
    const { current } = this.attempts
    const { clock } = this.context
    const { name } = current.choice.backend
    current.firstOctetAt = clock.now()
    this.responseRelay = new ResponseRelay(this.client, {
      request: this.request.head,
      requestId: this.request.id,
      edge: this.context.name,
      backend: name,
      cookie: current.choice.by === 'sticky' ? stickyCookie(name) : undefined,
      duration: () => this.elapsed,
      unavailable: () => unavailableField(this.cluster.balancer.backends, this.context.clock.now()),
      date: () => this.context.date(),
      discards: ({ status }) => this.attempts.discards(status, this.elapsed, clock.now()),
      streams: () => this.#upstream && this.cluster.discount(this.#upstream),
    })
    return this.responseRelay
  }

  /** The client reads more slowly than the backend sends. */
  #waitForReader(): void {
    if (this.#upstream === undefined) return
    this.#upstream.socket.pause()
    this.cluster.discount(this.#upstream)
  }

  clientDrained(): void {
    if (this.#upstream?.socket.isPaused()) this.#upstream.socket.resume()
    this.#renewDeadline()
  }

  // ── ends ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The response is complete. @param inStep whether the connection can carry another exchange */
  #finish(inStep: boolean): void {
    const relay = this.responseRelay
    const upstream = this.detach()
    if (inStep && relay?.head?.keepAlive && this.client.bodyDone && upstream) this.cluster.release(upstream)
    else upstream?.destroy()
    this.#settle('answered')
    this.context.counters.countResponse(relay?.head?.status ?? 0)
    this.client.done(relay?.keepAlive === true)
  }

  /** After 101: from here on, octets are only passed through. */
  #switch(relay: ResponseRelay): void {
    const upstream = this.#upstream as UpstreamLink
    const { counters, timeouts } = this.context
    counters.countResponse(101)
    this.cluster.discount(upstream)
    this.detach()
    const tunnel = new Tunnel(this.client, upstream, timeouts.tunnelIdle, () => {
      this.requestRelay.octets = tunnel.octetsIn
      relay.octets = tunnel.octetsOut
      this.#settle('switched')
    })
    this.client.beginTunnel(tunnel)
    if (relay.rest.length > 0) tunnel.received(relay.rest)
  }

  ended(): void {
    if (this.responseRelay?.end()) this.#finish(true)
    else this.lost(undefined)
  }

  lost(error: Error | undefined): void {
    const detail = error === undefined ? undefined : describeError(error)
    const { awaited } = this.search
    if (awaited !== undefined) {
      const failure = awaited === 'queue' ? 'no-backend' : isOwnError(error) ? 'exhausted' : 'refused'
      leaveAttempt(this, 'not connected', failure, detail)
    } else if (this.#upstream === undefined) return
    else if (this.responseRelay?.head !== undefined) failExchange(this, 'truncated', detail)
    else if (this.responseRelay?.begun) failExchange(this, 'closed-early', detail)
    else leaveAttempt(this, this.attempts.current.reused ? 'stale connection' : 'closed early', 'closed-early', detail)
  }

  /** The request itself turned out not to be valid HTTP, in the middle of its body. */
  abandon(error: FramingError): void {
    const begun = this.responseBegun
    this.drop('client-gone')
    if (begun) this.client.cut()
    else this.client.refuse(error, this.request.id)
  }

  clientGone(): void {
    if (this.over) return
    const silent = this.attempts.silentBackend(this.context.timeouts.silence, this.context.clock.now())
    if (silent !== undefined) this.cluster.reportFailure(silent)
    this.drop('client-gone')
  }

  /** This process was stopped, and the client closed its side meanwhile. */
  refuseAfterStall(): void {
    failExchange(this, 'stalled')
  }

  searchFailed(failure: FailureName, detail: string | undefined): void {
    failExchange(this, failure, detail)
  }

  get responseBegun(): boolean {
    return this.responseRelay !== undefined && this.responseRelay.sentHead !== ''
  }

  drop(outcome: FailureName): void {
    this.detach()?.destroy()
    this.#settle(outcome)
  }

  /** From here on nothing is sent to this backend, or expected from it. */
  detach(): UpstreamLink | undefined {
    const upstream = this.#upstream
    this.search.stop()
    this.#upstream = undefined
    this.requestRelay.stop()
    return upstream
  }

  #settle(outcome: FailureName | 'answered' | 'switched'): void {
    if (this.over) return
    this.over = true
    const { clock, timeouts } = this.context
    const status = this.responseRelay?.head?.status
    const faulty = this.attempts.settle(outcome, status, timeouts.silence, clock.now())
    for (const backend of faulty) this.cluster.reportFailure(backend)
    this.context.ended(this)
  }

  // ── time ────────────────────────────────────────────────────────────────────────────────────────────────────────

  get elapsed(): number {
    return this.context.clock.now() - this.request.at
  }

  get #awaitedStep(): AwaitedStep {
    return awaitedStep({
      clientFull: this.client.full,
      answering: this.responseRelay?.head !== undefined,
      streaming: this.responseRelay?.streaming === true,
      requestDone: this.client.bodyDone,
      backendReads: this.requestRelay.hasRoom,
      elsewhere: this.repeatable && !this.#patient && this.responseRelay === undefined,
    })
  }

  /** Sets the deadline of the step that is awaited now. */
  #renewDeadline(): void {
    if (this.over) return
    const { timeouts, clock } = this.context
    const { at } = this.request
    this.client.setDeadlineAt(deadlineOf(this.#awaitedStep, clock.now(), at, this.requestRelay.octets, timeouts))
  }

  /** The deadline of the awaited step has passed. @param halfClosed whether the client has sent FIN */
  expired(halfClosed: boolean): void {
    const { awaited } = this.search
    if (halfClosed) {
      this.clientGone()
      this.client.cut()
    } else if (awaited === 'backend') this.search.giveUp()
    else if (awaited === 'queue') leaveAttempt(this, 'not connected', 'queue-timeout', undefined)
    else if (awaited === 'connection') leaveAttempt(this, 'not connected', 'connect-timeout', undefined)
    else if (this.#awaitedStep !== 'silence') failExchange(this, FAILURE_WHEN_LATE[this.#awaitedStep])
    else if (!leaveSilent(this)) this.#waitOn()
  }

  /** No other backend can be asked: this one gets its full time. */
  #waitOn(): void {
    this.#patient = true
    const { sentAt = this.request.at } = this.attempts.current
    this.client.setDeadlineAt(sentAt + this.context.timeouts.firstByte)
  }
}
