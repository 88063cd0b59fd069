/**
 * The connections to one backend: those that are idle, and a bound for how many are open. Requests beyond the bound wait in a
 * queue for one that becomes free, as with HAProxy's `maxconn`: without the bound, a crowd of clients would open thousands of
 * connections at once, and all of them would be slow.
 *
 * Only connections that wait for the backend count. One whose client still sends its request, or reads its response slowly,
 * costs the backend little; if it counted, a few hundred slow clients could keep all others out.
 *
 * Read beside: connection.ts, cluster.ts, RFC 9112 §9.3.1 (retrying), §9.4 (concurrency), HAProxy's manual, "maxconn"
 * Touches the world: through the connections that it opens and closes.
 */
import type { Clock } from '#shared/clock.ts'
import type { Backend } from '../balance/backend.ts'
import type { Deadlines } from '../deadlines.ts'
import { type PendingLink, UpstreamConnection, type UpstreamUser } from './connection.ts'

/**
 * Connections to one backend, of this edge. Two or three are enough to keep one CPU busy; the others are for requests that wait
 * for something else than the CPU (long polls, logins).
 */
export const MAX_OPEN = 256

export interface PoolOptions {
  readonly clock: Clock
  readonly deadlines: Deadlines
  /** How long a connection may be idle, in milliseconds. */
  readonly upstreamIdle: number
  /** The source address of connections; undefined leaves it to the system. */
  readonly localAddress?: string
  /** By default `MAX_OPEN`. */
  readonly maxOpen?: number
}

export class UpstreamPool {
  readonly #backend: Backend
  readonly #options: PoolOptions
  readonly #maxOpen: number
  /** Connections that count: idle, in use, or being opened. */
  #open = 0
  /** The connection used last is at the end, and is used first, so that the others may reach their deadline. */
  readonly #idle: UpstreamConnection[] = []
  /** Released in this turn of the event loop, and in the one before. */
  #resting: UpstreamConnection[] = []
  #rested: UpstreamConnection[] = []
  #turning = false
  /** In the order in which they came; a `Set`, so that any of them can leave. */
  readonly #queue = new Set<QueuedLink>()

  constructor(backend: Backend, options: PoolOptions) {
    this.#backend = backend
    this.#options = options
    this.#maxOpen = options.maxOpen ?? MAX_OPEN
  }

  get idle(): number {
    return this.#idle.length
  }

  /** Connections that count towards the bound. */
  get open(): number {
    return this.#open
  }

  /** Requests that wait for a connection. */
  get queued(): number {
    return this.#queue.size
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
    if (connection === undefined || this.#options.clock.now() - connection.answeredAt >= within) return undefined
    this.#idle.pop()
    connection.user = user
    connection.deadline = Number.POSITIVE_INFINITY
    return connection
  }

  /**
   * Another connection than the idle ones: a new one, or after a wait in the queue. `user` is called with it, or `lost`.
   *
   * @param counted false for a request that waits for its own client, not for the backend: it neither counts nor waits here
   */
  connect(user: UpstreamUser, counted: boolean): PendingLink {
    if (!counted || this.#open < this.#maxOpen) return this.#dial(user, counted)
    // An idle one that this user cannot use, because it answered too long ago, makes room for a new one.
    const unused = this.#idle.shift()
    if (unused !== undefined) {
      this.#discount(unused)
      unused.destroy()
      return this.#dial(user, true)
    }
    const queued = new QueuedLink(user, link => this.#queue.delete(link))
    this.#queue.add(queued)
    return queued
  }

  #dial(user: UpstreamUser, counted: boolean): UpstreamConnection {
    user.connecting()
    const { localAddress } = this.#options
    const connection = new UpstreamConnection(this.#backend, localAddress, user, closed => this.#closed(closed))
    this.#options.deadlines.add(connection)
    if (counted) this.#open++
    else connection.counted = false
    return connection
  }

  /** A free place goes to the first in the queue. */
  #serveQueue(): void {
    for (const queued of this.#queue) {
      const idle = this.reuse(queued.user, Number.POSITIVE_INFINITY)
      if (idle === undefined && this.#open >= this.#maxOpen) return
      this.#queue.delete(queued)
      if (idle === undefined) queued.link = this.#dial(queued.user, true)
      else {
        queued.link = idle
        queued.user.connected(idle, true)
      }
    }
  }

  /** Takes back a connection whose exchange is complete to the last octet on both sides. */
  release(connection: UpstreamConnection): void {
    const { socket } = connection
    const usable = !socket.destroyed && !socket.readableEnded && socket.writableLength === 0
    const hasPlace = connection.counted || this.#open < this.#maxOpen
    if (!usable || !hasPlace) return void connection.destroy()
    if (!connection.counted) this.#open++
    connection.counted = true
    const { clock, upstreamIdle } = this.#options
    connection.user = undefined
    connection.answeredAt = clock.now()
    connection.deadline = connection.answeredAt + upstreamIdle
    socket.resume()
    this.#resting.push(connection)
    this.#scheduleTurn()
  }

  /** From now on this connection does not count: it carries a stream without an end, or waits for its client. */
  discount(connection: UpstreamConnection): void {
    this.#discount(connection)
    this.#serveQueue()
  }

  /**
   * A connection rests until the event loop has read from all sockets once. If the backend sent more than its response, those
   * octets have been received by then, and the connection is closed; otherwise they would be taken for the next response.
   */
  #turn(): void {
    this.#turning = false
    for (const connection of this.#rested) if (!connection.socket.destroyed) this.#idle.push(connection)
    this.#rested = this.#resting
    this.#resting = []
    this.#serveQueue()
    if (this.#rested.length > 0) this.#scheduleTurn()
  }

  #scheduleTurn(): void {
    if (this.#turning) return
    this.#turning = true
    setImmediate(() => this.#turn())
  }

  /** Closes idle connections, and sends the queue away. One that is in use closes after its exchange. */
  close(): void {
    for (const connection of [...this.#idle, ...this.#resting, ...this.#rested]) connection.destroy()
    const queue = [...this.#queue]
    this.#queue.clear()
    for (const { user } of queue) user.lost(undefined)
  }

  #closed(connection: UpstreamConnection): void {
    this.#options.deadlines.delete(connection)
    const index = this.#idle.indexOf(connection)
    if (index !== -1) this.#idle.splice(index, 1)
    this.#discount(connection)
    this.#serveQueue()
  }

  #discount(connection: UpstreamConnection): void {
    if (!connection.counted) return
    connection.counted = false
    this.#open--
  }
}

/** A place in the queue, then the connection that came of it. */
class QueuedLink implements PendingLink {
  readonly user: UpstreamUser
  link: PendingLink | undefined
  readonly #leave: (queued: QueuedLink) => void

  constructor(user: UpstreamUser, leave: (queued: QueuedLink) => void) {
    this.user = user
    this.#leave = leave
  }

  destroy(): void {
    this.#leave(this)
    this.link?.destroy()
  }
}
