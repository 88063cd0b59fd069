/**
 * One client of the proxy: greeting, request, reply, then octets in both directions until both sides have finished.
 *
 *     greeting ──► request ──► connecting ──► relay
 *         └───────────┴────────────┴─────► reply with a code, or nothing, and close
 *
 * Read beside: RFC 1928 §3–§6, grammar.ts, dial.ts
 * Touches the world: the client's socket, and the one to the destination.
 */
import type { Socket } from 'node:net'
import { describeError } from '#shared/log.ts'
import { replyFor } from './failures.ts'
import {
  COMMAND,
  type Decoded,
  type Destination,
  decodeGreeting,
  decodeRequest,
  encodeMethod,
  encodeReply,
  METHOD,
  type ReplyName,
  SocksSyntaxError,
} from './grammar.ts'

/** The result of a handshake, for log, metrics and events. */
export interface SocksOutcome {
  readonly destination: Destination | undefined
  /** Undefined when the client was not answered: it does not use SOCKS 5, closed the connection, or took too long. */
  readonly reply: ReplyName | undefined
  readonly why?: string
  /** `address:port` that was connected to. */
  readonly connectedTo?: string
}

export interface SessionOptions {
  /** Milliseconds for greeting and request together. */
  readonly handshakeMs: number
  /** Milliseconds without an octet in either direction, after which a relay is closed. */
  readonly idleMs: number
  /** @throws what {@link replyFor} has a code for */
  readonly dial: (destination: Destination, signal: AbortSignal) => Promise<Socket>
  /** Called once, as soon as the reply is known. */
  readonly onOutcome: (outcome: SocksOutcome) => void
}

/** After a refusal, the client has this long to read it and close the connection. */
const LINGER_MS = 2000
/** Longer than any greeting (257) or request (262 octets): a client that sends more before the reply is not read any further. */
const MAX_UNREAD = 1024

/** Serves one client. The promise is fulfilled when the handshake is over; the relay then lives as long as its sockets. */
export async function serveSession(client: Socket, options: SessionOptions): Promise<void> {
  const gone = new AbortController()
  client.on('error', () => {}) // 'close' follows
  client.once('close', () => gone.abort())
  const slow = setTimeout(() => client.destroy(), options.handshakeMs)
  const reader = new HandshakeReader(client)
  let destination: Destination | undefined
  try {
    const { methods } = await reader.take(decodeGreeting)
    if (!methods.includes(METHOD.none)) {
      endWith(client, encodeMethod(METHOD.unacceptable))
      return options.onOutcome({
        destination,
        reply: undefined,
        why: 'the client offers only methods with authentication',
      })
    }
    client.write(encodeMethod(METHOD.none))
    const request = await reader.take(decodeRequest)
    clearTimeout(slow)
    destination = request.destination
    if (request.command !== COMMAND.connect)
      throw new SocksSyntaxError(`command ${request.command} is not CONNECT`, 'commandNotSupported')

    const upstream = await options.dial(destination, gone.signal)
    if (client.destroyed) return void upstream.destroy()
    const { localAddress = '0.0.0.0', localPort = 0, remoteAddress, remotePort } = upstream
    client.write(encodeReply('succeeded', { address: localAddress, port: localPort }))
    options.onOutcome({ destination, reply: 'succeeded', connectedTo: `${remoteAddress}:${remotePort}` })
    relay(client, upstream, reader.release(), options.idleMs)
  } catch (error) {
    const reply = error instanceof SocksSyntaxError ? error.reply : client.destroyed ? undefined : replyFor(error)
    options.onOutcome({ destination, reply, why: describeError(error) })
    if (reply === undefined) client.destroy()
    else endWith(client, encodeReply(reply))
  } finally {
    clearTimeout(slow)
  }
}

/** RFC 1928 §6: after a refusal the connection is closed, at the latest by the time the client should have read it. */
function endWith(client: Socket, octets: Buffer): void {
  client.end(octets)
  setTimeout(() => client.destroy(), LINGER_MS).unref()
}

/** Collects octets until a message is complete. Octets that follow it stay for the next one, or for the destination. */
class HandshakeReader {
  readonly #socket: Socket
  #octets = Buffer.alloc(0)
  #wake: () => void = () => {}
  readonly #onData = (piece: Buffer) => {
    this.#octets = Buffer.concat([this.#octets, piece])
    if (this.#octets.length > MAX_UNREAD) this.#socket.pause()
    this.#wake()
  }

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', this.#onData)
    for (const event of ['end', 'close']) socket.once(event, () => this.#wake())
  }

  /** @throws SocksSyntaxError for octets that are not such a message, and when the connection is closed before it is complete */
  async take<T>(decode: (octets: Buffer) => Decoded<T>): Promise<T> {
    for (;;) {
      const decoded = decode(this.#octets)
      if (decoded) {
        this.#octets = this.#octets.subarray(decoded.length)
        return decoded.value
      }
      if (this.#socket.destroyed || this.#socket.readableEnded)
        throw new SocksSyntaxError(
          'the client closed the connection, or took too long, before its message was complete',
        )
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
  }

  /** Stops reading. @returns the octets that have come already and belong to the destination */
  release(): Buffer {
    this.#socket.off('data', this.#onData)
    this.#socket.pause()
    return this.#octets
  }
}

/** Each direction ends by itself (half-close); a reset on one side is a reset on the other: a part of a response is not mistaken for the whole. */
function relay(client: Socket, upstream: Socket, early: Buffer, idleMs: number): void {
  if (early.length > 0) upstream.write(early)
  for (const [from, to] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    from.pipe(to)
    from.setTimeout(idleMs, () => from.destroy())
    from.on('error', () => to.resetAndDestroy())
    from.on('close', () => {
      if (!to.writableEnded) to.resetAndDestroy()
    })
  }
}
