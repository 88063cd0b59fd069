/**
 * The header: twelve octets at the beginning of every message.
 *
 *       0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15
 *     +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
 *     |                      ID                       |
 *     |QR|   Opcode  |AA|TC|RD|RA| Z|AD|CD|   RCODE   |
 *     |                    QDCOUNT                    |
 *     |                    ANCOUNT                    |
 *     |                    NSCOUNT                    |
 *     |                    ARCOUNT                    |
 *     +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
 *
 * Read beside: RFC 1035 §4.1.1; RFC 4035 §3.1.6 and §3.2.2 (ad, cd)
 * Pure: octets in, a header out, and back.
 */
import type { Reader } from './reader.ts'
import type { Writer } from './writer.ts'

export const HEADER_LENGTH = 12

/** The flags have the letters that dig prints. */
export interface Header {
  readonly id: number
  /** false: a query; true: a response */
  readonly qr: boolean
  readonly opcode: number
  /** authoritative answer */
  readonly aa: boolean
  /** truncated: ask again over TCP */
  readonly tc: boolean
  /** recursion desired: copied from the query */
  readonly rd: boolean
  /** recursion available: never set, because this server answers from its own zones only */
  readonly ra: boolean
  /** authentic data, checking disabled: for DNSSEC */
  readonly ad: boolean
  readonly cd: boolean
  /** The low four bits; the upper eight are in EDNS. */
  readonly rcode: number
}

export interface SectionCounts {
  readonly qdcount: number
  readonly ancount: number
  readonly nscount: number
  readonly arcount: number
}

const QR = 0x8000
const AA = 0x0400
const TC = 0x0200
const RD = 0x0100
const RA = 0x0080
const AD = 0x0020
const CD = 0x0010

/** Reads the first 12 octets of a message. @throws FormatError when there are fewer octets */
export function decodeHeader(reader: Reader): Header & SectionCounts {
  const id = reader.u16()
  const flags = reader.u16()
  return {
    id,
    qr: (flags & QR) !== 0,
    opcode: (flags >> 11) & 0xf,
    aa: (flags & AA) !== 0,
    tc: (flags & TC) !== 0,
    rd: (flags & RD) !== 0,
    ra: (flags & RA) !== 0,
    ad: (flags & AD) !== 0,
    cd: (flags & CD) !== 0,
    rcode: flags & 0xf,
    qdcount: reader.u16(),
    ancount: reader.u16(),
    nscount: reader.u16(),
    arcount: reader.u16(),
  }
}

/** Writes 12 octets. Of the rcode only the low four bits are in the header; the others are in the OPT record (RFC 6891 §6.1.3). */
export function encodeHeader(header: Header, counts: SectionCounts, writer: Writer): void {
  const { qr, aa, tc, rd, ra, ad, cd } = header
  const bits =
    (qr ? QR : 0) | (aa ? AA : 0) | (tc ? TC : 0) | (rd ? RD : 0) | (ra ? RA : 0) | (ad ? AD : 0) | (cd ? CD : 0)
  writer.u16(header.id)
  writer.u16(bits | (header.opcode << 11) | (header.rcode & 0xf))
  writer.u16(counts.qdcount)
  writer.u16(counts.ancount)
  writer.u16(counts.nscount)
  writer.u16(counts.arcount)
}
