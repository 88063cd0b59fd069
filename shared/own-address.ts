/**
 * Which addresses are the lab's own: loopback, and the /24 of the network map. Rate limits leave them out, and zone transfers are
 * allowed to them, because a class works and measures from there.
 *
 * Read beside: network-map.ts (the prefix), RFC 1122 §3.2.1.3 (127.0.0.0/8), RFC 4291 §2.5.3 (::1), §2.5.5.2 (IPv4-mapped)
 * Pure: an address in, yes or no out.
 */
import { isIPv4 } from 'node:net'

/** Whether the address is this machine: 127.0.0.0/8 or ::1. */
export function isLoopback(address: string): boolean {
  const plain = withoutMapping(address)
  return plain === '::1' || (plain.startsWith('127.') && isIPv4(plain))
}

/**
 * Whether the address is this machine, or one of the lab's network.
 *
 * @param prefix the map's prefix: `172.20.0`
 */
export function isOwnAddress(address: string, prefix: string): boolean {
  const plain = withoutMapping(address)
  return isLoopback(plain) || (plain.startsWith(`${prefix}.`) && isIPv4(plain))
}

/** The same networks as a list for a setting: `127.0.0.0/8,172.20.0.0/24`. */
export function ownNetworks(prefix: string): string {
  return `127.0.0.0/8,${prefix}.0/24`
}

/** An IPv4 address written as IPv6 (`::ffff:127.0.0.1`) is still that IPv4 address. */
export function withoutMapping(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}
