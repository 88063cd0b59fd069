/**
 * The open connections of a server. When there are too many, the connection that has been idle longest is closed, among those of
 * the client with the most connections. So a client that opens a thousand closes its own; a client with one keeps it.
 *
 * Read beside: RFC 7766 §6.2.2 (a limit for one client), §10 (a limit for all together)
 * Pure except for destroying sockets: opens nothing.
 */
import type { Socket } from 'node:net'

type Closable = Pick<Socket, 'destroy'>

export class Connections {
  readonly #limit: number
  /** By client address; each set is in the order of last use, the longest idle connection first. */
  readonly #byClient = new Map<string, Set<Closable>>()
  readonly #clientOf = new Map<Closable, string>()

  constructor(limit: number) {
    this.#limit = limit
  }

  get size(): number {
    return this.#clientOf.size
  }

  /** Adds a new connection, and closes another one at the limit. @returns a function that must be called when it has closed */
  add(socket: Closable, client: string): () => void {
    if (this.size >= this.#limit) this.#closeOne()
    const own = this.#byClient.get(client) ?? new Set()
    this.#byClient.set(client, own.add(socket))
    this.#clientOf.set(socket, client)
    return () => this.#remove(socket)
  }

  /** A query arrived: this connection is now the most recently used of its client. */
  used(socket: Closable): void {
    const own = this.#byClient.get(this.#clientOf.get(socket) ?? '')
    if (own?.delete(socket)) own.add(socket)
  }

  closeAll(): void {
    for (const socket of this.#clientOf.keys()) socket.destroy()
  }

  #closeOne(): void {
    let most: Set<Closable> = new Set()
    for (const own of this.#byClient.values()) if (own.size > most.size) most = own
    const [oldest] = most
    if (!oldest) return
    this.#remove(oldest)
    oldest.destroy()
  }

  #remove(socket: Closable): void {
    const client = this.#clientOf.get(socket)
    if (client === undefined) return
    this.#clientOf.delete(socket)
    const own = this.#byClient.get(client)
    own?.delete(socket)
    if (own?.size === 0) this.#byClient.delete(client)
  }
}
