/**
 * The connections of an edge's clients: those that are open, their deadlines, and how all of them end.
 *
 * When as many are open as are allowed, the one that is idle and was opened first is closed for the new one. No request is lost by
 * that: clients must expect an idle connection to be closed at any moment.
 *
 * Read beside: client-connection.ts, ../edge.ts, RFC 9112 §9.5 (closing idle connections), nginx's `worker_connections`
 * Touches the world: closes connections.
 */
import type { Clock } from '#shared/clock.ts'
import { Deadlines, type Expiring } from '../deadlines.ts'

/** What is needed of a client's connection here. */
export interface OpenConnection extends Expiring {
  /** Closes the connection if it is idle and everything for its client has been sent. @returns whether it did */
  closeIfIdle(): boolean
  /** Closes the connection if it is idle; otherwise it is closed after the present response. */
  drain(): void
  /** Closes the connection at once, with a reset. */
  cut(): void
}

export class OpenConnections {
  readonly #clock: Clock
  readonly #deadlines: Deadlines
  /** In the order in which they were opened. */
  readonly #open = new Set<OpenConnection>()
  #emptied: (() => void) | undefined

  constructor(clock: Clock) {
    this.#clock = clock
    this.#deadlines = new Deadlines(clock)
  }

  get size(): number {
    return this.#open.size
  }

  /** Whether this process has just been stopped for so long that its clients may have given up meanwhile. */
  get stalled(): boolean {
    return this.#deadlines.stalled
  }

  add(connection: OpenConnection): void {
    this.#open.add(connection)
    this.#deadlines.add(connection)
  }

  delete(connection: OpenConnection): void {
    this.#open.delete(connection)
    this.#deadlines.delete(connection)
    if (this.#open.size === 0) this.#emptied?.()
  }

  /** @returns false when none is idle; then the new connection has to be closed */
  closeOldestIdle(): boolean {
    return closeOldestIdle(this.#open)
  }

  /** Closes those that are idle, waits until the others have finished, and cuts those that have not after `ms`. @returns how many */
  async drain(ms: number): Promise<number> {
    for (const connection of [...this.#open]) connection.drain()
    if (this.#open.size > 0) {
      await new Promise<void>(resolve => {
        this.#emptied = resolve
        this.#clock.after(ms, resolve)
      })
    }
    return this.cutAll()
  }

  /** Closes every connection at once, with a reset. @returns how many */
  cutAll(): number {
    const open = [...this.#open]
    for (const connection of open) connection.cut()
    return open.length
  }

  /** Ends the timer of the deadlines. */
  stop(): void {
    this.#deadlines.stop()
  }
}

/** @param connections in the order in which they were opened @returns false when none is idle */
export function closeOldestIdle(connections: Iterable<Pick<OpenConnection, 'closeIfIdle'>>): boolean {
  for (const connection of connections) if (connection.closeIfIdle()) return true
  return false
}
