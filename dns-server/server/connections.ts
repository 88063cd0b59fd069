/**
 * The connections of a server, and who has to go when there are too many: the one that was idle longest, among those of the
 * client that holds most. Whoever opens a thousand pushes out its own; somebody with one connection keeps it.
 *
 * Read beside: RFC 7766 §6.2.2 (limits to the connections of one client), §10 (and to those of all together)
 * Pure but for destroying sockets: opens nothing.
 */
import type { Socket } from 'node:net'

type Closable = Pick<Socket, 'destroy'>

export class Connections {
  readonly #limit: number
  /** By client address; each set is in the order of last use, the longest idle first. */
  readonly #byClient = new Map<string, Set<Closable>>()
  readonly #clientOf = new Map<Closable, string>()

  constructor(limit: number) {
    this.#limit = limit
  }

  get size(): number {
    return this.#clientOf.size
  }

  /** Takes a new connection in, evicting one if there is no room. @returns to be called when it has closed */
  enter(socket: Closable, client: string): () => void {
    if (this.size >= this.#limit) this.#evict()
    const own = this.#byClient.get(client) ?? new Set()
    this.#byClient.set(client, own.add(socket))
    this.#clientOf.set(socket, client)
    return () => this.#leave(socket)
  }

  /** A query came: now this one is the last to go among its client's. */
  used(socket: Closable): void {
    const own = this.#byClient.get(this.#clientOf.get(socket) ?? '')
    if (own?.delete(socket)) own.add(socket)
  }

  closeAll(): void {
    for (const socket of this.#clientOf.keys()) socket.destroy()
  }

  #evict(): void {
    let most: Set<Closable> = new Set()
    for (const own of this.#byClient.values()) if (own.size > most.size) most = own
    const [oldest] = most
    if (!oldest) return
    this.#leave(oldest)
    oldest.destroy()
  }

  #leave(socket: Closable): void {
    const client = this.#clientOf.get(socket)
    if (client === undefined) return
    this.#clientOf.delete(socket)
    const own = this.#byClient.get(client)
    own?.delete(socket)
    if (own?.size === 0) this.#byClient.delete(client)
  }
}
