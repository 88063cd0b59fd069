/**
 * The octets of SOCKS version 5: the client's greeting, its request, and the reply.
 *
 * Read beside: RFC 1928 §3 (greeting), §4 (request), §5 (addresses), §6 (reply); session.ts (when each is read and written)
 * Pure: octets in, values out, and back.
 */
import { isIPv4, SocketAddress } from 'node:net'

const VERSION = 5

/** §3: the methods of authentication. Only "no authentication" is offered. */
export const METHOD = { none: 0x00, unacceptable: 0xff } as const
/** §4: the commands. Only CONNECT is supported. */
export const COMMAND = { connect: 1, bind: 2, udpAssociate: 3 } as const
/** §5: the types of address. */
const ADDRESS_TYPE = { ipv4: 1, name: 3, ipv6: 4 } as const

/** §6: the reply codes. */
export const REPLY = {
  succeeded: 0,
  generalFailure: 1,
  notAllowed: 2,
  networkUnreachable: 3,
  hostUnreachable: 4,
  connectionRefused: 5,
  ttlExpired: 6,
  commandNotSupported: 7,
  addressTypeNotSupported: 8,
} as const
export type ReplyName = keyof typeof REPLY

/** Octets that are not SOCKS 5, or break its grammar. Without a `reply` the connection is only closed: the client would not understand one. */
export class SocksSyntaxError extends Error {
  override name = 'SocksSyntaxError'
  readonly reply: ReplyName | undefined
  constructor(message: string, reply?: ReplyName) {
    super(message)
    this.reply = reply
  }
}

/**
 *     +----+----------+----------+
 *     |VER | NMETHODS | METHODS  |
 *     +----+----------+----------+
 *     | 1  |    1     | 1 to 255 |
 *     +----+----------+----------+
 */
export interface Greeting {
  readonly methods: readonly number[]
}

/** A value, and how many octets it took; undefined while octets are missing. */
export type Decoded<T> = { readonly value: T; readonly length: number } | undefined

/** The client's first message (RFC 1928 §3). @returns undefined while octets are missing. @throws SocksSyntaxError for another version */
export function decodeGreeting(octets: Buffer): Decoded<Greeting> {
  refuseOtherVersions(octets)
  const count = octets[1]
  if (count === undefined || octets.length < 2 + count) return undefined
  return { value: { methods: [...octets.subarray(2, 2 + count)] }, length: 2 + count }
}

/** The server's choice: version and method. */
export function encodeMethod(method: number): Buffer {
  return Buffer.of(VERSION, method)
}

/** The destination of a request. Names are as sent; IPv6 addresses are in their short form (RFC 5952 §4). */
export interface Destination {
  readonly kind: 'name' | 'ipv4' | 'ipv6'
  readonly host: string
  readonly port: number
}

/**
 *     +----+-----+-------+------+----------+----------+
 *     |VER | CMD |  RSV  | ATYP | DST.ADDR | DST.PORT |
 *     +----+-----+-------+------+----------+----------+
 *     | 1  |  1  | X'00' |  1   | Variable |    2     |
 *     +----+-----+-------+------+----------+----------+
 */
export interface SocksRequest {
  readonly command: number
  readonly destination: Destination
}

/** @throws SocksSyntaxError for another version, an unknown type of address, and an empty name */
export function decodeRequest(octets: Buffer): Decoded<SocksRequest> {
  refuseOtherVersions(octets)
  const [, command, , type] = octets
  if (command === undefined || type === undefined) return undefined
  const begin = type === ADDRESS_TYPE.name ? 5 : 4
  const size = addressSize(type, octets[4])
  if (size === undefined || octets.length < begin + size + 2) return undefined
  const address = octets.subarray(begin, begin + size)
  const port = octets.readUInt16BE(begin + size)
  return { value: { command, destination: { ...decodeAddress(type, address), port } }, length: begin + size + 2 }
}

/** Octets of the address itself; a name has its length before it, which may not have arrived yet. */
function addressSize(type: number, nameLength: number | undefined): number | undefined {
  if (type === ADDRESS_TYPE.ipv4) return 4
  if (type === ADDRESS_TYPE.ipv6) return 16
  if (type !== ADDRESS_TYPE.name)
    throw new SocksSyntaxError(`address type ${type} does not exist (RFC 1928 §5)`, 'addressTypeNotSupported')
  if (nameLength === 0) throw new SocksSyntaxError('the name is empty', 'generalFailure')
  return nameLength
}

function decodeAddress(type: number, octets: Buffer): Pick<Destination, 'kind' | 'host'> {
  if (type === ADDRESS_TYPE.ipv4) return { kind: 'ipv4', host: octets.join('.') }
  // One character for each octet: a name with other characters than ASCII is refused later, not misread here.
  if (type === ADDRESS_TYPE.name) return { kind: 'name', host: octets.toString('latin1') }
  const groups = Array.from({ length: 8 }, (_, i) => octets.readUInt16BE(2 * i).toString(16))
  return { kind: 'ipv6', host: new SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address }
}

/**
 * §6: the reply, with the address and port from which the proxy connected (0.0.0.0:0 when it did not).
 *
 *     +----+-----+-------+------+----------+----------+
 *     |VER | REP |  RSV  | ATYP | BND.ADDR | BND.PORT |
 *     +----+-----+-------+------+----------+----------+
 */
export function encodeReply(reply: ReplyName, bound = { address: '0.0.0.0', port: 0 }): Buffer {
  const port = Buffer.alloc(2)
  port.writeUInt16BE(bound.port)
  const address = isIPv4(bound.address)
    ? Buffer.of(ADDRESS_TYPE.ipv4, ...bound.address.split('.').map(Number))
    : Buffer.concat([Buffer.of(ADDRESS_TYPE.ipv6), encodeIPv6(bound.address)])
  return Buffer.concat([Buffer.of(VERSION, REPLY[reply], 0), address, port])
}

/** The eight groups of an address; `::` stands for as many groups of zeros as are missing (RFC 4291 §2.2). */
function encodeIPv6(address: string): Buffer {
  const [head = '', tail] = address.replace(/%.*$/, '').split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const [first, last] = [groups(head), groups(tail ?? '')]
  const zeros = Array<string>(8 - first.length - last.length).fill('0')
  const octets = Buffer.alloc(16)
  for (const [i, group] of [...first, ...zeros, ...last].entries())
    octets.writeUInt16BE(Number.parseInt(group, 16), 2 * i)
  return octets
}

/** A web page can make a browser send HTTP here: its first octet is a letter, not 5. */
function refuseOtherVersions(octets: Buffer): void {
  const [version] = octets
  if (version === undefined || version === VERSION) return
  throw new SocksSyntaxError(`version ${version} is not SOCKS 5`)
}
