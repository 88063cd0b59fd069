/**
 * DNS over TCP: messages with their length in two octets before each, several in a row on one connection.
 *
 * Read beside: RFC 1035 §4.2.2 (framing); RFC 7766 §6.2.1.1 (pipelining), §6.2.2 (limits), §6.2.3 (idle), §8 (fragments)
 * Touches the world: opens one TCP port.
 */
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import type { Clock } from '#shared/clock.ts'
import type { Log } from '#shared/log.ts'
import type { DnsClient } from '../answer/decider.ts'
import { Connections } from './connections.ts'
import type { DnsListener } from './udp.ts'

export interface TcpLimits {
  /** Open connections. At the limit, a new one closes an old one (see connections.ts). */
  readonly connections: number
  /** Milliseconds without a query after which a connection is closed. */
  readonly idle: number
  /** Milliseconds in which one message must arrive, and in which the client must read its response. */
  readonly message: number
}

/** RFC 7766 §6.2.3: an idle time on the order of seconds; §6.2.2: each server chooses its own limits. */
export const TCP_LIMITS: TcpLimits = { connections: 1000, idle: 10_000, message: 5_000 }

/** Octets that are collected into one write. A length and its message are always in the same write (RFC 7766 §8). */
const BATCH = 64 * 1024

/** The messages that answer one query: none, one, or those of a zone transfer, which are made one at a time as the client reads them. */
export type StreamHandler = (octets: Buffer, client: DnsClient, connection: StreamConnection) => Iterable<Buffer>

/** What a handler may do to the connection, besides answering. */
export interface StreamConnection {
  readonly socket: Socket
  /** The messages are not ready: no query of this connection is answered, until the returned function is called with them. */
  hold(): (messages: Iterable<Buffer>) => void
}

export interface TcpOptions {
  readonly clock: Clock
  readonly log: Log
  /** {@link TCP_LIMITS} by default. */
  readonly limits?: TcpLimits
}

/** Opens the port. @throws the error of bind(2) when the address or port is not available */
export async function listenTcp(
  address: string,
  port: number,
  handle: StreamHandler,
  { clock, log, limits = TCP_LIMITS }: TcpOptions,
): Promise<DnsListener & { readonly connections: Connections }> {
  const connections = new Connections(limits.connections)
  // A client may close its sending side after its query and still wait for the response.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, socket => {
    new DnsConnection(socket, handle, clock, limits, connections)
  })
  server.listen(port, address)
  await once(server, 'listening')
  // accept(2) failed, most likely because there are no file descriptors left. Open connections are still served.
  server.on('error', error => log.error('the TCP port reports an error', { reason: error }))
  const bound = server.address()
  return {
    port: bound !== null && typeof bound === 'object' ? bound.port : 0,
    connections,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      connections.closeAll()
      await closed
    },
  }
}

/** One connection. It holds at most one batch of responses and one incomplete query. */
class DnsConnection implements StreamConnection {
  readonly #socket: Socket
  readonly #client: DnsClient
  readonly #handle: StreamHandler
  readonly #clock: Clock
  readonly #limits: TcpLimits
  readonly #connections: Connections
  #received: Buffer = Buffer.alloc(0)
  #responses: Iterator<Buffer> | undefined
  #ended = false
  #held = false
  #deadline: { cancel(): void }

  constructor(socket: Socket, handle: StreamHandler, clock: Clock, limits: TcpLimits, connections: Connections) {
    this.#socket = socket
    this.#client = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0, transport: 'tcp' }
    this.#handle = handle
    this.#clock = clock
    this.#limits = limits
    this.#connections = connections
    this.#deadline = clock.after(limits.idle, () => socket.destroy())
    const closed = connections.add(socket, this.#client.address)

    socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    socket.on('drain', () => this.#respond())
    socket.on('end', () => {
      this.#ended = true
      this.#respond()
    })
    // A reset by the peer ends this connection only; 'close' follows.
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      this.#deadline.cancel()
      closed()
    })
  }

  get socket(): Socket {
    return this.#socket
  }

  hold(): (messages: Iterable<Buffer>) => void {
    this.#held = true
    this.#deadline.cancel()
    return messages => {
      this.#held = false
      this.#responses = messages[Symbol.iterator]()
      this.#respond()
    }
  }

  #receive(chunk: Buffer): void {
    const hadBegun = this.#received.length > 0
    this.#received = hadBegun ? Buffer.concat([this.#received, chunk]) : chunk
    const answered = this.#respond()
    // The time for a message runs from its first octet, however often another octet arrives.
    if (this.#received.length > 0 && (answered || !hadBegun) && !this.#held) this.#closeIn(this.#limits.message)
  }

  /**
   * Writes one batch of responses. If there are more, it continues in the next turn of the event loop, after the other connections,
   * or when the client has read these. Until then further queries stay in the buffers of the kernel.
   *
   * @returns whether something was written
   */
  #respond(): boolean {
    if (this.#socket.destroyed) return false
    const batch: Buffer[] = []
    let size = 0
    let message: Buffer | undefined
    do {
      message = this.#nextResponse()
      if (!message) break
      batch.push(framed(message))
      size += 2 + message.length
    } while (size < BATCH)
    const flowing = size === 0 || this.#socket.write(Buffer.concat(batch, size))

    if (!flowing) {
      this.#socket.pause()
      this.#closeIn(this.#limits.message)
    } else if (message) {
      this.#socket.pause()
      setImmediate(() => this.#respond())
    } else if (this.#held) {
      this.#socket.pause()
    } else {
      this.#socket.resume()
      if (this.#ended) this.#socket.end()
      if (this.#received.length === 0) this.#closeIn(this.#limits.idle)
    }
    return size > 0
  }

  /** The next message of the current response, or the first of the next query that gets a response. */
  #nextResponse(): Buffer | undefined {
    for (;;) {
      const next = this.#responses?.next()
      if (next && !next.done) return next.value
      const query = this.#held ? undefined : this.#nextQuery()
      if (!query) return undefined
      this.#connections.used(this.#socket)
      this.#responses = this.#handle(query, this.#client, this)[Symbol.iterator]()
    }
  }

  #nextQuery(): Buffer | undefined {
    if (this.#received.length < 2) return undefined
    const end = 2 + this.#received.readUInt16BE(0)
    if (this.#received.length < end) return undefined
    const query = this.#received.subarray(2, end)
    this.#received = this.#received.subarray(end)
    return query
  }

  #closeIn(ms: number): void {
    this.#deadline.cancel()
    this.#deadline = this.#clock.after(ms, () => this.#socket.destroy())
  }
}

function framed(message: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(2 + message.length)
  frame.writeUInt16BE(message.length, 0)
  message.copy(frame, 2)
  return frame
}
