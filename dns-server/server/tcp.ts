/**
 * DNS over TCP: messages with their length in two octets before them, several in a row on one connection.
 *
 * Read beside: RFC 1035 §4.2.2 (framing); RFC 7766 §6.2.1.1 (pipelining), §6.2.2 (limits), §6.2.3 (idle), §8 (fragments)
 * Touches the world: opens one TCP port.
 */
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import type { Clock } from '#shared/clock.ts'
import type { Log } from '#shared/log.ts'
import type { Client } from '../answer/decider.ts'
import { Connections } from './connections.ts'
import type { Listener } from './udp.ts'

export interface TcpLimits {
  /** Connections at a time; one more evicts one (see connections.ts). */
  readonly connections: number
  /** Milliseconds without any query after which a connection is closed. */
  readonly idle: number
  /** Milliseconds that one message may take to arrive, and its answer to be taken. */
  readonly message: number
}

/** RFC 7766 §6.2.3: an idle period on the order of seconds; §6.2.2: limits are the server's own affair. */
export const TCP_LIMITS: TcpLimits = { connections: 1000, idle: 10_000, message: 5_000 }

/** Octets that are collected into one write: the length and the message never travel apart (RFC 7766 §8). */
const BATCH = 64 * 1024

/** The messages that answer one query: none, one, or those of a zone transfer, made one at a time as the reader takes them. */
export type StreamHandler = (octets: Buffer, client: Client) => Iterable<Buffer>

/** Opens the port. @throws the error of bind(2) when the address or port cannot be had */
export async function listenTcp(
  address: string,
  port: number,
  handle: StreamHandler,
  clock: Clock,
  log: Log,
  limits: TcpLimits = TCP_LIMITS,
): Promise<Listener & { readonly connections: Connections }> {
  const connections = new Connections(limits.connections)
  // A client may shut down its side after its query and still wait for the answer.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, socket => {
    new Conversation(socket, handle, clock, limits, connections)
  })
  server.listen(port, address)
  await once(server, 'listening')
  // accept(2) failed: out of file descriptors, most likely. Those who are connected are served, and room comes again.
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

/** One connection. It never holds more than one batch of answers and one unfinished query. */
class Conversation {
  readonly #socket: Socket
  readonly #client: Client
  readonly #handle: StreamHandler
  readonly #clock: Clock
  readonly #limits: TcpLimits
  readonly #connections: Connections
  #received: Buffer = Buffer.alloc(0)
  #answers: Iterator<Buffer> | undefined
  #ended = false
  #deadline: { cancel(): void }

  constructor(socket: Socket, handle: StreamHandler, clock: Clock, limits: TcpLimits, connections: Connections) {
    this.#socket = socket
    this.#client = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0, transport: 'tcp' }
    this.#handle = handle
    this.#clock = clock
    this.#limits = limits
    this.#connections = connections
    this.#deadline = clock.after(limits.idle, () => socket.destroy())
    const leave = connections.enter(socket, this.#client.address)

    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    socket.on('drain', () => this.#converse())
    socket.on('end', () => {
      this.#ended = true
      this.#converse()
    })
    // A peer that resets ends its own connection and nothing else; 'close' follows.
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      this.#deadline.cancel()
      leave()
    })
  }

  #take(chunk: Buffer): void {
    const hadBegun = this.#received.length > 0
    this.#received = hadBegun ? Buffer.concat([this.#received, chunk]) : chunk
    const answered = this.#converse()
    // A message that has begun must be whole in time, however often a single octet of it arrives.
    if (this.#received.length > 0 && (answered || !hadBegun)) this.#closeIn(this.#limits.message)
  }

  /**
   * Writes one batch of answers. If there are more, the others' connections come first: it goes on in the next turn of the
   * event loop, or when the reader has taken these. Until then its queries wait in its own kernel.
   *
   * @returns whether there was anything to write
   */
  #converse(): boolean {
    if (this.#socket.destroyed) return false
    const batch: Buffer[] = []
    let size = 0
    let message: Buffer | undefined
    do {
      message = this.#nextAnswer()
      if (!message) break
      batch.push(framed(message))
      size += 2 + message.length
    } while (size < BATCH)
    const taken = size === 0 || this.#socket.write(Buffer.concat(batch, size))

    if (!taken) {
      this.#socket.pause()
      this.#closeIn(this.#limits.message)
    } else if (message) {
      this.#socket.pause()
      setImmediate(() => this.#converse())
    } else {
      this.#socket.resume()
      if (this.#ended) this.#socket.end()
      if (this.#received.length === 0) this.#closeIn(this.#limits.idle)
    }
    return size > 0
  }

  /** The next message of the answer that is being given, or of the next query that gets one. */
  #nextAnswer(): Buffer | undefined {
    for (;;) {
      const next = this.#answers?.next()
      if (next && !next.done) return next.value
      const query = this.#nextQuery()
      if (!query) return undefined
      this.#connections.used(this.#socket)
      this.#answers = this.#handle(query, this.#client)[Symbol.iterator]()
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
