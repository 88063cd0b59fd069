/**
 * Whether the SOCKS5 proxy of this lab answers somewhere. It connects to the name `www`, which the proxies of other programs cannot
 * resolve, and to the address of frontend1, which the proxy of another lab does not allow.
 *
 * Read beside: client/socks/grammar.ts (the octets), client/socks/destinations.ts (what a lab's proxy allows)
 * Touches the world: TCP connections.
 */
import { connect } from 'node:net'
import { hostNamed, networkMap, WWW } from '#shared/network-map.ts'
import { REPLY } from '../../client/socks/grammar.ts'

/** Resolving and connecting may take a few seconds when machines are switched off. */
const PATIENCE_MS = 5_000

/** The greeting: version 5, one method, no authentication (RFC 1928 §3). */
const GREETING = Buffer.of(5, 1, 0)

/**
 * True also when every frontend is switched off.
 *
 * @param prefix of the lab's network: `127.20.0`
 */
export async function isLabProxy(address: string, port: number, prefix: string): Promise<boolean> {
  const frontend = hostNamed(networkMap(prefix), 'frontend1').address
  const byName = Buffer.concat([Buffer.of(5, 1, 0, 3, WWW.length), Buffer.from(WWW), Buffer.of(0, 80)])
  const byAddress = Buffer.of(5, 1, 0, 1, ...frontend.split('.').map(Number), 0, 80)
  const named = await replyTo(byName, address, port)
  if (named !== REPLY.succeeded && named !== REPLY.connectionRefused) return false
  const addressed = await replyTo(byAddress, address, port)
  return addressed !== undefined && addressed !== REPLY.notAllowed
}

/** The code of the reply to CONNECT (RFC 1928 §4, §6); undefined when no proxy answers. */
async function replyTo(request: Buffer, address: string, port: number): Promise<number | undefined> {
  const socket = connect({ host: address, port, signal: AbortSignal.timeout(PATIENCE_MS) })
  try {
    socket.write(Buffer.concat([GREETING, request]))
    let octets = Buffer.alloc(0)
    for await (const piece of socket) {
      octets = Buffer.concat([octets, piece])
      if (octets.length >= 4) break
    }
    const [version, method, , reply] = octets
    return version === 5 && method === 0 ? reply : undefined
  } catch {
    return undefined // closed port, or silence: no proxy here
  } finally {
    socket.destroy()
  }
}
