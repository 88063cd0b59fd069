/**
 * DNS over UDP: one datagram in, at most one datagram out.
 *
 * Read beside: RFC 1035 §4.2.1
 * Touches the world: opens one UDP socket.
 */
import { createSocket, type SocketOptions } from 'node:dgram'
import { once } from 'node:events'
import type { Log } from '#shared/log.ts'
import type { DnsClient } from '../answer/decider.ts'

/** Returns the response, or nothing when none is sent now. Must not throw. */
export type DatagramHandler = (octets: Buffer, client: DnsClient, sendLater: SendLater) => Buffer | undefined

/** Sends a response that was not ready when the handler returned. After the socket has been closed it does nothing. */
export type SendLater = (response: Buffer, client: DnsClient) => void

export interface DnsListener {
  readonly port: number
  close(): Promise<void>
}

export interface UdpListener extends DnsListener {
  /** Handles a datagram that another socket at the same address and port has received: a worker's. */
  receive(octets: Buffer, sender: UdpSender): void
}

export type UdpSender = Pick<DnsClient, 'address' | 'port'>

/** Octets of the receive buffer in the kernel, for a burst that arrives while the server is busy. The kernel allows at most `net.core.rmem_max`. */
const RECEIVE_BUFFER = 4 * 1024 * 1024

/** Clients have addresses, not names. Node's own look-up would return the same, one turn of the event loop later. */
const alreadyAnAddress = ((
  address: string,
  family: number,
  found: (error: null, address: string, family: number) => void,
) => found(null, address, family)) as NonNullable<SocketOptions['lookup']>

/**
 * Opens the socket.
 *
 * @param reusePort several sockets share the address and port, and the kernel divides the datagrams among them by sender (SO_REUSEPORT)
 * @throws the error of bind(2) when the address or port is not available
 */
export async function listenUdp(
  address: string,
  port: number,
  handle: DatagramHandler,
  log: Log,
  reusePort = false,
): Promise<UdpListener> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: RECEIVE_BUFFER, lookup: alreadyAnAddress, reusePort })
  const listening = once(socket, 'listening')
  socket.bind(port, address)
  await listening
  // Everything that has arrived is read first, at most 32 datagrams in a turn of the event loop; then all responses are sent. Reading
  // and sending alternately costs a tenth more, because each removes the code of the other from the cache of the processor.
  let outgoing: { response: Buffer; port: number; address: string }[] = []
  const send = () => {
    const now = outgoing
    outgoing = []
    // Without a callback: a response that cannot be sent (no route, buffer full) is lost, like any lost datagram; the client asks again.
    for (const { response, port, address } of now) socket.send(response, port, address)
  }
  let open = true
  const sendLater: SendLater = (response, { address, port }) => {
    if (open) socket.send(response, port, address)
  }
  const receive = (octets: Buffer, { address, port }: UdpSender) => {
    // Port 0 cannot receive anything: the datagram is forged, and send(2) to it is an error.
    if (port === 0) return
    const response = handle(octets, { address, port, transport: 'udp' }, sendLater)
    if (!response) return
    if (outgoing.length === 0) setImmediate(send)
    outgoing.push({ response, port, address })
  }
  socket.on('message', receive)
  socket.on('error', error => log.error('the UDP socket reports an error', { reason: error }))
  return {
    port: socket.address().port,
    receive,
    close: () => {
      send()
      open = false
      return new Promise(closed => socket.close(() => closed()))
    },
  }
}
