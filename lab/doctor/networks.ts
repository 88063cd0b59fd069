/**
 * IPv4 networks: whether two of them have addresses in common, and the routing table of Linux.
 *
 * Read beside: judge.ts, proc_net(5)
 * Pure: text in, values out.
 */
import { isIPv4 } from 'node:net'

/** `172.20.0.0/16` and `172.20.0.0/24` overlap: one contains the other. False for what is not IPv4. */
export function overlaps(one: string, other: string): boolean {
  const [a, b] = [parseNetwork(one), parseNetwork(other)]
  if (!a || !b) return false
  const bits = Math.min(a.bits, b.bits)
  const mask = bits === 0 ? 0 : (0xffff_ffff << (32 - bits)) >>> 0
  return (a.address & mask) >>> 0 === (b.address & mask) >>> 0
}

function parseNetwork(text: string): { address: number; bits: number } | undefined {
  const [address = '', bits = '32'] = text.split('/')
  if (!isIPv4(address) || !/^\d+$/.test(bits) || Number(bits) > 32) return undefined
  return { address: address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0), bits: Number(bits) }
}

/** `/proc/net/route`: hexadecimal numbers in the byte order of the machine. @returns networks without the default route */
export function parseRoutes(text: string): string[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap(line => {
      const [, destination = '', , , , , , mask = ''] = line.trim().split(/\s+/)
      if (!/^[0-9A-F]{8}$/i.test(destination) || !/^[0-9A-F]{8}$/i.test(mask) || mask === '00000000') return []
      const octets = (hex: string) => [...Buffer.from(hex, 'hex')].reverse()
      const bits = octets(mask).reduce((sum, octet) => sum + octet.toString(2).replaceAll('0', '').length, 0)
      return `${octets(destination).join('.')}/${bits}`
    })
}
