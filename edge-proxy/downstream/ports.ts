/**
 * The TCP ports of the edge: one at each of its places. They can all be closed and opened again.
 *
 * Read beside: ../edge.ts
 * Touches the world: listens on TCP ports.
 */
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import type { Log } from '#shared/log.ts'

/** Half-open: a client may send FIN after its request and still wait for the response. */
const SOCKETS = { allowHalfOpen: true, noDelay: true, pauseOnConnect: true }
/** Connections that may wait to be accepted. */
const BACKLOG = 4096

/** Where a server listens. */
export interface ListeningPlace {
  readonly address: string
  readonly port: number
}

export class Ports {
  readonly #accept: (socket: Socket) => void
  readonly #log: Log
  readonly #shared: boolean
  readonly #places: ListeningPlace[] = []
  #listeners: Server[] = []

  /** @param shared whether other workers listen at the same places (SO_REUSEPORT): the kernel then divides the connections among them */
  constructor(accept: (socket: Socket) => void, log: Log, shared: boolean) {
    this.#accept = accept
    this.#log = log
    this.#shared = shared
  }

  /** Where it listens, or has listened. */
  get places(): readonly ListeningPlace[] {
    return this.#places
  }

  /** Listens at one place more. @returns the port, for callers that asked for 0 @throws the error of bind(2) */
  async add(address: string, port: number): Promise<number> {
    const listener = await this.#listen(address, port)
    const bound = listener.address()
    const place = { address, port: bound !== null && typeof bound === 'object' ? bound.port : port }
    this.#places.push(place)
    return place.port
  }

  /** No connection is accepted from now on. Resolves when all connections have ended too. */
  async close(): Promise<void> {
    const listeners = this.#listeners
    this.#listeners = []
    await Promise.all(listeners.map(listener => new Promise(resolve => listener.close(resolve))))
  }

  /** Listens again at the same places. @throws the error of bind(2) when another program has taken one: then it listens at none */
  async reopen(): Promise<void> {
    if (this.#listeners.length > 0) return
    try {
      for (const { address, port } of this.#places) await this.#listen(address, port)
    } catch (error) {
      await this.close()
      throw error
    }
  }

  async #listen(address: string, port: number): Promise<Server> {
    const listener = createServer(SOCKETS, socket => this.#accept(socket))
    listener.listen({ host: address, port, backlog: BACKLOG, reusePort: this.#shared })
    await once(listener, 'listening')
    this.#listeners.push(listener)
    // accept(2) failed: that connection is lost, and the edge goes on.
    listener.on('error', error => this.#log.warn('a connection could not be accepted', { why: error }))
    return listener
  }
}
