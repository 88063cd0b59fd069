/**
 * One request and its response on their way through the edge: pick a backend, send the request, bring back the answer.
 *
 * Read beside: docs/life-of-a-request.md, downstream/client-connection.ts, upstream/connection.ts, failures.ts,
 *   RFC 9110 §7.6 (forwarding), §9.2.2 (idempotent methods), RFC 9112 §9.3.1 (retrying)
 * Touches the world: through the two connections it stands between.
 */

import { describeError } from '#shared/log.ts'
import type { Backend } from './balance/backend.ts'
import { explainChoice } from './balance/balancer.ts'
import type { Asked, ClientConnection } from './downstream/client-connection.ts'
import type { Edge } from './edge.ts'
import { FAILURES, type FailureName } from './failures.ts'
import { traceparent } from './forwarding/identity.ts'
import { requestHeadFor } from './forwarding/request.ts'
import { interimHeadFor, outgoingFraming, responseHeadFor } from './forwarding/response.ts'
import { checkTrailers } from './forwarding/trailers.ts'
import { BodyDecoder } from './http1/body-decoder.ts'
import type { BodyFraming } from './http1/body-framing.ts'
import { CHUNK_END, chunkHead, lastChunk } from './http1/chunked.ts'
import type { Field } from './http1/fields.ts'
import { FramingError } from './http1/framing-error.ts'
import { HeadCollector } from './http1/head-collector.ts'
import { RESPONSE_LIMITS } from './http1/limits.ts'
import { parseResponseHead, type ResponseHead } from './http1/response-head.ts'
import { bodyDeadline } from './timeouts.ts'
import type { UpstreamConnection, UpstreamUser } from './upstream/connection.ts'

/** Methods that may be repeated, because twice is as good as once (RFC 9110 §9.2.2). */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])

/** One backend that was asked, and what came of it. */
export interface Attempt {
  readonly backend: Backend
  readonly reused: boolean
  /** Only while somebody watches. */
  readonly reason: string | undefined
  outcome: FailureName | 'answered' | 'stale connection' | undefined
}

export class Exchange implements UpstreamUser {
  readonly asked: Asked
  readonly attempts: Attempt[] = []
  readonly begun: number
  /** Octets of content from the client, and to it. */
  requestOctets = 0
  responseOctets = 0
  response: ResponseHead | undefined
  /** The heads as they went on; for who watches. */
  sentHead = ''
  returnedHead = ''

  readonly #edge: Edge
  readonly #client: ClientConnection
  #upstream: UpstreamConnection | undefined
  #connected = false
  #collector = new HeadCollector(RESPONSE_LIMITS, false)
  #answerBegun = false
  #decoder: BodyDecoder | undefined
  #outgoing: BodyFraming = { kind: 'none' }
  #keepAlive = false
  #ended = false

  constructor(edge: Edge, client: ClientConnection, asked: Asked) {
    this.#edge = edge
    this.#client = client
    this.asked = asked
    this.begun = asked.at
  }

  // ── there ───────────────────────────────────────────────────────────────────────────────────────────────────────

  start(): void {
    this.#tryNext(undefined)
  }

  /** Asks the next backend; when there is none left, tells the client what became of the last one. */
  #tryNext(last: { failure: FailureName; detail: string } | undefined): void {
    const { balancer, events } = this.#edge
    const tried = this.attempts.map(attempt => attempt.backend)
    const backend = balancer.choose(tried)
    const reason = events.watched ? explainChoice(balancer.backends, backend, tried) : undefined
    events.publish('edge.pick', () => ({ backend: backend?.name ?? null, reason }), this.asked.id)
    if (backend !== undefined) this.#try(backend, true, reason)
    else if (last === undefined) this.#fail('no-backend')
    else this.#fail(last.failure, last.detail)
  }

  #try(backend: Backend, mayReuse: boolean, reason: string | undefined): void {
    const { head } = this.asked
    const pool = this.#edge.poolOf(backend)
    // A connection that was idle may be closing at this very moment. Only what can be repeated is sent on one: idempotent,
    // and without a body that would be gone.
    const repeatable = IDEMPOTENT.has(head.method) && head.body.kind === 'none'
    const idle = mayReuse && repeatable ? pool.reuse(this) : undefined
    this.attempts.push({ backend, reused: idle !== undefined, reason, outcome: undefined })
    backend.active++
    backend.requests++
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
    this.sentHead = requestHeadFor(asked.head, {
      edge: this.#edge.name,
      edgeAddress: this.#client.localAddress,
      clientAddress: asked.clientAddress,
      requestId: asked.id,
      traceparent: traceparent(asked.head.fields, this.#edge.random),
    })
    this.#upstream?.socket.write(this.sentHead, 'latin1')
    this.#renewDeadline()
    if (!this.#client.bodyDone) this.#client.pumpBody()
  }

  /** Whether content from the client has a place to go. */
  get acceptsBody(): boolean {
    return this.#connected && this.#upstream !== undefined && !this.#upstream.socket.writableNeedDrain
  }

  sendBody(content: Buffer): void {
    const socket = this.#upstream?.socket
    if (socket === undefined) return
    this.requestOctets += content.length
    if (this.asked.head.body.kind !== 'chunked') {
      socket.write(content)
    } else {
      socket.cork()
      socket.write(chunkHead(content.length), 'latin1')
      socket.write(content)
      socket.write(CHUNK_END, 'latin1')
      socket.uncork()
    }
    this.#renewDeadline()
  }

  endBody(trailers: readonly Field[]): void {
    if (this.asked.head.body.kind === 'chunked') this.#upstream?.socket.write(lastChunk(trailers), 'latin1')
    this.#renewDeadline()
  }

  drained(): void {
    this.#client.pumpBody()
    this.#renewDeadline()
  }

  // ── and back ────────────────────────────────────────────────────────────────────────────────────────────────────

  received(piece: Buffer): void {
    this.#answerBegun = true
    try {
      const rest = this.response === undefined ? this.#takeHead(piece) : piece
      if (rest !== undefined && !this.#ended) this.#takeBody(rest, '')
    } catch (error) {
      if (!(error instanceof FramingError)) throw error
      this.#fail('bad-response', `${error.message} (${error.rule})`)
    }
  }

  /** Reads heads until the final one, and sends it on. @returns octets of the body that are still to be sent */
  #takeHead(piece: Buffer): Buffer | undefined {
    let octets = piece
    for (;;) {
      const collected = this.#collector.take(octets)
      if (collected === undefined) return undefined
      const head = parseResponseHead(collected.text, this.asked.head.method)
      octets = collected.rest
      if (head.status === 101)
        throw new FramingError(502, 'RFC 9110 §15.2.2', 'it switches protocols, which nobody asked for')
      if (head.status >= 200) return this.#beginAnswer(head, octets)
      // RFC 9110 §15.2: "A server MUST NOT send a 1xx response to an HTTP/1.0 client."
      if (this.asked.head.minor === 1) this.#client.write(interimHeadFor(head))
      if (octets.length === 0) return undefined
    }
  }

  #beginAnswer(head: ResponseHead, rest: Buffer): undefined {
    const { asked } = this
    const decoder = new BodyDecoder(head.body, RESPONSE_LIMITS)
    if (isSurplus(head.body, rest)) throw new FramingError(502, 'RFC 9112 §6.3', 'octets follow after its end')
    this.#decoder = decoder
    this.response = head
    this.#outgoing = outgoingFraming(head.body, asked.head.minor)
    this.#keepAlive =
      asked.head.keepAlive && this.#client.bodyDone && this.#client.mayStay && this.#outgoing.kind !== 'close'
    const attempt = this.attempts.at(-1) as Attempt
    this.returnedHead = responseHeadFor(head, {
      edge: this.#edge.name,
      backend: attempt.backend.name,
      requestId: asked.id,
      duration: this.#edge.clock.now() - this.begun,
      date: this.#edge.date(),
      framing: this.#outgoing,
      keepAlive: this.#keepAlive,
      toHead: asked.head.method === 'HEAD',
    })
    this.#takeBody(rest, this.returnedHead)
  }

  /** @param before what has to be written first: the head, with the first octets of the body */
  #takeBody(octets: Buffer, before: string): void {
    const decoder = this.#decoder as BodyDecoder
    let prefix = before
    let room = true
    const taken = decoder.decode(octets, 0, content => {
      this.responseOctets += content.length
      room =
        this.#outgoing.kind === 'chunked'
          ? this.#client.writeAround(prefix + chunkHead(content.length), content, CHUNK_END)
          : this.#client.writeAround(prefix, content, '')
      prefix = ''
    })
    if (decoder.done) {
      checkTrailers(decoder.trailers)
      if (this.#outgoing.kind === 'chunked') prefix += lastChunk(decoder.trailers)
      if (prefix !== '') this.#client.write(prefix)
      return void this.#finish(taken === octets.length)
    }
    if (prefix !== '') room = this.#client.write(prefix)
    if (!room) this.#upstream?.socket.pause()
    this.#renewDeadline()
  }

  clientDrained(): void {
    this.#upstream?.socket.resume()
    this.#renewDeadline()
  }

  // ── ends ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The answer is complete. @param inStep whether the backend sent nothing beyond it */
  #finish(inStep: boolean): void {
    const upstream = this.#upstream
    this.#upstream = undefined
    if (upstream !== undefined) {
      if (inStep && this.response?.keepAlive && this.#client.bodyDone)
        this.#edge.poolOf(upstream.backend).release(upstream)
      else upstream.destroy()
    }
    this.#settle('answered')
    this.#edge.counters.count(this.response?.status ?? 0)
    this.#client.done(this.#keepAlive)
  }

  ended(): void {
    if (this.#decoder?.framing.kind === 'close') {
      if (this.#outgoing.kind === 'chunked') this.#client.write(lastChunk([]))
      this.#finish(true)
    } else this.lost(undefined)
  }

  lost(error: Error | undefined): void {
    const upstream = this.#upstream
    const attempt = this.attempts.at(-1)
    if (upstream === undefined || attempt === undefined) return
    const detail = error === undefined ? '' : describeError(error)
    if (!this.#connected) return void this.#retryElsewhere('refused', detail)
    if (this.#answerBegun)
      return void this.#fail(this.response === undefined ? 'closed-early' : 'truncated', detail || undefined)
    if (!attempt.reused) return void this.#fail('closed-early', detail || undefined)
    // It was idle before, the backend closed it, and has not seen the request, or has at least not begun to answer it.
    this.#leave(attempt, 'stale connection')
    this.#try(attempt.backend, false, attempt.reason)
  }

  /** Nothing of the request has been sent: any other backend may have it, whatever its method. */
  #retryElsewhere(failure: FailureName, detail: string): void {
    const attempt = this.attempts.at(-1) as Attempt
    attempt.backend.failures++
    attempt.backend.retries++
    this.#leave(attempt, failure)
    this.#tryNext({ failure, detail: detail === '' ? attempt.backend.authority : detail })
  }

  #leave(attempt: Attempt, outcome: Attempt['outcome']): void {
    attempt.outcome = outcome
    attempt.backend.active--
    this.#upstream?.destroy()
    this.#upstream = undefined
    this.#connected = false
  }

  /** The request itself turned out to be broken: a chunk that is none, for example. */
  abandon(error: FramingError): void {
    this.#drop('client-gone')
    if (this.response === undefined) this.#client.refuse(error, this.asked.id)
    else this.#client.cut()
  }

  clientGone(): void {
    if (!this.#ended) this.#drop('client-gone')
  }

  #fail(name: FailureName, detail?: string): void {
    if (this.#ended) return
    const attempt = this.attempts.at(-1)
    if (attempt !== undefined && FAILURES[name].side === 'upstream') attempt.backend.failures++
    this.#drop(name)
    if (this.returnedHead === '') this.#client.fail(name, this.asked, detail)
    else this.#client.cut()
  }

  #drop(outcome: FailureName): void {
    this.#upstream?.destroy()
    this.#upstream = undefined
    this.#settle(outcome)
  }

  #settle(outcome: Attempt['outcome']): void {
    if (this.#ended) return
    this.#ended = true
    const attempt = this.attempts.at(-1)
    if (attempt !== undefined && attempt.outcome === undefined) {
      attempt.outcome = outcome
      attempt.backend.active--
      if (this.response !== undefined) attempt.backend.countResponse(this.response.status)
    }
    this.#edge.traceExchange(this)
  }

  // ── time ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Whoever is expected to do something next has until then. */
  #renewDeadline(): void {
    if (this.#ended) return
    const { timeouts, clock } = this.#edge
    const now = clock.now()
    let deadline = now + timeouts.response
    if (this.#client.socket.writableNeedDrain) deadline = now + timeouts.reader
    else if (this.response === undefined) {
      if (this.#client.bodyDone) deadline = now + timeouts.firstByte
      else if (this.acceptsBody)
        deadline = Math.min(now + timeouts.bodyIdle, bodyDeadline(this.begun, this.requestOctets, timeouts))
      else deadline = now + timeouts.write
    }
    this.#client.setDeadlineAt(Math.min(deadline, this.begun + timeouts.total))
  }

  /** The deadline passed. @param halfClosed whether the client had said good-bye before */
  expired(halfClosed: boolean): void {
    if (this.#edge.clock.now() >= this.begun + this.#edge.timeouts.total) return void this.#fail('total-timeout')
    if (halfClosed) {
      this.#drop('client-gone')
      return void this.#client.cut()
    }
    if (!this.#connected) return void this.#retryElsewhere('connect-timeout', '')
    if (this.#client.socket.writableNeedDrain) return void this.#fail('reader-timeout')
    if (this.response !== undefined) return void this.#fail('response-timeout')
    if (this.#client.bodyDone) return void this.#fail('first-byte-timeout')
    return void this.#fail(this.acceptsBody ? 'body-timeout' : 'write-timeout')
  }
}

/** Whether more octets came than the body has, as far as that shows at its beginning. */
function isSurplus(framing: BodyFraming, rest: Buffer): boolean {
  if (framing.kind === 'none') return rest.length > 0
  return framing.kind === 'length' && rest.length > framing.length
}
