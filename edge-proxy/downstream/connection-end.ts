/**
 * Two ways in which a client's connection ends: after its last response, and in the middle of a response that cannot be completed.
 *
 * Read beside: client-connection.ts, RFC 9112 §9.6 (tear-down), §8 (incomplete messages), nginx's `lingering_close`
 * Touches the world: one TCP socket.
 */
import type { Socket } from 'node:net'
import type { Clock } from '#shared/clock.ts'
import { resetConnection } from '../sockets.ts'
import type { Timeouts } from '../timeouts.ts'

/** What happens on a connection while it ends. */
export interface ConnectionEnd {
  /** Octets from the client, which are ignored. */
  received(): void
  /** The client sent FIN. */
  ended(): void
  /** The deadline has passed. */
  expired(): void
}

/** What is needed of the connection here. */
export interface EndingConnection {
  readonly socket: Socket
  /** Whether octets wait to be sent to the client. */
  readonly sending: boolean
  /** On the clock's `now()`. */
  deadline: number
}

/**
 * RFC 9112 §9.6: closing at once could reset the connection and destroy the last response on its way. So the edge sends FIN and
 * reads on for a moment.
 */
export class LingeringClose implements ConnectionEnd {
  readonly #connection: EndingConnection
  readonly #clock: Clock
  readonly #silence: number
  #latest = Number.POSITIVE_INFINITY

  /** @param silence milliseconds that the next octet from the client may take */
  constructor(connection: EndingConnection, clock: Clock, timeouts: Timeouts, silence: number) {
    this.#connection = connection
    this.#clock = clock
    this.#silence = silence
    // The moment begins when the last response has been sent: destroying the socket before would cut off its end.
    connection.deadline = clock.now() + (connection.sending ? timeouts.reader : silence)
    connection.socket.end(() => {
      this.#latest = clock.now() + timeouts.lingerTotal
      this.received()
    })
    if (connection.socket.readableEnded) this.ended()
  }

  received(): void {
    this.#connection.deadline = Math.min(this.#clock.now() + this.#silence, this.#latest)
  }

  ended(): void {
    this.#connection.socket.destroySoon()
  }

  expired(): void {
    this.#connection.socket.destroy()
  }
}

/** What was received of a response is still delivered; then a reset shows the client that it is not the whole (RFC 9112 §8). */
export class Truncation implements ConnectionEnd {
  readonly #socket: Socket

  constructor(connection: EndingConnection, clock: Clock, { linger, reader }: Timeouts) {
    this.#socket = connection.socket
    connection.deadline = clock.now() + (connection.sending ? reader : linger)
    this.#socket.once('drain', () => {
      connection.deadline = clock.now() + linger
    })
  }

  received(): void {}

  ended(): void {
    resetConnection(this.#socket)
  }

  expired(): void {
    resetConnection(this.#socket)
  }
}
