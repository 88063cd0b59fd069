/**
 * Which destinations the proxy connects to: the names and addresses of the lab, and nothing else unless SOCKS_OPEN=1.
 *
 * A browser that uses the proxy is then in the lab's network only, and the proxy is not a way out of the machine.
 *
 * Read beside: session.ts, shared/network-map.ts
 * Pure: a destination in, a verdict out.
 */
import { isIPv4 } from 'node:net'
import { hostAt, type NetworkMap, networkMap, prefixOf, ZONE } from '#shared/network-map.ts'
import type { Destination } from './grammar.ts'

export interface DestinationRules {
  readonly map: NetworkMap
  /** SOCKS_OPEN=1: other names and addresses are allowed, too. */
  readonly open: boolean
}

/** `lab`: resolve the name at the lab's DNS servers. `system`: resolve it with the operating system. `address`: connect directly. */
export type DestinationVerdict = 'lab' | 'system' | 'address' | 'refused'

/** Letters, digits, hyphens, and the underscore that some names of services have; no empty label (RFC 1123 §2.1). */
const HOST_NAME = /^(?=.{1,253}\.?$)([a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?$/i

/** Where a connection may go: to the lab; when `open`, also to the system's network. */
export function judgeDestination({ kind, host }: Destination, { map, open }: DestinationRules): DestinationVerdict {
  if (kind !== 'name') return open || isLabAddress(host, map) ? 'address' : 'refused'
  // Some programs send an address in the form of a name.
  if (isIPv4(host)) return judgeDestination({ kind: 'ipv4', host, port: 0 }, { map, open })
  if (!HOST_NAME.test(host)) return 'refused'
  if (isLabName(host)) return 'lab'
  return open ? 'system' : 'refused'
}

/** The zone's apex, and every name below it. */
function isLabName(name: string): boolean {
  const plain = name.toLowerCase().replace(/\.$/, '')
  return plain === ZONE || plain.endsWith(`.${ZONE}`)
}

/** Whether an address is in the lab's own /24. A record of a lab name may point elsewhere, so this is asked after resolving, too. */
export function isLabAddress(address: string, map: NetworkMap): boolean {
  return isIPv4(address) && prefixOf(address) === map.prefix
}

/**
 * The port to connect to. A browser uses port 80; in a lab that may not bind it, the same host listens on 8080.
 */
export function portInForce(address: string, port: number, map: NetworkMap): number {
  const host = hostAt(map, address)
  const wellKnown = host && hostAt(networkMap(map.prefix, 'low'), address)?.port
  return host !== undefined && port === wellKnown ? host.port : port
}
