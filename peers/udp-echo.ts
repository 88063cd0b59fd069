/**
 * Shell: a bare echo on `node:dgram`: the most that Node can do, without reading a single octet. It sets QR, so that the load
 * generator counts the echo as a response.
 *
 *     node peers/udp-echo.ts ADDRESS PORT
 *
 * Read beside: dns-server/server/udp.ts
 * Opens: one UDP socket.
 */
import { createSocket } from 'node:dgram'

const [address, port] = process.argv.slice(2)
const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 })
socket.on('message', (octets, from) => {
  octets[2] = (octets[2] as number) | 0x80
  socket.send(octets, from.port, from.address)
})
socket.bind(Number(port), address, () => process.stdout.write('listening\n'))
