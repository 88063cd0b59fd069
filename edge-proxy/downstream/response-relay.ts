/**
 * An answer on its way from a backend to the client: heads read, rewritten and sent on, then the body, piece by piece.
 *
 * Read beside: ../exchange.ts (who hands it octets), ../forwarding/response.ts, RFC 9112 §4, §6.3, RFC 9110 §15.2 (1xx)
 * Touches the world: through the client's connection.
 */
import { interimHeadFor, outgoingFraming, responseHeadFor } from '../forwarding/response.ts'
import { trailersToClient } from '../forwarding/trailers.ts'
import { BodyDecoder } from '../http1/body-decoder.ts'
import type { BodyFraming } from '../http1/body-framing.ts'
import { CHUNK_END, chunkHead, lastChunk } from '../http1/chunked.ts'
import { FramingError } from '../http1/framing-error.ts'
import { HeadCollector } from '../http1/head-collector.ts'
import { INTERIM_LIMIT, RESPONSE_LIMITS } from '../http1/limits.ts'
import { parseResponseHead, type ResponseHead } from '../http1/response-head.ts'
import type { Asked } from './asked.ts'
import type { ClientConnection } from './client-connection.ts'

/** What the exchange knows and the answer does not. */
export interface RelayContext {
  readonly edge: string
  readonly backend: string
  /** A cookie to be set along with it. */
  readonly cookie: string | undefined
  duration(): number
  date(): string
  /** Whether this answer is to be thrown away, because another backend will be asked. Nothing has been sent by then. */
  discards(head: ResponseHead): boolean
}

/** `more` is to come; it is `complete`; complete, but `out of step`; it was `discarded`; or the protocol is to be `switched`. */
export type Progress = 'more' | 'complete' | 'out of step' | 'discarded' | 'switched'

const EMPTY: Buffer = Buffer.alloc(0)

export class ResponseRelay {
  /** The final head, once it is there. */
  head: ResponseHead | undefined
  /** The head as the client got it; empty until it has. */
  sentHead = ''
  /** Octets of content. */
  octets = 0
  /** Whether the backend has said anything at all. */
  begun = false
  /** Whether the client's connection stays open after this. */
  keepAlive = false
  /** With `switched`: what came after the head. */
  rest = EMPTY

  readonly #client: ClientConnection
  readonly #asked: Asked
  readonly #context: RelayContext
  readonly #collector = new HeadCollector(RESPONSE_LIMITS, false)
  /** Interim answers so far. */
  #interim = 0
  #decoder: BodyDecoder | undefined
  #outgoing: BodyFraming = { kind: 'none' }
  #unsentHead = ''

  constructor(client: ClientConnection, asked: Asked, context: RelayContext) {
    this.#client = client
    this.#asked = asked
    this.#context = context
  }

  /** Takes the next octets from the backend. @throws FramingError when they are not HTTP */
  take(piece: Buffer): Progress {
    this.begun = true
    return this.#decoder === undefined ? this.#takeHeads(piece) : this.#takeBody(piece)
  }

  /** The backend has closed. @returns whether that was the regular end of the answer */
  end(): boolean {
    if (this.#decoder?.framing.kind !== 'close') return false
    if (this.#outgoing.kind === 'chunked') this.#client.write(lastChunk([]))
    return true
  }

  #takeHeads(piece: Buffer): Progress {
    let octets = piece
    for (;;) {
      const collected = this.#collector.take(octets)
      if (collected === undefined) return 'more'
      const head = parseResponseHead(collected.text, this.#asked.head.method)
      octets = collected.rest
      if (head.status === 101) {
        this.head = head
        this.rest = octets
        return 'switched'
      }
      if (head.status >= 200) return this.#begin(head, octets)
      // Each one renews the deadline: a backend in a loop would hold its client as long as any exchange may last.
      if (++this.#interim > INTERIM_LIMIT) {
        throw new FramingError(502, 'RFC 9110 §15.2', `there are more than ${INTERIM_LIMIT} interim answers`)
      }
      // RFC 9110 §15.2: "A server MUST NOT send a 1xx response to an HTTP/1.0 client."
      if (this.#asked.head.minor === 1) this.#client.write(interimHeadFor(head))
      if (octets.length === 0) return 'more'
    }
  }

  #begin(head: ResponseHead, rest: Buffer): Progress {
    if (isSurplus(head.body, rest)) throw new FramingError(502, 'RFC 9112 §6.3', 'octets follow after its end')
    if (this.#context.discards(head)) return 'discarded'
    const asked = this.#asked.head
    this.head = head
    this.#decoder = new BodyDecoder(head.body, RESPONSE_LIMITS)
    this.#outgoing = outgoingFraming(head.body, asked.minor)
    // An answer that comes before the request is complete: what is still to come of it would be read as the next request.
    const inOrder = this.#client.bodyDone && this.#outgoing.kind !== 'close'
    this.keepAlive = asked.keepAlive && inOrder && this.#client.mayStay
    this.#unsentHead = responseHeadFor(head, {
      edge: this.#context.edge,
      backend: this.#context.backend,
      requestId: this.#asked.id,
      duration: this.#context.duration(),
      date: this.#context.date(),
      cookie: this.#context.cookie,
      framing: this.#outgoing,
      keepAlive: this.keepAlive,
      toHead: asked.method === 'HEAD',
    })
    return this.#takeBody(rest)
  }

  #takeBody(octets: Buffer): Progress {
    const decoder = this.#decoder as BodyDecoder
    const chunked = this.#outgoing.kind === 'chunked'
    const taken = decoder.decode(octets, 0, content => {
      this.octets += content.length
      const head = this.#headToSend()
      if (chunked) this.#client.writeAround(head + chunkHead(content.length), content, CHUNK_END)
      else this.#client.writeAround(head, content, '')
    })
    const end = decoder.done && chunked ? lastChunk(trailersToClient(decoder.trailers)) : ''
    const last = this.#headToSend() + end
    if (last !== '') this.#client.write(last)
    if (!decoder.done) return 'more'
    return taken === octets.length ? 'complete' : 'out of step'
  }

  /** The head, once: it goes out together with the first octets of the body. */
  #headToSend(): string {
    const head = this.#unsentHead
    if (head === '') return ''
    this.#unsentHead = ''
    this.sentHead = head
    return head
  }
}

/** Whether more octets came than the body has, as far as that shows at its beginning. */
function isSurplus(framing: BodyFraming, rest: Buffer): boolean {
  if (framing.kind === 'none') return rest.length > 0
  return framing.kind === 'length' && rest.length > framing.length
}
