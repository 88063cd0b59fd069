/**
 * Rdata: the fields of each type in wire order. A new type is one line here.
 *
 * Read beside: RFC 1035 §3.3 and §3.4; the RFC of each line; RFC 3597 §4 (compression), §5 (types without a line)
 * Pure: octets and text in, values out, and back.
 */
import { TYPE, typeName } from '../wire/codes.ts'
import { lowerCase, type Name } from '../wire/name.ts'
import { TextError } from '../wire/name-text.ts'
import { FormatError, Reader } from '../wire/reader.ts'
import { Writer } from '../wire/writer.ts'
import { ipv4, ipv6 } from './address.ts'
import { checkDigest } from './digests.ts'
import { algorithm, certificateType, rrType, timestamp, typeBitmap } from './dnssec.ts'
import { compressedName, fullName, type RdataField, seconds, u8, u16, u32, type Words } from './field.ts'
import { location } from './location.ts'
import { base64Octets, eui48, eui64, halfAddress, hashedOwner, hexOctets, salt } from './octets.ts'
import {
  caaTag,
  characterString,
  characterStrings,
  isOpaqueMark,
  opaque,
  parseOpaque,
  quotedRest,
  restString,
} from './strings.ts'
import { svcParams } from './svcb.ts'

/**
 * Octets of rdata that one record in a zone may have. RDLENGTH allows 65535, but the header, question, owner and OPT must fit into the
 * same message.
 */
export const RDATA_LIMIT = 64_000

/** The fields of one record, by their names in the layout. */
export type Rdata = Readonly<Record<string, unknown>>

type Layout = Readonly<Record<string, RdataField<unknown>>>
type LayoutFields = readonly (readonly [name: string, field: RdataField<unknown>])[]
type RdataOf<L> = { readonly [Key in keyof L]: L[Key] extends RdataField<infer Value> ? Value : never }

const SOA = {
  mname: compressedName,
  rname: compressedName,
  serial: u32,
  refresh: seconds,
  retry: seconds,
  expire: seconds,
  minimum: seconds,
}
const TXT = { strings: characterStrings }
const SVCB = { priority: u16, target: fullName, params: svcParams }
const PREFERRED_NAME = { preference: u16, host: fullName }
const DS = { keyTag: u16, algorithm, digestType: u8, digest: hexOctets }
const DNSKEY = { flags: u16, protocol: u8, algorithm, publicKey: base64Octets }
const RRSIG = {
  typeCovered: rrType,
  algorithm,
  labels: u8,
  originalTtl: u32,
  expiration: timestamp,
  inception: timestamp,
  keyTag: u16,
  signer: fullName,
  signature: base64Octets,
}
const TLSA = { usage: u8, selector: u8, matchingType: u8, data: hexOctets }
const UNKNOWN = { octets: opaque }

/** One line for each type, in wire order. Types without a line are octets: `\# LENGTH HEX` (RFC 3597 §5). */
const LAYOUTS = {
  // RFC 1035 §3.3 and §3.4: the names of these types may be compressed.
  A: { address: ipv4 },
  NS: { nsdname: compressedName },
  MD: { host: compressedName },
  MF: { host: compressedName },
  CNAME: { target: compressedName },
  SOA,
  MB: { host: compressedName },
  MG: { mailbox: compressedName },
  MR: { mailbox: compressedName },
  PTR: { ptrdname: compressedName },
  HINFO: { cpu: characterString, os: characterString },
  MINFO: { mailbox: compressedName, errors: compressedName },
  MX: { preference: u16, exchange: compressedName },
  TXT,
  // Hosts, services and other names.
  RP: { mailbox: fullName, text: fullName }, // RFC 1183 §2.2
  AFSDB: { subtype: u16, host: fullName }, // RFC 1183 §1
  X25: { address: characterString }, // RFC 1183 §3.1
  ISDN: { strings: characterStrings }, // RFC 1183 §3.2
  RT: PREFERRED_NAME, // RFC 1183 §3.3
  PX: { preference: u16, map822: fullName, mapX400: fullName }, // RFC 2163 §4
  GPOS: { longitude: characterString, latitude: characterString, altitude: characterString }, // RFC 1712 §3
  AAAA: { address: ipv6 }, // RFC 3596 §2
  LOC: { location }, // RFC 1876
  SRV: { priority: u16, weight: u16, port: u16, target: fullName }, // RFC 2782
  NAPTR: {
    order: u16,
    preference: u16,
    flags: characterString,
    services: characterString,
    regexp: characterString,
    replacement: fullName,
  }, // RFC 3403 §4.1
  KX: PREFERRED_NAME, // RFC 2230 §3.1
  DNAME: { target: fullName }, // RFC 6672 §2.1
  SVCB, // RFC 9460
  HTTPS: SVCB,
  SPF: TXT, // RFC 7208 §3.1
  NID: { preference: u16, nodeId: halfAddress }, // RFC 6742 §2.1
  L32: { preference: u16, locator: ipv4 },
  L64: { preference: u16, locator: halfAddress },
  LP: PREFERRED_NAME,
  EUI48: { address: eui48 }, // RFC 7043 §3
  EUI64: { address: eui64 },
  URI: { priority: u16, weight: u16, target: quotedRest }, // RFC 7553 §4
  CAA: { flags: u8, tag: caaTag, value: restString }, // RFC 8659 §4
  AVC: TXT,
  RESINFO: TXT, // RFC 9606 §5
  WALLET: TXT,
  // Keys, digests and signatures.
  SIG: RRSIG, // RFC 2535 §4; RFC 3755
  KEY: DNSKEY,
  NXT: { next: fullName, bitmap: hexOctets }, // RFC 2535 §5; its text form is not supported
  CERT: { certificateType, keyTag: u16, algorithm, certificate: base64Octets }, // RFC 4398 §2
  DS, // RFC 4034 §5
  SSHFP: { algorithm: u8, fingerprintType: u8, fingerprint: hexOctets }, // RFC 4255 §3
  RRSIG, // RFC 4034 §3
  NSEC: { next: fullName, types: typeBitmap }, // RFC 4034 §4
  DNSKEY, // RFC 4034 §2
  DHCID: { digest: base64Octets }, // RFC 4701 §3.1
  NSEC3: { hash: u8, flags: u8, iterations: u16, salt, nextHashed: hashedOwner, types: typeBitmap }, // RFC 5155 §3
  NSEC3PARAM: { hash: u8, flags: u8, iterations: u16, salt }, // RFC 5155 §4
  TLSA, // RFC 6698 §2
  SMIMEA: TLSA, // RFC 8162 §2
  CDS: DS, // RFC 7344 §3
  CDNSKEY: DNSKEY,
  OPENPGPKEY: { key: base64Octets }, // RFC 7929 §2
  CSYNC: { serial: u32, flags: u16, types: typeBitmap }, // RFC 7477 §2.1
  ZONEMD: { serial: u32, scheme: u8, hash: u8, digest: hexOctets }, // RFC 8976 §2
  TA: DS,
  DLV: DS, // RFC 4431 §2
} as const

export type Address = RdataOf<typeof LAYOUTS.A>
export type Ns = RdataOf<typeof LAYOUTS.NS>
export type Cname = RdataOf<typeof LAYOUTS.CNAME>
export type Dname = RdataOf<typeof LAYOUTS.DNAME>
export type Soa = RdataOf<typeof SOA>
export type Mx = RdataOf<typeof LAYOUTS.MX>
export type Srv = RdataOf<typeof LAYOUTS.SRV>
export type Svcb = RdataOf<typeof SVCB>
export type HostName = RdataOf<typeof LAYOUTS.AFSDB>
export type Rrsig = RdataOf<typeof RRSIG>

const FIELDS = new Map<number, LayoutFields>(
  Object.entries<Layout>(LAYOUTS).map(([name, layout]) => [TYPE[name as keyof typeof LAYOUTS], Object.entries(layout)]),
)
const UNKNOWN_FIELDS: LayoutFields = Object.entries<RdataField<unknown>>(UNKNOWN)

/** @throws FormatError when the octets do not match the layout of the type */
export function decodeRdata(type: number, reader: Reader, length: number): Rdata {
  const end = reader.offset + length
  const data: Record<string, unknown> = {}
  for (const [name, field] of fieldsOf(type)) {
    data[name] = field.decode(reader, end)
    if (reader.offset > end) throw new FormatError(`${name} goes beyond the rdata`)
  }
  return data
}

/** Writes the fields of a type in wire order; the RDLENGTH before them is written by the caller. */
export function encodeRdata(type: number, data: Rdata, writer: Writer): void {
  for (const [name, field] of fieldsOf(type)) field.encode(data[name], writer)
}

/** Reads the rdata of one record of a master file. @throws TextError; FormatError for octets (`\#`) that do not match the type */
export function parseRdata(type: number, words: Words): Rdata {
  const data = parseFields(type, words)
  checkDigest(type, data)
  const { length } = rdataOctets(type, data)
  if (length <= RDATA_LIMIT) return data
  throw new TextError(`the data of one record has ${length} octets; the limit is ${RDATA_LIMIT}`)
}

function parseFields(type: number, words: Words): Rdata {
  const first = words.next('rdata')
  // Any type may be written as octets (RFC 3597 §5).
  if (isOpaqueMark(first)) {
    const octets = parseOpaque(words)
    const reader = new Reader(octets)
    const data = decodeRdata(type, reader, octets.length)
    if (reader.remaining > 0) throw new FormatError('more octets after \\# than the type has')
    return data
  }
  // A type without a layout, or without a text form, has only the form above.
  if (!FIELDS.has(type) || type === TYPE.NXT) {
    throw new TextError(`${typeName(type)} has no text form here: write TYPE${type} \\# LENGTH HEX (RFC 3597 §5)`)
  }
  let firstIsNext = true
  const all: Words = {
    origin: words.origin,
    get done() {
      return !firstIsNext && words.done
    },
    next: what => {
      if (!firstIsNext) return words.next(what)
      firstIsNext = false
      return first
    },
  }
  return Object.fromEntries(fieldsOf(type).map(([name, field]) => [name, field.parse(all, name)]))
}

/** The rdata in the form of a master file, with complete names. */
export function formatRdata(type: number, data: Rdata): string {
  if (type === TYPE.NXT) return opaque.format(rdataOctets(type, data))
  return fieldsOf(type)
    .map(([name, field]) => field.format(data[name]))
    .filter(text => text !== '')
    .join(' ')
}

/** The rdata as octets, names uncompressed and in lower case. Two records are the same when these are equal (RFC 2181 §5, RFC 4034 §6.2). */
export function rdataOctets(type: number, data: Rdata): Buffer {
  const writer = new Writer(64)
  for (const [name, field] of fieldsOf(type)) {
    const value = data[name]
    field.encode(isName(field) ? (value as Name).map(lowerCase) : value, writer)
  }
  return writer.finish()
}

/** The names in the rdata. */
export function namesIn(type: number, data: Rdata): Name[] {
  return fieldsOf(type).flatMap(([key, field]) => (isName(field) ? [data[key] as Name] : []))
}

function isName(field: RdataField<unknown>): boolean {
  return field === (compressedName as RdataField<unknown>) || field === (fullName as RdataField<unknown>)
}

function fieldsOf(type: number): LayoutFields {
  return FIELDS.get(type) ?? UNKNOWN_FIELDS
}
