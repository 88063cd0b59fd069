/**
 * One connection to a backend: either used by an exchange, or idle until the next one.
 *
 * Read beside: pool.ts (which keeps the idle ones), ../exchange/exchange.ts (which uses it), RFC 9112 §9.3 (persistence)
 * Touches the world: one TCP socket.
 */
import { type OnReadOpts, Socket } from 'node:net'
import type { Backend } from '../balance/backend.ts'
import type { Expiring } from '../deadlines.ts'
import { READ_SIZE, ReadTurn } from '../sockets.ts'

/** What uses a connection at the moment: an exchange, or a tunnel. */
export interface UpstreamUser {
  /** The connection is being opened now, after the wait in the queue if there was one. */
  connecting(): void
  /** @param reused whether it was used before */
  connected(link: UpstreamLink, reused: boolean): void
  received(piece: Buffer): void
  /** Whether octets of the last piece still wait to be sent: then its memory must not be read into again. */
  readonly holdsPiece: boolean
  /** The socket has room again. */
  drained(): void
  /** The backend sent FIN: nothing more will come. */
  ended(): void
  /** The connection is closed, with the reason where there is one. Called at most once, and never after `release`. */
  lost(error: Error | undefined): void
}

/** A connection that is being opened, or waited for. */
export interface PendingLink {
  /** Gives it up, or closes it. Its user is not called any more. */
  destroy(): void
}

/** A connection as its user sees it. */
export interface UpstreamLink extends PendingLink {
  readonly backend: Backend
  readonly socket: Socket
  /** Undefined while it is idle. */
  user: UpstreamUser | undefined
}

export class UpstreamConnection implements UpstreamLink, Expiring {
  readonly backend: Backend
  readonly socket: Socket
  readonly #turn: ReadTurn
  #memory = Buffer.allocUnsafeSlow(READ_SIZE)
  user: UpstreamUser | undefined
  /** When its last response was complete. */
  answeredAt = Number.NEGATIVE_INFINITY
  /** When an idle one is closed. */
  deadline = Number.POSITIVE_INFINITY
  /** Whether it counts towards the bound of its pool. */
  counted = true

  /** @param localAddress the edge's own, by which backends recognise the edge; undefined leaves it to the system */
  constructor(
    backend: Backend,
    localAddress: string | undefined,
    user: UpstreamUser,
    onClose: (connection: UpstreamConnection) => void,
  ) {
    this.backend = backend
    this.user = user
    const { address, port } = backend
    const onread: OnReadOpts = {
      buffer: () => this.#memory,
      callback: (length, memory) => this.#read(memory as Buffer, length),
    }
    this.socket = new PatientSocket({ allowHalfOpen: true, onread })
    this.#turn = new ReadTurn(this.socket)
    this.socket.setNoDelay().connect({ host: address, port, ...(localAddress !== undefined && { localAddress }) })
    let cause: Error | undefined
    this.socket
      .on('connect', () => this.user?.connected(this, false))
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
   * Node reads into memory of this connection instead of new memory for every piece. In plain form this would be
   * `socket.on('data', piece => user.received(piece))`.
   */
  #read(memory: Buffer, length: number): boolean {
    const { user } = this
    // Octets on an idle connection answer no request. They would be taken for the response to the next one (response-queue
    // poisoning), so the connection is closed.
    if (user === undefined) this.destroy()
    else {
      user.received(memory.subarray(0, length))
      if (user.holdsPiece) this.#memory = Buffer.allocUnsafeSlow(READ_SIZE)
    }
    return this.#turn.goesOn(length)
  }

  destroy(): void {
    this.user = undefined
    this.socket.destroy()
  }

  expired(): void {
    this.destroy()
  }
}

type WriteDone = (error?: Error | null) => void

/**
 * A socket that still reads after a write has failed. A server may answer early (413, 431, 400) and close while the request is
 * being sent: the write fails, and the response is waiting to be read. Node would destroy the socket, and the response with it.
 * After a failed write, what is written is dropped; the end of the connection is found by reading.
 */
class PatientSocket extends Socket {
  #writeFailed = false

  override _write(piece: Buffer, encoding: BufferEncoding, done: WriteDone): void {
    if (this.#writeFailed) done()
    else super._write(piece, encoding, this.#surviving(done))
  }

  override _writev(pieces: { chunk: Buffer; encoding: BufferEncoding }[], done: WriteDone): void {
    if (this.#writeFailed) done()
    else super._writev?.(pieces, this.#surviving(done))
  }

  #surviving(done: WriteDone): WriteDone {
    return error => {
      if (error && !this.destroyed) this.#writeFailed = true
      done()
    }
  }
}
