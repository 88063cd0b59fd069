/**
 * One connection to a backend: either carrying an exchange, or idle and waiting for the next one.
 *
 * Read beside: pool.ts (who keeps the idle ones), ../exchange.ts (who uses it), RFC 9112 §9.3 (persistence)
 * Touches the world: one TCP socket.
 */
import { connect, type Socket } from 'node:net'
import type { Backend } from '../balance/backend.ts'
import type { Expiring } from '../timeouts.ts'

/** Whoever uses the connection at the moment. */
export interface UpstreamUser {
  connected(): void
  received(piece: Buffer): void
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
  /** Exchanges that it has carried before the present one; 0 means that it is fresh. */
  uses = 0
  /** Undefined while it is idle. */
  user: UpstreamUser | undefined
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
    })
    let cause: Error | undefined
    this.socket
      .on('connect', () => this.user?.connected())
      // An idle connection that says anything is out of step: its next answer would be somebody else's
      // (response-queue poisoning). It is not used again.
      .on('data', (piece: Buffer) => (this.user === undefined ? this.destroy() : this.user.received(piece)))
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

  /** Nobody will hear of it any more. */
  destroy(): void {
    this.user = undefined
    this.socket.destroy()
  }

  expired(): void {
    this.destroy()
  }
}
