/**
 * Rdata: the fields of each type in wire order. A new type is one line here.
 *
 * Read beside: RFC 1035 §3.3 and §3.4, RFC 3596 (AAAA), RFC 2782 (SRV), RFC 8659 (CAA), RFC 9460 (SVCB, HTTPS);
 *   RFC 3597 for every other type
 * Pure: octets and text in, values out, and back.
 */
import { TYPE } from '../wire/codes.ts'
import { lowerCase, type Name } from '../wire/name.ts'
import { TextError } from '../wire/name-text.ts'
import { FormatError, Reader } from '../wire/reader.ts'
import { Writer } from '../wire/writer.ts'
import { ipv4, ipv6 } from './address.ts'
import { compressedName, fullName, type RdataField, seconds, u8, u16, u32, type Words } from './field.ts'
import { caaTag, caaValue, characterString, characterStrings, isOpaqueMark, opaque, parseOpaque } from './strings.ts'
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

const A = { address: ipv4 }
const NS = { nsdname: compressedName }
const CNAME = { target: compressedName }
const SOA = {
  mname: compressedName,
  rname: compressedName,
  serial: u32,
  refresh: seconds,
  retry: seconds,
  expire: seconds,
  minimum: seconds,
}
const PTR = { ptrdname: compressedName }
const HINFO = { cpu: characterString, os: characterString }
const MX = { preference: u16, exchange: compressedName }
const TXT = { strings: characterStrings }
const AAAA = { address: ipv6 }
const SRV = { priority: u16, weight: u16, port: u16, target: fullName }
const SVCB = { priority: u16, target: fullName, params: svcParams }
const CAA = { flags: u8, tag: caaTag, value: caaValue }
const UNKNOWN = { octets: opaque }

export type Address = RdataOf<typeof A>
export type Ns = RdataOf<typeof NS>
export type Cname = RdataOf<typeof CNAME>
export type Soa = RdataOf<typeof SOA>
export type Mx = RdataOf<typeof MX>
export type Srv = RdataOf<typeof SRV>
export type Svcb = RdataOf<typeof SVCB>

const LAYOUTS = new Map<number, Layout>([
  [TYPE.A, A],
  [TYPE.NS, NS],
  [TYPE.CNAME, CNAME],
  [TYPE.SOA, SOA],
  [TYPE.PTR, PTR],
  [TYPE.HINFO, HINFO],
  [TYPE.MX, MX],
  [TYPE.TXT, TXT],
  [TYPE.AAAA, AAAA],
  [TYPE.SRV, SRV],
  [TYPE.SVCB, SVCB],
  [TYPE.HTTPS, SVCB],
  [TYPE.CAA, CAA],
])

const FIELDS = new Map<number, LayoutFields>([...LAYOUTS].map(([type, layout]) => [type, Object.entries(layout)]))
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

export function encodeRdata(type: number, data: Rdata, writer: Writer): void {
  for (const [name, field] of fieldsOf(type)) field.encode(data[name], writer)
}

/** Reads the rdata of one record of a master file. @throws TextError; FormatError for octets (`\#`) that do not match the type */
export function parseRdata(type: number, words: Words): Rdata {
  const data = parseFields(type, words)
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

/** The host whose addresses the client needs next, for types that name one (RFC 1035 §3.3: "additional section processing"). */
export function targetOf(type: number, data: Rdata): Name | undefined {
  if (type === TYPE.NS) return (data as Ns).nsdname
  if (type === TYPE.MX) return (data as Mx).exchange
  if (type === TYPE.SRV || type === TYPE.SVCB || type === TYPE.HTTPS) return (data as Srv | Svcb).target
  return undefined
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
