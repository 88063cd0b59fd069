/**
 * DNS over UDP: one datagram in, at most one datagram out.
 *
 * Read beside: RFC 1035 §4.2.1
 * Touches the world: opens one UDP socket.
 */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { Log } from '#shared/log.ts'
import type { Client } from '../answer/respond.ts'

/** Returns the answer, or nothing when silence is the answer. Must not throw. */
export type Handler = (octets: Buffer, client: Client) => Buffer | undefined

export interface Listener {
  readonly port: number
  close(): Promise<void>
}

/** Room in the kernel for a burst that arrives while we are busy, octets; it gives at most `net.core.rmem_max`. */
const RECEIVE_BUFFER = 4 * 1024 * 1024

/** Opens the socket. @throws the error of bind(2) when the address or port cannot be had */
export async function listenUdp(address: string, port: number, handle: Handler, log: Log): Promise<Listener> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: RECEIVE_BUFFER })
  socket.bind(port, address)
  await once(socket, 'listening')
  // An answer that cannot be sent (no route, a port that closed) is lost, as datagrams may be; the client asks again.
  const lost = () => undefined
  socket.on('message', (octets, { address, port }) => {
    // Nobody can receive at port 0: the datagram was forged, and an answer to it would be an error of send(2).
    if (port === 0) return
    const response = handle(octets, { address, port, transport: 'udp' })
    if (response) socket.send(response, port, address, lost)
  })
  socket.on('error', error => log.error('the UDP socket reports an error', { reason: error }))
  return {
    port: socket.address().port,
    close: () => new Promise(closed => socket.close(() => closed())),
  }
}
