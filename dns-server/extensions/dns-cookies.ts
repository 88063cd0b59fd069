/**
 * DNS cookies: a client that sends back the cookie it received has not forged its source address.
 *
 *     CLIENT COOKIE  8 octets, the client's own
 *     SERVER COOKIE  | Version = 1 | Reserved (3) | Timestamp (4) | Hash (8) |
 *     Hash = SipHash-2-4( Client Cookie | Version | Reserved | Timestamp | Client-IP, Server Secret )
 *
 * Read beside: RFC 7873 §4 and §5.2 (what a server does), RFC 9018 §4 (this server cookie; its Appendix A as tests)
 * Pure: octets, a secret and the time in; octets out.
 */
import { timingSafeEqual } from 'node:crypto'
import { type DnsReply, isSilence, type ReceivedQuery, withOption } from '../answer/decider.ts'
import { parseIpv4, parseIpv6 } from '../rdata/address.ts'
import { OPCODE, RCODE } from '../wire/codes.ts'
import { OPTION, optionData } from '../wire/edns.ts'
import { sipHash24 } from './siphash.ts'

const CLIENT_LENGTH = 8
const SERVER_LENGTH = 16

/** Seconds: "the DNS server SHOULD allow cookies within a 1-hour period in the past and a 5-minute period into the future" (RFC 9018 §4.3). */
const PAST = 3600
const FUTURE = 300
/** "a DNS server SHOULD generate a new Server Cookie at least if the received … is more than half an hour old" (§4.3). */
const RENEW = 1800

/** What the server needs to make and check cookies. */
export interface CookieKeeper {
  /** 16 octets, random and secret. */
  readonly secret: Buffer
  /** Seconds since 1970. */
  readonly now: () => number
}

export type CookieCheck =
  /** There is no server cookie yet; `reply` holds one (RFC 7873 §5.2.3). */
  | { readonly kind: 'first'; readonly reply: Buffer }
  /** The server cookie is not ours, or too old; `reply` holds a new one (§5.2.4). */
  | { readonly kind: 'unknown'; readonly reply: Buffer }
  /** The client receives what is sent to its address (§5.2.5). */
  | { readonly kind: 'valid'; readonly reply: Buffer }

/** The lengths that a COOKIE option may have: 8, or 16 to 40 octets (RFC 7873 §5.2.2). */
export function hasCookieLength({ length }: Buffer): boolean {
  return length === CLIENT_LENGTH || (length >= 16 && length <= 40)
}

/** Checks the query's cookie, which must have a possible length, and adds the server's cookie to the reply. */
export function answerWithCookie(query: ReceivedQuery, { secret, now }: CookieKeeper, next: () => DnsReply): DnsReply {
  const cookie = optionData(query.edns, OPTION.COOKIE) as Buffer
  const { kind, reply } = checkCookie(cookie, query.client.address, secret, now())
  query.addressProven = kind === 'valid'
  const decided = withOption(next(), { code: OPTION.COOKIE, data: reply })
  // A query with a cookie and no question asks for a server cookie: "a means is provided for obtaining a Server Cookie" (§5.4).
  const asksForCookie = query.header.qdcount === 0 && query.header.opcode === OPCODE.QUERY
  if (!asksForCookie || isSilence(decided)) return decided
  return { ...decided, rcode: kind === 'unknown' ? RCODE.BADCOOKIE : RCODE.NOERROR }
}

/**
 * Checks the data of a COOKIE option.
 *
 * @param cookie of a possible length: see {@link hasCookieLength}
 * @param now seconds since 1970
 * @param secret 16 octets
 */
export function checkCookie(cookie: Buffer, address: string, secret: Buffer, now: number): CookieCheck {
  const client = cookie.subarray(0, CLIENT_LENGTH)
  const server = cookie.subarray(CLIENT_LENGTH)
  const fresh = () => Buffer.concat([client, serverCookie(client, address, secret, now)])
  if (server.length === 0) return { kind: 'first', reply: fresh() }
  if (server.length !== SERVER_LENGTH || server[0] !== 1) return { kind: 'unknown', reply: fresh() }

  // Timestamps wrap around (RFC 1982): the difference as a signed number of 32 bits.
  const age = (now - server.readUInt32BE(4)) | 0
  const expected = hash(client, server.subarray(0, 8), address, secret)
  if (age > PAST || age < -FUTURE || !timingSafeEqual(expected, server.subarray(8)))
    return { kind: 'unknown', reply: fresh() }
  return { kind: 'valid', reply: age > RENEW ? fresh() : cookie }
}

/** @returns 16 octets: version, reserved, timestamp, hash */
export function serverCookie(client: Buffer, address: string, secret: Buffer, now: number): Buffer {
  const head = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0])
  head.writeUInt32BE(now >>> 0, 4)
  return Buffer.concat([head, hash(client, head, address, secret)])
}

function hash(client: Buffer, head: Buffer, address: string, secret: Buffer): Buffer {
  return sipHash24(secret, Buffer.concat([client, head, addressOctets(address)]))
}

function addressOctets(address: string): Buffer {
  const ipv4 = parseIpv4(address)
  if (ipv4) return Buffer.from(ipv4)
  const groups = parseIpv6(address) ?? []
  return Buffer.from(groups.flatMap(group => [group >> 8, group & 0xff]))
}
