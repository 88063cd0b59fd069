/**
 * Writes to a client, in as few system calls as is sensible, and counts the octets.
 *
 * Read beside: client-connection.ts
 * Touches the world: one TCP socket.
 */
import type { Socket } from 'node:net'
import type { Counters } from '../watch/counters.ts'
import { type LocalPassage, type LocalResponse, localHead } from './local-response.ts'

/** Up to this length, text and content go out in one write; copying so little costs less than a second write. */
const SMALL = 4096

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
    if (content.length <= SMALL) return void this.write(before + content.toString('latin1') + after)
    this.#counters.octetsOut += before.length + content.length + after.length
    this.#socket.cork()
    if (before !== '') this.#socket.write(before, 'latin1')
    this.#socket.write(content)
    if (after !== '') this.#socket.write(after, 'latin1')
    this.#socket.uncork()
  }

  /** A response of the edge's own. */
  writeLocal(response: LocalResponse, passage: LocalPassage): void {
    const head = localHead(response, passage)
    if (passage.toHead || response.status === 304) this.write(head)
    else this.writeAround(head, response.body, '')
    this.#counters.count(response.status)
  }
}
