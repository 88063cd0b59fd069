/**
 * DNS over TCP: messages with their length in two octets before them, several in a row on one connection.
 *
 * Read beside: RFC 1035 §4.2.2 (framing); RFC 7766 §6.2.1.1 (pipelining), §6.2.2 (limits), §6.2.3 (idle), §8 (fragments)
 * Touches the world: opens one TCP port.
 */
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import type { Clock } from '#shared/clock.ts'
import type { Client } from '../answer/respond.ts'
import { Connections } from './connections.ts'
import type { Handler, Listener } from './udp.ts'

export interface TcpLimits {
  /** Connections at a time; one more evicts one (see connections.ts). */
  readonly connections: number
  /** Milliseconds without any query after which a connection is closed. */
  readonly idle: number
  /** Milliseconds that one message may take to arrive, and its answer to be taken. */
  readonly message: number
}

/** RFC 7766 §6.2.3: an idle timeout "of the order of a few seconds"; §6.2.2: limits are the server's own affair. */
export const TCP_LIMITS: TcpLimits = { connections: 1000, idle: 10_000, message: 5_000 }

/** Octets of answers that may wait for a slow reader before we stop reading its queries. */
const BACKLOG = 256 * 1024

/** Opens the port. @throws the error of bind(2) when the address or port cannot be had */
export async function listenTcp(
  address: string,
  port: number,
  handle: Handler,
  clock: Clock,
  limits: TcpLimits = TCP_LIMITS,
): Promise<Listener> {
  const connections = new Connections(limits.connections)
  // A client may shut down its side after its query and still wait for the answer.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, socket => {
    converse(socket, handle, clock, limits, connections)
  })
  server.listen(port, address)
  await once(server, 'listening')
  const bound = server.address()
  return {
    port: bound !== null && typeof bound === 'object' ? bound.port : 0,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      connections.closeAll()
      await closed
    },
  }
}

function converse(socket: Socket, handle: Handler, clock: Clock, limits: TcpLimits, connections: Connections): void {
  const client: Client = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0, transport: 'tcp' }
  const leave = connections.enter(socket, client.address)
  let pending: Buffer = Buffer.alloc(0)
  let ended = false
  let deadline = clock.after(limits.idle, () => socket.destroy())
  const within = (ms: number) => {
    deadline.cancel()
    deadline = clock.after(ms, () => socket.destroy())
  }

  const answerAll = () => {
    const started = pending.length > 0
    const answers: Buffer[] = []
    let at = 0
    while (socket.writableLength < BACKLOG && pending.length - at >= 2) {
      const length = pending.readUInt16BE(at)
      if (pending.length - at - 2 < length) break
      const query = pending.subarray(at + 2, at + 2 + length)
      at += 2 + length
      const response = handle(query, client)
      if (response) answers.push(framed(response))
    }
    pending = pending.subarray(at)
    if (answers.length > 0) connections.used(socket)
    // One write for length and message, and for all answers of one segment (RFC 7766 §8).
    const drained = answers.length === 0 || socket.write(Buffer.concat(answers))
    if (!drained) socket.pause()
    // A message half sent, or half taken, has its own, shorter time; what has begun is not extended by single octets.
    if (pending.length === 0 && drained) within(limits.idle)
    else if (!started || answers.length > 0) within(limits.message)
    if (ended && drained) socket.end()
  }

  socket.on('data', (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    answerAll()
  })
  socket.on('drain', () => {
    answerAll()
    if (!socket.writableNeedDrain) socket.resume()
  })
  socket.on('end', () => {
    ended = true
    answerAll()
  })
  // A peer that resets ends its own connection and nothing else; 'close' follows.
  socket.on('error', () => socket.destroy())
  socket.on('close', () => {
    deadline.cancel()
    leave()
  })
}

function framed(message: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(2 + message.length)
  frame.writeUInt16BE(message.length, 0)
  message.copy(frame, 2)
  return frame
}
