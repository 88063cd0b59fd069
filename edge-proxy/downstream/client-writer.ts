/**
 * Writes to a client, and counts the octets.
 *
 * Read beside: client-connection.ts, ../sockets.ts
 * Touches the world: one TCP socket.
 */
import type { Socket } from 'node:net'
import { writeFramed } from '../sockets.ts'
import type { EdgeCounters } from '../watch/counters.ts'
import { type LocalPassage, type LocalResponse, localHead } from './local-response.ts'

export class ClientWriter {
  readonly #socket: Socket
  readonly #counters: EdgeCounters

  constructor(socket: Socket, counters: EdgeCounters) {
    this.#socket = socket
    this.#counters = counters
  }

  write(text: string): void {
    this.#counters.octetsOut += text.length
    this.#socket.write(text, 'latin1')
  }

  /** Text, content, text. */
  writeFramed(before: string, content: Buffer, after: string): void {
    this.#counters.octetsOut += before.length + content.length + after.length
    writeFramed(this.#socket, before, content, after)
  }

  /** A response of the edge's own. */
  writeLocal(response: LocalResponse, passage: LocalPassage): void {
    const head = localHead(response, passage)
    if (passage.toHead || response.status === 304) this.write(head)
    else this.writeFramed(head, response.body, '')
    this.#counters.countResponse(response.status)
  }
}
