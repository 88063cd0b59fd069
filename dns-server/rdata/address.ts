/**
 * Addresses: the rdata of A and AAAA, stored as text.
 *
 * Read beside: RFC 1035 §3.4.1 (A), RFC 3596 §2.2 (AAAA), RFC 4291 §2.2 and RFC 5952 §4 (IPv6 text)
 * Pure: octets and text in, text and octets out.
 */
import { TextError } from '../wire/name-text.ts'
import type { RdataField } from './field.ts'

export const ipv4: RdataField<string> = {
  decode: reader => [...reader.bytes(4)].join('.'),
  encode: (address, writer) => {
    for (const octet of parseIpv4(address) as number[]) writer.u8(octet)
  },
  parse: (words, what) => {
    const { text } = words.next(what)
    const octets = parseIpv4(text)
    if (octets) return octets.join('.')
    throw new TextError(`${what}: ${JSON.stringify(text)} is not an IPv4 address; write four numbers from 0 to 255`)
  },
  format: address => address,
}

export const ipv6: RdataField<string> = {
  decode: reader => formatIpv6(Array.from({ length: 8 }, () => reader.u16())),
  encode: (address, writer) => {
    for (const group of parseIpv6(address) as number[]) writer.u16(group)
  },
  parse: (words, what) => {
    const { text } = words.next(what)
    const groups = parseIpv6(text)
    if (groups) return formatIpv6(groups)
    throw new TextError(`${what}: ${JSON.stringify(text)} is not an IPv6 address; write it as in 2001:db8::1`)
  },
  format: address => address,
}

/** 0…255. No leading zeros: some programs read such numbers as octal. */
const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`)

/** Four octets, or undefined. */
export function parseIpv4(text: string): number[] | undefined {
  return IPV4.test(text) ? text.split('.').map(Number) : undefined
}

/** Eight groups of 16 bits, or undefined. `::` replaces one or more groups of zeros, at most once. */
export function parseIpv6(text: string): number[] | undefined {
  const dotted = text.slice(text.lastIndexOf(':') + 1)
  if (dotted.includes('.')) {
    const octets = parseIpv4(dotted)
    if (!octets) return undefined
    const [a, b, c, d] = octets as [number, number, number, number]
    const groups = [(a << 8) | b, (c << 8) | d].map(group => group.toString(16))
    return parseIpv6(text.slice(0, -dotted.length) + groups.join(':'))
  }
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head = [], tail] = halves.map(half => (half === '' ? [] : half.split(':')))
  if (![...head, ...(tail ?? [])].every(group => /^[0-9a-f]{1,4}$/i.test(group))) return undefined
  const missing = 8 - head.length - (tail?.length ?? 0)
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  return [...head, ...Array<string>(missing).fill('0'), ...(tail ?? [])].map(group => Number.parseInt(group, 16))
}

/** Lower case, no leading zeros, and `::` for the first longest run of two or more zero groups (RFC 5952 §4). */
export function formatIpv6(groups: readonly number[]): string {
  const text = groups.map(group => group.toString(16)).join(':')
  const runs = [...text.matchAll(/\b0(:0)+\b/g)].map(match => match[0])
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '')
  if (longest === '') return text
  const at = text.search(new RegExp(`\\b${longest}\\b`))
  return `${text.slice(0, at).replace(/:$/, '')}::${text.slice(at + longest.length).replace(/^:/, '')}`
}
