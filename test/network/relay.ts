/**
 * A relay that delays: every octet of a TCP connection arrives a while later, in both directions. It is the delay that `netem` would make, which not
 * every kernel has. It runs in the namespace of the host that it delays.
 *
 *   client ──► eth0 of the host ──► (iptables REDIRECT) relay ── later ──► the server of the host
 *
 * Limits: TCP only, and the server sees connections from its own host.
 *
 * Read beside: delay.ts (which starts it), host-faults.ts (the other faults)
 * Shell: listens at 0.0.0.0:RELAY_PORT, connects to the address and port of its arguments. Its parent sends the delay in milliseconds.
 */
import { connect, createServer, type Socket } from 'node:net'

export const RELAY_PORT = 7_000

let delay = 0

/** The order of the octets is kept, also when the delay becomes shorter. @returns what is called with each of them */
function inOrder(): (deliver: () => void) => void {
  let last = 0
  return deliver => {
    last = Math.max(last, performance.now() + delay)
    setTimeout(deliver, last - performance.now())
  }
}

function relay(from: Socket, to: Socket): void {
  const later = inOrder()
  from.on('data', octets => later(() => to.write(octets)))
  from.on('end', () => later(() => to.end()))
  from.on('error', () => to.destroy())
  from.on('close', () => later(() => to.destroy()))
}

if (import.meta.main) {
  const [address = '', port = ''] = process.argv.slice(2)
  const server = createServer({ allowHalfOpen: true }, near => {
    const far = connect({ port: Number(port), host: address, allowHalfOpen: true })
    relay(near, far)
    relay(far, near)
  })
  server.listen(RELAY_PORT, () => process.send?.('listening'))
  process.on('message', ms => {
    delay = Number(ms)
    process.send?.('delayed')
  })
  process.on('disconnect', () => process.exit())
}
