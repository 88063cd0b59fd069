/**
 * A request on its way to a backend: its head rewritten, then its body, piece by piece.
 *
 * Read beside: ../exchange.ts (who hands it over), ../forwarding/request.ts, ../downstream/response-relay.ts (the way back)
 * Touches the world: through the connection to the backend.
 */
import type { Socket } from 'node:net'
import type { Asked } from '../downstream/asked.ts'
import { type Passage, requestHeadFor } from '../forwarding/request.ts'
import { CHUNK_END, chunkHead, lastChunk } from '../http1/chunked.ts'
import type { Field } from '../http1/fields.ts'
import { writeAround } from '../write-around.ts'

export class RequestRelay {
  /** The head as the backend got it. */
  sentHead = ''
  /** Octets of content. */
  octets = 0
  readonly #asked: Asked
  #socket: Socket | undefined

  constructor(asked: Asked) {
    this.#asked = asked
  }

  /** Sends the head over a connection that has just been opened, or was idle. */
  begin(socket: Socket, passage: Passage): void {
    this.#socket = socket
    this.sentHead = requestHeadFor(this.#asked.head, passage)
    socket.write(this.sentHead, 'latin1')
  }

  /** Nothing more goes to this backend. */
  stop(): void {
    this.#socket = undefined
  }

  /** Whether content from the client has a place to go. */
  get room(): boolean {
    return this.#socket !== undefined && !this.#socket.writableNeedDrain
  }

  /** Sends content: chunked if it came so. */
  content(content: Buffer): void {
    const socket = this.#socket
    if (socket === undefined) return
    this.octets += content.length
    if (this.#asked.head.body.kind === 'chunked') writeAround(socket, chunkHead(content.length), content, CHUNK_END)
    else socket.write(content)
  }

  end(trailers: readonly Field[]): void {
    if (this.#asked.head.body.kind === 'chunked') this.#socket?.write(lastChunk(trailers), 'latin1')
  }
}
