/**
 * A DNS server for tests: UDP and TCP on a port of its own, and functions that send octets to it.
 *
 * Touches the world: opens sockets on 127.0.0.1; closes them when the test ends.
 */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Test } from 'tap'
import { type Clock, systemClock } from '#shared/clock.ts'
import { createLog } from '#shared/log.ts'
import type { DnsClient } from '../answer/decider.ts'
import { type DnsService, messagesOf, respond } from '../server/respond.ts'
import { listenTcp, TCP_LIMITS, type TcpLimits } from '../server/tcp.ts'
import { listenUdp } from '../server/udp.ts'

export const HOST = '127.0.0.1'

/** Opens both transports on one free port. @returns the port */
export async function serve(
  t: Test,
  service: DnsService,
  limits: Partial<TcpLimits> = {},
  clock: Clock = systemClock,
): Promise<number> {
  const handle = (octets: Buffer, client: DnsClient) => respond(octets, client, service).response
  const stream = (octets: Buffer, client: DnsClient) => messagesOf(respond(octets, client, service))
  for (;;) {
    const options = { clock, log: createLog('test'), limits: { ...TCP_LIMITS, ...limits } }
    const tcp = await listenTcp(HOST, 0, stream, options)
    try {
      const udp = await listenUdp(HOST, tcp.port, handle, createLog('test'))
      t.teardown(async () => {
        await Promise.all([tcp.close(), udp.close()])
      })
      return tcp.port
    } catch (error) {
      // That port was free for TCP only: try another one.
      await tcp.close()
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    }
  }
}

/**
 * Sends datagrams and collects the responses until that of the last one has arrived. The last one must be a query that is answered:
 * datagrams of one socket stay in order on loopback, so by then no response to the others can follow.
 */
export async function exchangeUdp(port: number, ...datagrams: readonly Uint8Array[]): Promise<Buffer[]> {
  const socket = createSocket('udp4')
  const answers: Buffer[] = []
  const last = Buffer.from(datagrams.at(-1) ?? []).readUInt16BE(0)
  try {
    const done = new Promise<void>(resolve => {
      socket.on('message', answer => {
        answers.push(answer)
        if (answer.readUInt16BE(0) === last) resolve()
      })
    })
    for (const datagram of datagrams) socket.send(datagram, port, HOST)
    await done
  } finally {
    socket.close()
  }
  return answers
}

/** A TCP connection that returns whole messages. */
export class TcpClient {
  readonly socket: Socket
  #octets = Buffer.alloc(0)
  #waiting: (() => void) | undefined

  constructor(t: Test, port: number, host = HOST) {
    this.socket = connect({ port, host, allowHalfOpen: true })
    this.socket.on('data', (chunk: Buffer) => {
      this.#octets = Buffer.concat([this.#octets, chunk])
      this.#waiting?.()
    })
    this.socket.on('error', () => this.#waiting?.())
    this.socket.on('close', () => this.#waiting?.())
    t.teardown(() => this.socket.destroy())
  }

  /** The message with its length before it (RFC 1035 §4.2.2). */
  static frame(message: Uint8Array): Buffer {
    const length = Buffer.alloc(2)
    length.writeUInt16BE(message.length)
    return Buffer.concat([length, message])
  }

  send(message: Uint8Array): void {
    this.socket.write(TcpClient.frame(message))
  }

  /** The next message; undefined when the connection ended instead. */
  async receive(): Promise<Buffer | undefined> {
    for (;;) {
      if (this.#octets.length >= 2) {
        const end = 2 + this.#octets.readUInt16BE(0)
        if (this.#octets.length >= end) {
          const message = this.#octets.subarray(2, end)
          this.#octets = this.#octets.subarray(end)
          return message
        }
      }
      if (this.socket.closed || this.socket.readableEnded) return undefined
      await new Promise<void>(resolve => {
        this.#waiting = resolve
        this.socket.once('end', resolve)
      })
    }
  }

  /** Resolves when the server has closed the connection. */
  async closed(): Promise<void> {
    if (!this.socket.readableEnded && !this.socket.closed)
      await Promise.race([once(this.socket, 'end'), once(this.socket, 'close')])
  }
}
