/**
 * The open connections of a browser, kept per host name: while one is idle there, it is used again and the name is not resolved. This
 * is one of the three caches that hide round robin.
 *
 * Read beside: connection.ts, RFC 9112 §9.3 (persistence), §9.4 (how many at once)
 * Touches the world: closes connections.
 */
import type { HttpConnection } from './connection.ts'

/** Idle connections kept to one host, as many as browsers open to one. */
const MAX_IDLE = 6

export class ConnectionPool {
  readonly #idle = new Map<string, HttpConnection[]>()
  readonly #busy = new Set<HttpConnection>()

  /** The idle connection to `host` (name and port) that was used last; undefined when there is none. */
  take(host: string): HttpConnection | undefined {
    const connection = this.#idleTo(host).pop()
    if (connection) this.#busy.add(connection)
    return connection
  }

  /** Holds a new connection, so that {@link close} closes it. */
  add(connection: HttpConnection): void {
    this.#busy.add(connection)
  }

  /** After a complete response: the connection is kept if it is still open. */
  give(host: string, connection: HttpConnection): void {
    this.#busy.delete(connection)
    const idle = this.#idleTo(host)
    if (connection.open && idle.length < MAX_IDLE) idle.push(connection)
    else connection.close()
  }

  /** After a failure. */
  drop(connection: HttpConnection): void {
    this.#busy.delete(connection)
    connection.close()
  }

  /** Closes every idle connection, as "Flush socket pools" does in a browser. */
  flush(): void {
    for (const connection of [...this.#idle.values()].flat()) connection.close()
    this.#idle.clear()
  }

  /** Closes everything; requests under way fail. */
  close(): void {
    this.flush()
    for (const connection of this.#busy) connection.close()
    this.#busy.clear()
  }

  /** Without those that have been closed meanwhile. */
  #idleTo(host: string): HttpConnection[] {
    const open = (this.#idle.get(host) ?? []).filter(connection => connection.open)
    this.#idle.set(host, open)
    return open
  }
}
