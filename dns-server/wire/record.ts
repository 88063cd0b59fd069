/**
 * Resource records, and RRsets: all records of one owner, class and type. Answers consist of RRsets.
 *
 *     +--+--+--+--+--+--+--+--+
 *     /         NAME          /
 *     |         TYPE          |  16 bits
 *     |         CLASS         |  16 bits
 *     |          TTL          |  32 bits, seconds
 *     |        RDLENGTH       |  16 bits
 *     /         RDATA         /
 *     +--+--+--+--+--+--+--+--+
 *
 * Read beside: RFC 1035 §4.1.3, RFC 2181 §5 (RRsets), §8 (TTL)
 * Pure: octets in, records out, and back.
 */
import { decodeRdata, encodeRdata, type Rdata } from '../rdata/layouts.ts'
import { decodeName, type Name } from './name.ts'
import { FormatError, type Reader } from './reader.ts'
import type { Writer } from './writer.ts'

export interface ResourceRecord {
  readonly name: Name
  readonly type: number
  readonly class: number
  /** Seconds, 0…2^31−1. */
  readonly ttl: number
  readonly data: Rdata
}

/** RFC 2181 §5.2: "the TTLs of all RRs in an RRSet must be the same". */
export interface Rrset {
  readonly name: Name
  readonly type: number
  readonly class: number
  readonly ttl: number
  /** For RRSIG only, whose records have the TTLs of the types that they cover (RFC 4034 §3). In the order of `data`. */
  readonly ttls?: readonly number[]
  readonly data: readonly Rdata[]
}

export const TTL_LIMIT = 0x7fffffff

/** Reads one record; its TTL is in seconds. @throws FormatError when octets are missing, and for rdata that does not fill its RDLENGTH */
export function decodeRecord(reader: Reader): ResourceRecord {
  const name = decodeName(reader)
  const type = reader.u16()
  const klass = reader.u16()
  const ttl = reader.u32()
  const length = reader.u16()
  const end = reader.offset + length
  if (length > reader.remaining) throw new FormatError(`RDLENGTH is ${length}, but ${reader.remaining} octets are left`)
  const data = decodeRdata(type, reader, length)
  if (reader.offset !== end) throw new FormatError(`the rdata of type ${type} does not fill its RDLENGTH of ${length}`)
  // "treat TTL values received with the most significant bit set as if the entire value received was zero" (RFC 2181 §8)
  return { name, type, class: klass, ttl: ttl > TTL_LIMIT ? 0 : ttl, data }
}

/** Writes one record. RDLENGTH is known after the rdata has been written, and is put in its place then. */
export function encodeRecord({ name, type, class: klass, ttl, data }: ResourceRecord, writer: Writer): void {
  writer.compressedName(name)
  writer.u16(type)
  writer.u16(klass)
  writer.u32(ttl)
  writer.lengthPrefixed(() => encodeRdata(type, data, writer))
}

/** The records of an RRset, in its order. */
export function recordsOf({ name, type, class: klass, ttl, ttls, data }: Rrset): ResourceRecord[] {
  return data.map((data, i) => ({ name, type, class: klass, ttl: ttls?.[i] ?? ttl, data }))
}
