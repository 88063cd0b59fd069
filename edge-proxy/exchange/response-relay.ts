/**
 * A response on its way from a backend to the client: heads are read, rewritten and sent on, then the body, piece by piece.
 *
 * Read beside: exchange.ts (which passes it octets), ../forwarding/response.ts, RFC 9112 §4, §6.3, RFC 9110 §15.2 (1xx)
 * Touches the world: through the client's connection.
 */
import { interimHeadFor, outgoingFraming, responseHeadFor, switchingHeadFor } from '../forwarding/response.ts'
import { trailersToClient } from '../forwarding/trailers.ts'
import { asksForWebSocket, grantsWebSocket } from '../forwarding/websocket.ts'
import { BodyDecoder } from '../http1/body-decoder.ts'
import type { BodyFraming } from '../http1/body-framing.ts'
import { CHUNK_END, chunkHead, lastChunk } from '../http1/chunked.ts'
import { firstValue } from '../http1/fields.ts'
import { FramingError } from '../http1/framing-error.ts'
import { HeadCollector } from '../http1/head-collector.ts'
import { INTERIM_LIMIT, RESPONSE_LIMITS } from '../http1/limits.ts'
import type { RequestHead } from '../http1/request-head.ts'
import { parseResponseHead, type ResponseHead } from '../http1/response-head.ts'

/** What the relay needs of the client's connection. */
export interface ResponseReceiver {
  /** Whether the request's body has been read to its end. */
  readonly bodyDone: boolean
  /** Whether the connection may stay open as far as the edge is concerned. */
  readonly mayStay: boolean
  write(text: string): void
  /** Text, content, text. */
  writeFramed(before: string, content: Buffer, after: string): void
}

/** What the relay needs of the exchange. */
export interface RelayContext {
  /** The request that is answered, and its X-Request-Id. */
  readonly request: RequestHead
  readonly requestId: string
  readonly edge: string
  readonly backend: string
  /** A cookie to be set with the response. */
  readonly cookie: string | undefined
  duration(): number
  /** Backends without requests, and why: the value of X-Unavailable. */
  unavailable(): string | undefined
  date(): string
  /** Whether this response is to be discarded, because another backend will be asked. Nothing has been sent by then. */
  discards(head: ResponseHead): boolean
  /** The response is a stream of events, which may last for hours. */
  streams(): void
}

/**
 * `more`: not complete yet; `complete`; `out of step`: complete, but the backend sent octets beyond its end, or may still send
 * some; `discarded`; `switched`: the backend switches to another protocol.
 */
export type RelayProgress = 'more' | 'complete' | 'out of step' | 'discarded' | 'switched'

const EMPTY: Buffer = Buffer.alloc(0)

export class ResponseRelay {
  /** The final head, once it has been received. */
  head: ResponseHead | undefined
  /** The head as it was sent to the client; empty until then. */
  sentHead = ''
  /** Octets of content. */
  octets = 0
  /** Whether any octet has been received from the backend. */
  begun = false
  /** Whether it is a stream of events. */
  streaming = false
  /** Whether the client's connection stays open after this response. */
  keepAlive = false
  /** With `switched`: what was received after the head. */
  rest = EMPTY

  readonly #client: ResponseReceiver
  readonly #context: RelayContext
  readonly #collector = new HeadCollector(RESPONSE_LIMITS, false)
  /** Interim responses so far. */
  #interim = 0
  #decoder: BodyDecoder | undefined
  #outgoing: BodyFraming = { kind: 'none' }
  #unsentHead = ''

  constructor(client: ResponseReceiver, context: RelayContext) {
    this.#client = client
    this.#context = context
  }

  /** Passes the next octets from the backend on. @throws FramingError when they are not valid HTTP */
  received(piece: Buffer): RelayProgress {
    this.begun = true
    return this.#decoder === undefined ? this.#readHeads(piece) : this.#relayBody(piece)
  }

  /** Whether the client can find the end of the response by itself: by its length, or the last chunk. */
  get delimited(): boolean {
    return this.#outgoing.kind !== 'close'
  }

  /** The backend has closed. @returns whether that was the regular end of the response */
  end(): boolean {
    if (this.#decoder?.framing.kind !== 'close') return false
    if (this.#outgoing.kind === 'chunked') this.#client.write(lastChunk([]))
    return true
  }

  #readHeads(piece: Buffer): RelayProgress {
    const { request } = this.#context
    let octets = piece
    for (;;) {
      const collected = this.#collector.add(octets)
      if (collected === undefined) return 'more'
      const head = parseResponseHead(collected.text, request.method)
      octets = collected.rest
      if (head.status === 101) return this.#switch(head, octets)
      if (head.status >= 200) return this.#begin(head, octets)
      // Each one renews the deadline: without a limit, a backend that sends them in a loop would hold its client for ever.
      if (++this.#interim > INTERIM_LIMIT) {
        throw new FramingError(502, 'RFC 9110 §15.2', `there are more than ${INTERIM_LIMIT} interim responses`)
      }
      // RFC 9110 §15.2: "A server MUST NOT send a 1xx response to an HTTP/1.0 client."
      if (request.minor === 1) this.#client.write(interimHeadFor(head))
      if (octets.length === 0) return 'more'
    }
  }

  #switch(head: ResponseHead, rest: Buffer): RelayProgress {
    const { request, edge, backend, requestId } = this.#context
    if (!asksForWebSocket(request) || !grantsWebSocket(head)) {
      throw new FramingError(502, 'RFC 9110 §15.2.2', 'it switches to a protocol that was not asked for')
    }
    this.head = head
    this.rest = rest
    this.sentHead = switchingHeadFor(head, { edge, backend, requestId })
    this.#client.write(this.sentHead)
    return 'switched'
  }

  #begin(head: ResponseHead, rest: Buffer): RelayProgress {
    if (this.#context.discards(head)) return 'discarded'
    const { request } = this.#context
    this.head = head
    this.streaming = isEventStream(head)
    if (this.streaming) this.#context.streams()
    this.#decoder = new BodyDecoder(head.body, RESPONSE_LIMITS)
    this.#outgoing = outgoingFraming(head.body, request.minor)
    // When the response comes before the end of the request, the rest of the request would be read as the next one.
    const inOrder = this.#client.bodyDone && this.#outgoing.kind !== 'close'
    this.keepAlive = request.keepAlive && inOrder && this.#client.mayStay
    this.#unsentHead = responseHeadFor(head, {
      edge: this.#context.edge,
      backend: this.#context.backend,
      requestId: this.#context.requestId,
      duration: this.#context.duration(),
      unavailable: this.#context.unavailable(),
      date: this.#context.date(),
      cookie: this.#context.cookie,
      framing: this.#outgoing,
      keepAlive: this.keepAlive,
      toHead: request.method === 'HEAD',
    })
    return this.#relayBody(rest)
  }

  #relayBody(octets: Buffer): RelayProgress {
    const decoder = this.#decoder as BodyDecoder
    const chunked = this.#outgoing.kind === 'chunked'
    const end = decoder.decode(octets, 0, content => {
      this.octets += content.length
      const head = this.#removeHead()
      if (chunked) this.#client.writeFramed(head + chunkHead(content.length), content, CHUNK_END)
      else this.#client.writeFramed(head, content, '')
    })
    const closing = decoder.done && chunked ? lastChunk(trailersToClient(decoder.trailers)) : ''
    const last = this.#removeHead() + closing
    if (last !== '') this.#client.write(last)
    if (!decoder.done) return 'more'
    const { head } = this
    return end === octets.length && !(head && announcesUnsentContent(head)) ? 'complete' : 'out of step'
  }

  /** The head, once: it is sent together with the first octets of the body. */
  #removeHead(): string {
    const head = this.#unsentHead
    if (head === '') return ''
    this.#unsentHead = ''
    this.sentHead = head
    return head
  }
}

/** Server-sent events (WHATWG HTML §9.2). */
function isEventStream({ fields }: ResponseHead): boolean {
  return /^text\/event-stream\b/i.test(firstValue(fields, 'content-type') ?? '')
}

/**
 * Whether a response without content (to HEAD, 204, 304) has fields that announce content. A faulty backend then sends it as well,
 * perhaps in a later packet, and it would be read as the next response.
 */
function announcesUnsentContent({ body, fields }: ResponseHead): boolean {
  if (body.kind !== 'none') return false
  return fields.some(({ key, value }) => key === 'transfer-encoding' || (key === 'content-length' && Number(value) > 0))
}
