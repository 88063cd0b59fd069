/**
 * After `101 Switching Protocols`: octets are passed on both ways, as they come, until both sides have closed.
 *
 * Read beside: ../forwarding/websocket.ts, RFC 9110 §7.8, RFC 6455 §1.3
 * Touches the world: through the two connections that it joins.
 */
import type { Socket } from 'node:net'
import { resetConnection } from '../sockets.ts'
import type { UpstreamLink, UpstreamUser } from './connection.ts'

/** What a tunnel needs of the client's connection. */
export interface TunnelClient {
  readonly socket: Socket
  /** `ms` from now. */
  setDeadline(ms: number): void
}

export class Tunnel implements UpstreamUser {
  /** From the client, and to it. */
  octetsIn = 0
  octetsOut = 0
  readonly #client: TunnelClient
  readonly #upstream: UpstreamLink
  readonly #idleMs: number
  readonly #onEnd: () => void
  #clientEnded = false
  #upstreamEnded = false
  #over = false

  constructor(client: TunnelClient, upstream: UpstreamLink, idleMs: number, onEnd: () => void) {
    this.#client = client
    this.#upstream = upstream
    this.#idleMs = idleMs
    this.#onEnd = onEnd
    upstream.user = this
    client.setDeadline(idleMs)
  }

  fromClient(piece: Buffer): void {
    this.octetsIn += piece.length
    this.#client.setDeadline(this.#idleMs)
    if (!this.#upstream.socket.write(piece)) this.#client.socket.pause()
  }

  received(piece: Buffer): void {
    this.octetsOut += piece.length
    this.#client.setDeadline(this.#idleMs)
    if (!this.#client.socket.write(piece)) this.#upstream.socket.pause()
  }

  /** Whether octets wait to be sent to the backend. */
  get sending(): boolean {
    return this.#upstream.socket.writableLength > 0
  }

  get holdsPiece(): boolean {
    return this.#client.socket.writableLength > 0
  }

  drained(): void {
    this.#client.socket.resume()
  }

  clientDrained(): void {
    this.#upstream.socket.resume()
  }

  /** One side has sent everything; the other may still send (half-close). */
  clientEnded(): void {
    this.#clientEnded = true
    this.#upstream.socket.end()
    if (this.#upstreamEnded) this.close()
  }

  ended(): void {
    this.#upstreamEnded = true
    this.#client.socket.end()
    if (this.#clientEnded) this.close()
  }

  lost(): void {
    this.close()
  }

  connecting(): void {}
  connected(): void {}

  /** Orderly if both sides have sent FIN; otherwise with a reset, because a FIN would look like a regular end. */
  close(): void {
    if (this.#over) return
    this.#over = true
    this.#upstream.user = undefined
    for (const { socket } of [this.#upstream, this.#client]) {
      if (this.#clientEnded && this.#upstreamEnded) socket.destroySoon()
      else resetConnection(socket)
    }
    this.#onEnd()
  }
}
