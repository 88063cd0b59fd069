/**
 * The client of a request that an edge has forwarded, from the fields that the edge adds.
 *
 * Every client can send `X-Forwarded-For: 127.0.0.1`. The edges overwrite these fields, so they are trusted when they come from an
 * edge or from this machine, and ignored when they come from any other address.
 *
 * Read beside: RFC 7239 §8.1 (why it must not be trusted), edge-proxy/ (where the fields are set)
 * Pure: fields and addresses in, values out.
 */
import { randomUUID } from 'node:crypto'
import { isIP } from 'node:net'
import { hostsOf, type NetworkMap } from '#shared/network-map.ts'
import type { Networks } from '#shared/networks.ts'
import { isLoopback } from '#shared/own-address.ts'
import { isRequestId } from '#shared/request-id.ts'

export interface Caller {
  /** The IP address of the client. */
  readonly address: string
  /** Whether the client used HTTPS to the edge. */
  readonly secure: boolean
  readonly requestId: string
}

export interface ForwardedFields {
  readonly forwardedFor: string | undefined
  readonly forwardedProto: string | undefined
  readonly requestId: string | undefined
}

/**
 * Whether the other end of a connection, by its address, is an edge or a program on this machine.
 *
 * @param proxies where edges are beside their places on the map: TRUSTED_PROXIES
 */
export function trustedPeers(map: NetworkMap, proxies: Networks): Networks {
  const edges = new Set(hostsOf(map, 'frontend').map(host => host.address))
  return peer => edges.has(peer) || isLoopback(peer) || proxies(peer)
}

/** The client of a request. @param peer the address at the other end of the connection @param trusted whether its fields are believed */
export function identifyCaller(peer: string, trusted: boolean, fields: ForwardedFields): Caller {
  if (!trusted) return { address: peer, secure: false, requestId: randomUUID() }
  const { forwardedFor, forwardedProto, requestId } = fields
  return {
    address: lastAddress(forwardedFor) ?? peer,
    secure: forwardedProto === 'https',
    requestId: requestId !== undefined && isRequestId(requestId) ? requestId : randomUUID(),
  }
}

/** The last address is the one that the edge added; those before it came from the client. */
function lastAddress(forwardedFor: string | undefined): string | undefined {
  const last = forwardedFor?.slice(forwardedFor.lastIndexOf(',') + 1).trim()
  return last !== undefined && isIP(last) !== 0 ? last : undefined
}
