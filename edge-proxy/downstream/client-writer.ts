/**
 * Writes to a client, and counts the octets.
 *
 * Read beside: client-connection.ts, ../write-around.ts
 * Touches the world: one TCP socket.
 */
import type { Socket } from 'node:net'
import type { Counters } from '../watch/counters.ts'
import { writeAround } from '../write-around.ts'
import { type LocalPassage, type LocalResponse, localHead } from './local-response.ts'

export class ClientWriter {
  readonly #socket: Socket
  readonly #counters: Counters

  constructor(socket: Socket, counters: Counters) {
    this.#socket = socket
    this.#counters = counters
  }

  write(text: string): void {
    this.#counters.octetsOut += text.length
    this.#socket.write(text, 'latin1')
  }

  /** Text, content, text. */
  writeAround(before: string, content: Buffer, after: string): void {
    this.#counters.octetsOut += before.length + content.length + after.length
    writeAround(this.#socket, before, content, after)
  }

  /** A response of the edge's own. */
  writeLocal(response: LocalResponse, passage: LocalPassage): void {
    const head = localHead(response, passage)
    if (passage.toHead || response.status === 304) this.write(head)
    else this.writeAround(head, response.body, '')
    this.#counters.count(response.status)
  }
}
