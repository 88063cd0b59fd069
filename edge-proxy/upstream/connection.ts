/**
 * One connection to a backend: either carrying an exchange, or idle and waiting for the next one.
 *
 * Read beside: pool.ts (who keeps the idle ones), ../exchange.ts (who uses it), RFC 9112 §9.3 (persistence)
 * Touches the world: one TCP socket.
 */
import { connect, type Socket } from 'node:net'
import type { Backend } from '../balance/backend.ts'
import type { Expiring } from '../timeouts.ts'

/** Octets that one read may bring: what libuv would take as well. */
export const READ_SIZE = 65_536

/** Whoever uses the connection at the moment. */
export interface UpstreamUser {
  connected(): void
  received(piece: Buffer): void
  /** Whether octets of the last piece wait to be written somewhere: then its memory is not read into again. */
  readonly holdsPiece: boolean
  /** Its socket has room again. */
  drained(): void
  /** The backend sent FIN: nothing more will come. */
  ended(): void
  /** The connection is gone, with the reason where there was one. Called at most once, and never after `release`. */
  lost(error: Error | undefined): void
}

export class UpstreamConnection implements Expiring {
  readonly backend: Backend
  readonly socket: Socket
  #memory = Buffer.allocUnsafeSlow(READ_SIZE)
  /** Undefined while it is idle. */
  user: UpstreamUser | undefined
  /** When its last answer was complete. */
  answeredAt = Number.NEGATIVE_INFINITY
  /** When an idle one is closed. */
  deadline = Number.POSITIVE_INFINITY

  /** @param localAddress the edge's own, by which the backend knows whom to trust; undefined leaves it to the system */
  constructor(
    backend: Backend,
    localAddress: string | undefined,
    user: UpstreamUser,
    onClose: (connection: UpstreamConnection) => void,
  ) {
    this.backend = backend
    this.user = user
    const { address, port } = backend
    this.socket = connect({
      host: address,
      port,
      noDelay: true,
      allowHalfOpen: true,
      ...(localAddress !== undefined && { localAddress }),
      onread: { buffer: () => this.#memory, callback: (length, memory) => this.#read(memory as Buffer, length) },
    })
    let cause: Error | undefined
    this.socket
      .on('connect', () => this.user?.connected())
      .on('drain', () => this.user?.drained())
      .on('end', () => (this.user === undefined ? this.destroy() : this.user.ended()))
      .on('error', error => {
        cause = error
      })
      .on('close', () => {
        onClose(this)
        const user = this.user
        this.user = undefined
        user?.lost(cause)
      })
  }

  /**
   * Node reads into memory of ours instead of new memory for every piece. In plain form this would be
   * `socket.on('data', piece => user.received(piece))`.
   */
  #read(memory: Buffer, length: number): boolean {
    const { user } = this
    // An idle connection that says anything is out of step: its next answer would be somebody else's (response-queue
    // poisoning). It is not used again.
    if (user === undefined) this.destroy()
    else {
      user.received(memory.subarray(0, length))
      if (user.holdsPiece) this.#memory = Buffer.allocUnsafeSlow(READ_SIZE)
    }
    return true
  }

  /** Nobody will hear of it any more. */
  destroy(): void {
    this.user = undefined
    this.socket.destroy()
  }

  expired(): void {
    this.destroy()
  }
}
