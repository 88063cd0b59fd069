/**
 * One request on its way through the edge: pick a backend, send the request, hand the answer back, and decide what becomes
 * of it when something fails.
 *
 * Read beside: docs/life-of-a-request.md, downstream/client-connection.ts, downstream/response-relay.ts, balance/retry.ts,
 *   failures.ts, RFC 9110 §7.6 (forwarding), RFC 9112 §9.3.1 (retrying)
 * Touches the world: through the two connections that it stands between.
 *
 * Longer than 250 lines because it is the one place where the events of both connections meet; what is decided about them is
 * elsewhere.
 */
import { describeError } from '#shared/log.ts'
import { Attempts } from './balance/attempts.ts'
import { type Choice, explainChoice } from './balance/balancer.ts'
import { isRepeatable, type Mishap, mayRetry } from './balance/retry.ts'
import { stickyCookie } from './balance/sticky.ts'
import type { Asked } from './downstream/asked.ts'
import type { ClientConnection } from './downstream/client-connection.ts'
import { ResponseRelay } from './downstream/response-relay.ts'
import type { Edge } from './edge.ts'
import { FAILURES, type FailureName, isOwnError } from './failures.ts'
import { traceparent } from './forwarding/identity.ts'
import { switchingHeadFor } from './forwarding/response.ts'
import { asksForWebSocket, grantsWebSocket } from './forwarding/websocket.ts'
import type { Field } from './http1/fields.ts'
import { FramingError } from './http1/framing-error.ts'
import type { ResponseHead } from './http1/response-head.ts'
import type { UpstreamConnection, UpstreamUser } from './upstream/connection.ts'
import { RequestRelay } from './upstream/request-relay.ts'
import { Tunnel } from './upstream/tunnel.ts'
import { deadlineFor, LATE, whomToAwait } from './waiting.ts'

export class Exchange implements UpstreamUser {
  readonly asked: Asked
  readonly attempts = new Attempts()
  /** The way there. */
  readonly request: RequestRelay
  /** The way back, once the backend has said something. */
  relay: ResponseRelay | undefined

  readonly #edge: Edge
  readonly #client: ClientConnection
  readonly #repeatable: boolean
  #upstream: UpstreamConnection | undefined
  #connected = false
  #over = false

  constructor(edge: Edge, client: ClientConnection, asked: Asked) {
    this.#edge = edge
    this.#client = client
    this.asked = asked
    this.request = new RequestRelay(asked)
    this.#repeatable = isRepeatable(asked.head.method, asked.head.body.kind !== 'none') && !asksForWebSocket(asked.head)
  }

  // ── there ───────────────────────────────────────────────────────────────────────────────────────────────────────

  start(): void {
    this.#edge.retryBudget.earn()
    this.#tryNext('no-backend', undefined, this.asked.at)
  }

  /** Asks the next backend; when there is none left, the client is told what became of the last one. */
  #tryNext(last: FailureName, detail: string | undefined, now: number): void {
    const { balancer, events } = this.#edge
    const tried = this.attempts.backends
    const choice = balancer.choose(this.asked.head.fields, tried, now)
    let reason: string | undefined
    if (events.watched) {
      reason = explainChoice(balancer.backends, choice, tried, now)
      events.publish('edge.pick', () => ({ backend: choice?.backend.name ?? null, reason }), this.asked.id)
    }
    if (choice !== undefined) this.#try(choice, true, reason)
    // Down by all checks, and now by trial too.
    else if (this.attempts.last?.choice.panic) this.#fail('no-backend')
    else this.#fail(last, detail)
  }

  #try(choice: Choice, mayReuse: boolean, reason: string | undefined): void {
    const pool = this.#edge.poolOf(choice.backend)
    // An idle connection may be closing at this very moment, unless it has just answered: what cannot be repeated is sent only then.
    const within = this.#repeatable ? Number.POSITIVE_INFINITY : this.#edge.timeouts.justAnswered
    const idle = mayReuse ? pool.reuse(this, within) : undefined
    this.attempts.begin(choice, idle !== undefined, reason)
    if (idle !== undefined) {
      this.#upstream = idle
      this.connected()
    } else {
      this.#client.setDeadline(this.#edge.timeouts.connect)
      this.#upstream = pool.open(this)
    }
  }

  connected(): void {
    const { asked } = this
    this.#connected = true
    this.request.begin((this.#upstream as UpstreamConnection).socket, {
      edge: this.#edge.name,
      edgeAddress: this.#client.localAddress,
      clientAddress: asked.clientAddress,
      requestId: asked.id,
      traceparent: traceparent(asked.head.fields, this.#edge.random),
    })
    this.#renewDeadline()
    if (!this.#client.bodyDone) this.#client.pumpBody()
  }

  /** Whether content from the client has a place to go. */
  get acceptsBody(): boolean {
    return this.request.room
  }

  /** Whether octets wait to be written to the backend. */
  get sending(): boolean {
    return this.#upstream !== undefined && this.#upstream.socket.writableLength > 0
  }

  sendBody(content: Buffer): void {
    this.request.content(content)
    this.#renewDeadline()
  }

  endBody(trailers: readonly Field[]): void {
    this.request.end(trailers)
    this.#renewDeadline()
  }

  drained(): void {
    this.#client.pumpBody()
    this.#renewDeadline()
  }

  // ── and back ────────────────────────────────────────────────────────────────────────────────────────────────────

  received(piece: Buffer): void {
    const relay = this.relay ?? this.#beginRelay()
    try {
      const progress = relay.take(piece)
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
    return this.#client.socket.writableLength > 0
  }

  #beginRelay(): ResponseRelay {
    const { choice } = this.attempts.current
    const { name } = choice.backend
    this.relay = new ResponseRelay(this.#client, this.asked, {
      edge: this.#edge.name,
      backend: name,
      cookie: choice.by === 'sticky' ? stickyCookie(name) : undefined,
      duration: () => this.#elapsed,
      date: this.#edge.date,
      discards: head => this.#discards(head),
    })
    return this.relay
  }

  /** A gateway error of one backend, where another may be asked instead, and is there. */
  #discards({ status }: ResponseHead): boolean {
    if (!this.#edge.retryStatuses.includes(status) || !mayRetry('gateway status', this.#repeatable, this.#elapsed))
      return false
    return (
      this.#edge.balancer.hasOther(this.attempts.backends, this.#edge.clock.now()) && this.#edge.retryBudget.spend()
    )
  }

  clientDrained(): void {
    this.#upstream?.socket.resume()
    this.#renewDeadline()
  }

  // ── ends ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The answer is complete. @param inStep whether the backend sent nothing beyond it */
  #finish(inStep: boolean): void {
    const { relay } = this
    const upstream = this.#letGo()
    if (upstream !== undefined) {
      if (inStep && relay?.head?.keepAlive && this.#client.bodyDone)
        this.#edge.poolOf(upstream.backend).release(upstream)
      else upstream.destroy()
    }
    this.#settle('answered')
    this.#edge.counters.count(relay?.head?.status ?? 0)
    this.#client.done(relay?.keepAlive === true)
  }

  /** From here on the edge only carries octets. */
  #switch(relay: ResponseRelay): void {
    const head = relay.head as ResponseHead
    const upstream = this.#upstream as UpstreamConnection
    if (!asksForWebSocket(this.asked.head) || !grantsWebSocket(head)) {
      return void this.#fail('bad-response', 'it switches to a protocol that was not asked for (RFC 9110 §15.2.2)')
    }
    const { backend } = this.attempts.current.choice
    relay.sentHead = switchingHeadFor(head, { edge: this.#edge.name, backend: backend.name, requestId: this.asked.id })
    this.#client.write(relay.sentHead)
    this.#edge.counters.count(101)
    this.#letGo()
    const tunnel = new Tunnel(this.#client, upstream, this.#edge.timeouts.tunnelIdle, () => {
      this.request.octets = tunnel.octetsIn
      relay.octets = tunnel.octetsOut
      this.#settle('switched')
    })
    this.#client.beginTunnel(tunnel)
    if (relay.rest.length > 0) tunnel.received(relay.rest)
  }

  ended(): void {
    if (this.relay?.end()) this.#finish(true)
    else this.lost(undefined)
  }

  lost(error: Error | undefined): void {
    if (this.#upstream === undefined) return
    const detail = error === undefined ? undefined : describeError(error)
    if (!this.#connected) this.#leaveFor('not connected', isOwnError(error) ? 'exhausted' : 'refused', detail)
    else if (this.relay?.begun) this.#fail(this.relay.head === undefined ? 'closed-early' : 'truncated', detail)
    else if (this.attempts.current.reused) this.#leaveFor('stale connection', 'closed-early', detail)
    else this.#fail('closed-early', detail)
  }

  /** Leaves this attempt for another one, if the table in retry.ts and the budget allow it. */
  #leaveFor(mishap: Mishap, failure: FailureName, detail: string | undefined): void {
    if (!mayRetry(mishap, this.#repeatable, this.#elapsed) || !this.#affords(mishap)) {
      return void this.#fail(failure, detail)
    }
    this.#letGo()?.destroy()
    this.#connected = false
    this.relay = undefined
    this.attempts.leave(mishap)
    const { choice, reason } = this.attempts.current
    if (mishap === 'stale connection') return void this.#try(choice, false, reason)
    if (FAILURES[failure].side === 'upstream') this.#edge.blame(choice.backend)
    this.#tryNext(failure, detail ?? choice.backend.authority, this.#edge.clock.now())
  }

  /** The purse was opened already when an answer was discarded, and a stale connection costs the backend nothing more. */
  #affords(mishap: Mishap): boolean {
    const { balancer, clock, retryBudget } = this.#edge
    // Where nobody is left to ask, nothing is bought.
    return mishap !== 'not connected' || !balancer.hasNext(this.attempts.backends, clock.now()) || retryBudget.spend()
  }

  /** The request itself turned out to be broken: a chunk that is none, for example. */
  abandon(error: FramingError): void {
    const begun = this.relay !== undefined && this.relay.sentHead !== ''
    this.#drop('client-gone')
    if (begun) this.#client.cut()
    else this.#client.refuse(error, this.asked.id)
  }

  clientGone(): void {
    if (!this.#over) this.#drop('client-gone')
  }

  /** Tells the client, or cuts its connection if it has been told something else already. */
  #fail(name: FailureName, detail?: string): void {
    if (this.#over) return
    const begun = this.relay !== undefined && this.relay.sentHead !== ''
    const { last } = this.attempts
    if (last?.outcome === undefined && last !== undefined && FAILURES[name].side === 'upstream') {
      this.#edge.blame(last.choice.backend)
    }
    // Whatever the backend said, the client has not seen it.
    if (!begun) this.relay = undefined
    this.#drop(name)
    if (begun) this.#client.cut()
    else this.#client.fail(name, this.asked, detail)
  }

  #drop(outcome: FailureName): void {
    this.#letGo()?.destroy()
    this.#settle(outcome)
  }

  /** From here on nothing is sent to this backend, or awaited from it. */
  #letGo(): UpstreamConnection | undefined {
    const upstream = this.#upstream
    this.#upstream = undefined
    this.request.stop()
    return upstream
  }

  #settle(outcome: FailureName | 'answered' | 'switched'): void {
    if (this.#over) return
    this.#over = true
    this.attempts.settle(outcome, this.relay?.head?.status, this.#edge.clock)
    this.#edge.traceExchange(this)
  }

  // ── time ────────────────────────────────────────────────────────────────────────────────────────────────────────

  get #elapsed(): number {
    return this.#edge.clock.now() - this.asked.at
  }

  get #awaited() {
    return whomToAwait({
      clientFull: this.#client.full,
      answering: this.relay?.head !== undefined,
      requestDone: this.#client.bodyDone,
      backendReads: this.request.room,
    })
  }

  /** Whoever is expected to do something next has until then. */
  #renewDeadline(): void {
    if (this.#over) return
    const { timeouts, clock } = this.#edge
    const deadline = deadlineFor(this.#awaited, clock.now(), this.asked.at, this.request.octets, timeouts)
    this.#client.setDeadlineAt(deadline)
  }

  /** The deadline passed. @param halfClosed whether the client had said good-bye before */
  expired(halfClosed: boolean): void {
    if (this.#elapsed >= this.#edge.timeouts.total) return void this.#fail('total-timeout')
    if (halfClosed) {
      this.#drop('client-gone')
      this.#client.cut()
    } else if (!this.#connected) this.#leaveFor('not connected', 'connect-timeout', undefined)
    else this.#fail(LATE[this.#awaited])
  }
}
