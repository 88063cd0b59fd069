/**
 * The listening side of the proxy: accepts a bounded number of connections, and counts what becomes of them.
 *
 * Read beside: session.ts (one connection), main.ts
 * Touches the world: listens on TCP ports.
 */
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { type SessionOptions, serveSession } from './session.ts'

export interface SocksLimits {
  /** Connections at the same time; a connection beyond is closed at once. */
  readonly connections: number
  readonly handshakeMs: number
  readonly idleMs: number
}

export const SOCKS_LIMITS: SocksLimits = { connections: 256, handshakeMs: 10_000, idleMs: 600_000 }

export class SocksServer {
  readonly #limits: SocksLimits
  readonly #session: Pick<SessionOptions, 'dial' | 'onOutcome'>
  readonly #servers: Server[] = []
  readonly #clients = new Set<Socket>()
  #refused = 0

  constructor(session: Pick<SessionOptions, 'dial' | 'onOutcome'>, limits = SOCKS_LIMITS) {
    this.#session = session
    this.#limits = limits
  }

  /** Connections now. */
  get connections(): number {
    return this.#clients.size
  }

  /** Connections closed at once because there were too many. */
  get refused(): number {
    return this.#refused
  }

  /** May be called for several addresses. @returns the port @throws the system's error, EADDRINUSE for example */
  async listen(address: string, port: number): Promise<number> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, client => this.#accept(client))
    server.listen(port, address)
    await once(server, 'listening')
    this.#servers.push(server)
    const bound = server.address()
    return bound !== null && typeof bound === 'object' ? bound.port : 0
  }

  /** Closes everything at once: a browser connects again by itself. */
  async close(): Promise<void> {
    for (const client of this.#clients) client.destroy()
    await Promise.all(this.#servers.map(server => new Promise(closed => server.close(closed))))
  }

  #accept(client: Socket): void {
    if (this.#clients.size >= this.#limits.connections) {
      this.#refused++
      client.destroy()
      return
    }
    this.#clients.add(client)
    client.once('close', () => this.#clients.delete(client))
    const { handshakeMs, idleMs } = this.#limits
    void serveSession(client, { ...this.#session, handshakeMs, idleMs })
  }
}
