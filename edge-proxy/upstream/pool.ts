/**
 * Connections to one backend that are idle and may be used again.
 *
 * Read beside: connection.ts, RFC 9112 §9.3.1 (retrying), §9.4 (concurrency)
 * Touches the world: through the connections that it opens and closes.
 */
import type { Clock } from '#shared/clock.ts'
import type { Backend } from '../balance/backend.ts'
import type { Deadlines } from '../deadlines.ts'
import { UpstreamConnection, type UpstreamUser } from './connection.ts'

/** More idle connections than this cost more memory, on both sides, than they save. */
export const MAX_IDLE = 128

export class UpstreamPool {
  readonly #backend: Backend
  readonly #clock: Clock
  readonly #deadlines: Deadlines
  readonly #idleMs: number
  readonly #localAddress: string | undefined
  /** The connection used last is at the end, and is used first, so that the others may reach their deadline. */
  readonly #idle: UpstreamConnection[] = []
  /** Released in this turn of the event loop, and in the one before. */
  #resting: UpstreamConnection[] = []
  #rested: UpstreamConnection[] = []
  #turning = false

  constructor(backend: Backend, clock: Clock, deadlines: Deadlines, idleMs: number, localAddress?: string) {
    this.#backend = backend
    this.#clock = clock
    this.#deadlines = deadlines
    this.#idleMs = idleMs
    this.#localAddress = localAddress
  }

  get idle(): number {
    return this.#idle.length
  }

  /**
   * An idle connection, ready to be written to; undefined when there is none.
   *
   * @param within how many milliseconds ago its last response must have been complete, at most
   */
  reuse(user: UpstreamUser, within: number): UpstreamConnection | undefined {
    let connection = this.#idle.at(-1)
    // The backend has just closed it, and its 'close' event has not been emitted yet.
    while (connection?.socket.destroyed) {
      this.#idle.pop()
      connection = this.#idle.at(-1)
    }
    if (connection === undefined || this.#clock.now() - connection.answeredAt >= within) return undefined
    this.#idle.pop()
    connection.user = user
    connection.deadline = Number.POSITIVE_INFINITY
    return connection
  }

  /** A new connection; its user is called when it is connected, or lost. */
  open(user: UpstreamUser): UpstreamConnection {
    return new UpstreamConnection(this.#backend, this.#localAddress, user, connection => this.#forget(connection))
  }

  /** Takes back a connection whose exchange is complete to the last octet on both sides. */
  release(connection: UpstreamConnection): void {
    const { socket } = connection
    if (this.#idle.length >= MAX_IDLE || socket.destroyed || socket.readableEnded || socket.writableLength > 0) {
      return void connection.destroy()
    }
    connection.user = undefined
    connection.answeredAt = this.#clock.now()
    connection.deadline = connection.answeredAt + this.#idleMs
    socket.resume()
    this.#deadlines.add(connection)
    this.#resting.push(connection)
    this.#scheduleTurn()
  }

  /**
   * A connection rests until the event loop has read from all sockets once. If the backend sent more than its response, those
   * octets have been received by then, and the connection is closed; otherwise they would be taken for the next response.
   */
  #turn(): void {
    this.#turning = false
    // Many connections were released at the same time, and were not needed since.
    while (this.#idle.length > MAX_IDLE) this.#idle.shift()?.destroy()
    for (const connection of this.#rested) if (!connection.socket.destroyed) this.#idle.push(connection)
    this.#rested = this.#resting
    this.#resting = []
    if (this.#rested.length > 0 || this.#idle.length > MAX_IDLE) this.#scheduleTurn()
  }

  #scheduleTurn(): void {
    if (this.#turning) return
    this.#turning = true
    setImmediate(() => this.#turn())
  }

  /** Closes idle connections. One that is in use closes after its exchange. */
  close(): void {
    for (const connection of [...this.#idle, ...this.#resting, ...this.#rested]) connection.destroy()
  }

  #forget(connection: UpstreamConnection): void {
    this.#deadlines.delete(connection)
    const index = this.#idle.indexOf(connection)
    if (index !== -1) this.#idle.splice(index, 1)
  }
}
