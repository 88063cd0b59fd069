/**
 * Whether the lab's SOCKS5 proxy answers somewhere: it must be able to connect to `www`, which no other proxy can.
 *
 * Read beside: client/socks/grammar.ts (the octets)
 * Touches the world: a TCP connection.
 */
import { connect } from 'node:net'
import { WWW } from '#shared/network-map.ts'
import { REPLY } from '../../client/socks/grammar.ts'

/** Resolving and connecting may take a few seconds when machines are switched off. */
const PATIENCE_MS = 5_000

/** The greeting (no authentication), and CONNECT www:80 (RFC 1928 §3, §4). */
const ASK = Buffer.concat([Buffer.of(5, 1, 0), Buffer.of(5, 1, 0, 3, WWW.length), Buffer.from(WWW), Buffer.of(0, 80)])

/** True also when the proxy is there and every frontend is switched off. */
export async function isLabProxy(address: string, port: number): Promise<boolean> {
  const socket = connect({ host: address, port, signal: AbortSignal.timeout(PATIENCE_MS) })
  try {
    socket.write(ASK)
    let octets = Buffer.alloc(0)
    for await (const piece of socket) {
      octets = Buffer.concat([octets, piece])
      if (octets.length >= 4) break
    }
    const [version, method, , reply] = octets
    return version === 5 && method === 0 && (reply === REPLY.succeeded || reply === REPLY.connectionRefused)
  } catch {
    return false // closed port, or silence: no proxy here
  } finally {
    socket.destroy()
  }
}
