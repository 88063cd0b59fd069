/**
 * DNS over UDP: one datagram in, at most one datagram out.
 *
 * Read beside: RFC 1035 §4.2.1
 * Touches the world: opens one UDP socket.
 */
import { createSocket, type SocketOptions } from 'node:dgram'
import { once } from 'node:events'
import type { Log } from '#shared/log.ts'
import type { Client } from '../answer/decider.ts'

/** Returns the answer, or nothing when silence is the answer. Must not throw. */
export type Handler = (octets: Buffer, client: Client) => Buffer | undefined

export interface Listener {
  readonly port: number
  close(): Promise<void>
}

/** Room in the kernel for a burst that arrives while we are busy, octets; it gives at most `net.core.rmem_max`. */
const RECEIVE_BUFFER = 4 * 1024 * 1024

/** Whom we answer has an address, not a name. Node's own look-up would find that out too, one turn of its queue later. */
const alreadyAnAddress = ((
  address: string,
  family: number,
  found: (error: null, address: string, family: number) => void,
) => found(null, address, family)) as NonNullable<SocketOptions['lookup']>

/** Opens the socket. @throws the error of bind(2) when the address or port cannot be had */
export async function listenUdp(address: string, port: number, handle: Handler, log: Log): Promise<Listener> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: RECEIVE_BUFFER, lookup: alreadyAnAddress })
  const listening = once(socket, 'listening')
  socket.bind(port, address)
  await listening
  // First everything is read that has arrived, at most 32 datagrams a turn of the event loop, then all of it is answered: by turns
  // it would cost a tenth more, as reading and sending push each other's code out of the processor's cache.
  let outgoing: { response: Buffer; port: number; address: string }[] = []
  const send = () => {
    const now = outgoing
    outgoing = []
    // Without a callback: an answer that cannot be sent (no route, no room) is lost, as datagrams may be; the client asks again.
    for (const { response, port, address } of now) socket.send(response, port, address)
  }
  socket.on('message', (octets, { address, port }) => {
    // Nobody can receive at port 0: the datagram was forged, and an answer to it would be an error of send(2).
    if (port === 0) return
    const response = handle(octets, { address, port, transport: 'udp' })
    if (!response) return
    if (outgoing.length === 0) setImmediate(send)
    outgoing.push({ response, port, address })
  })
  socket.on('error', error => log.error('the UDP socket reports an error', { reason: error }))
  return {
    port: socket.address().port,
    close: () => {
      send()
      return new Promise(closed => socket.close(() => closed()))
    },
  }
}
