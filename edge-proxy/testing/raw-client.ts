/**
 * A client for tests of the wire: it sends exactly the given octets, and collects all octets that it receives.
 *
 * Read beside: ../conformance/ (most of its users)
 * Touches the world: one TCP connection.
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { PATIENCE_MS } from '../../test/testing/until.ts'

export class RawClient {
  readonly socket: Socket
  /** All octets received so far, as latin1. */
  received = ''
  closed = false
  /** Whether it ended with a reset instead of a FIN. */
  reset = false
  #wake: () => void = () => {}

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', piece => {
      this.received += piece.toString('latin1')
      this.#wake()
    })
    socket.on('error', error => {
      this.reset ||= (error as NodeJS.ErrnoException).code === 'ECONNRESET'
    })
    for (const event of ['end', 'close']) {
      socket.on(event, () => {
        this.closed = true
        this.#wake()
      })
    }
  }

  static async connect(port: number, address = '127.0.0.1'): Promise<RawClient> {
    const socket = connect({ port, host: address, noDelay: true, allowHalfOpen: true })
    await once(socket, 'connect')
    return new RawClient(socket)
  }

  send(octets: string | Buffer): this {
    this.socket.write(octets, 'latin1')
    return this
  }

  /** Waits until the received octets satisfy `enough`. @throws when the connection ends or {@link PATIENCE_MS} pass first */
  async until(enough: (received: string) => boolean, what = String(enough)): Promise<string> {
    const late = AbortSignal.timeout(PATIENCE_MS)
    while (!enough(this.received)) {
      if (this.closed) throw new Error(`closed before ${what}; received: ${JSON.stringify(this.received.slice(-500))}`)
      if (late.aborted)
        throw new Error(`timed out before ${what}; received: ${JSON.stringify(this.received.slice(-500))}`)
      await this.#news(late)
    }
    return this.received
  }

  /** Waits until the received octets satisfy `enough`, the connection ends, or `patience` milliseconds have passed. */
  async settles(enough: (received: string) => boolean, patience = PATIENCE_MS): Promise<void> {
    const late = AbortSignal.timeout(patience)
    while (!enough(this.received) && !this.closed && !late.aborted) await this.#news(late)
  }

  /** Waits until the peer closes. @returns all received octets */
  async untilClosed(): Promise<string> {
    const late = AbortSignal.timeout(PATIENCE_MS)
    while (!this.closed) {
      if (late.aborted) throw new Error(`still open; received: ${JSON.stringify(this.received.slice(-500))}`)
      await this.#news(late)
    }
    this.socket.destroy()
    return this.received
  }

  async #news(late: AbortSignal): Promise<void> {
    await new Promise<void>(resolve => {
      this.#wake = resolve
      late.addEventListener('abort', () => resolve(), { once: true })
    })
  }

  destroy(): void {
    this.socket.destroy()
  }
}

/** Sends octets on a new connection. @returns all octets that are received until the server closes */
export async function exchange(port: number, octets: string | Buffer, address?: string): Promise<string> {
  const client = await RawClient.connect(port, address)
  return client.send(octets).untilClosed()
}

/** The status codes of the responses in `received`, in order. */
export function statuses(received: string): number[] {
  // A status line that an error message quotes is not counted.
  return [...received.matchAll(/(?<!")HTTP\/1\.1 (\d{3}) /g)].map(match => Number(match[1]))
}
