/**
 * What an edge says about the client it speaks for: believed from an edge, ignored from anybody else.
 *
 * Anybody can write `X-Forwarded-For: 127.0.0.1`. The edges overwrite what came from outside, so from them, and from this
 * machine itself, the fields say the truth; a direct caller's are passed over.
 *
 * Read beside: RFC 7239 §8.1 (why it must not be trusted), edge-proxy/ (where the fields are set)
 * Pure: fields and addresses in, values out.
 */
import { randomUUID } from 'node:crypto'
import { isIP } from 'node:net'
import { hostsOf, type NetworkMap } from '#shared/network-map.ts'
import { isLoopback } from '#shared/own-address.ts'
import { isRequestId } from '#shared/request-id.ts'

export interface Caller {
  /** Whose request it is: an IP address. */
  readonly address: string
  /** Whether the client spoke HTTPS to the edge. */
  readonly secure: boolean
  readonly requestId: string
}

export interface ForwardedFields {
  readonly forwardedFor: string | undefined
  readonly forwardedProto: string | undefined
  readonly requestId: string | undefined
}

/** Tells edges (and this machine's own programs) from strangers, by the address at the other end of the connection. */
export function trustedPeers(map: NetworkMap): (peer: string) => boolean {
  const edges = new Set(hostsOf(map, 'frontend').map(host => host.address))
  return peer => edges.has(peer) || isLoopback(peer)
}

export function identifyCaller(peer: string, trusted: boolean, fields: ForwardedFields): Caller {
  if (!trusted) return { address: peer, secure: false, requestId: randomUUID() }
  const { forwardedFor, forwardedProto, requestId } = fields
  return {
    address: lastAddress(forwardedFor) ?? peer,
    secure: forwardedProto === 'https',
    requestId: requestId !== undefined && isRequestId(requestId) ? requestId : randomUUID(),
  }
}

/** The last address is the one that the edge added, whatever stands before it. */
function lastAddress(forwardedFor: string | undefined): string | undefined {
  const last = forwardedFor?.slice(forwardedFor.lastIndexOf(',') + 1).trim()
  return last !== undefined && isIP(last) !== 0 ? last : undefined
}
