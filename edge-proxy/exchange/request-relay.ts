/**
 * A request on its way to a backend: its head rewritten, then its body, piece by piece.
 *
 * Read beside: exchange.ts (which passes it on), ../forwarding/request.ts, response-relay.ts (the way back)
 * Touches the world: through the connection to the backend.
 */
import type { Socket } from 'node:net'
import { type Passage, requestHeadFor } from '../forwarding/request.ts'
import { CHUNK_END, chunkHead, lastChunk } from '../http1/chunked.ts'
import type { Field } from '../http1/fields.ts'
import type { RequestHead } from '../http1/request-head.ts'
import { isFull, writeFramed } from '../sockets.ts'

/** What the relay needs of the connection to the backend. */
export type RequestReceiver = Pick<Socket, 'write' | 'cork' | 'uncork' | 'writableNeedDrain' | 'writableLength'>

export class RequestRelay {
  /** The head as it was sent to the backend. */
  sentHead = ''
  /** Octets of content. */
  octets = 0
  readonly #head: RequestHead
  #socket: RequestReceiver | undefined

  constructor(head: RequestHead) {
    this.#head = head
  }

  /** Sends the head over a connection that has just been opened, or was idle. */
  begin(socket: RequestReceiver, passage: Passage): void {
    this.#socket = socket
    this.sentHead = requestHeadFor(this.#head, passage)
    socket.write(this.sentHead, 'latin1')
  }

  /** Nothing more is sent to this backend. */
  stop(): void {
    this.#socket = undefined
  }

  /** Whether content from the client can be sent on now. */
  get hasRoom(): boolean {
    return this.#socket !== undefined && !isFull(this.#socket)
  }

  /** Sends content: chunked if the client sent it so. */
  content(content: Buffer): void {
    const socket = this.#socket
    if (socket === undefined) return
    this.octets += content.length
    if (this.#head.body.kind === 'chunked') writeFramed(socket, chunkHead(content.length), content, CHUNK_END)
    else socket.write(content)
  }

  end(trailers: readonly Field[]): void {
    if (this.#head.body.kind === 'chunked') this.#socket?.write(lastChunk(trailers), 'latin1')
  }
}
