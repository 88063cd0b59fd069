/**
 * EDNS(0): the OPT pseudo-record of the additional section. It adds flags, a payload size and options to a message.
 *
 *     NAME   root                          TTL    | EXTENDED-RCODE |   VERSION   |
 *     TYPE   41                                   |DO|            Z              |
 *     CLASS  payload size of the sender    RDATA  { OPTION-CODE, OPTION-LENGTH, OPTION-DATA } …
 *
 * Read beside: RFC 6891 §6.1
 * Pure: octets in, an Edns out, and back.
 */
import { TYPE } from './codes.ts'
import { FormatError, type Reader } from './reader.ts'
import type { Writer } from './writer.ts'

/** RFC 5001 (nsid), 7873 (cookie), 8914 (ede). */
export const OPTION = { NSID: 3, COOKIE: 10, EDE: 15 } as const

export interface EdnsOption {
  readonly code: number
  readonly data: Buffer
}

export interface Edns {
  /** The largest UDP message that the sender can receive, in octets. */
  readonly payload: number
  /** The upper eight bits of the rcode. */
  readonly extendedRcode: number
  readonly version: number
  /** DNSSEC OK (RFC 3225): copied into the response. */
  readonly do: boolean
  readonly options: readonly EdnsOption[]
}

const DO = 0x8000

/** Octets that a UDP response may have with EDNS, so that it needs no fragmentation (RFC 9715 §3.1; DNS flag day 2020). */
export const EDNS_LIMIT = 1232

/** Octets of an OPT without options: root, type, class, TTL, RDLENGTH. */
export const OPT_LENGTH = 11

/** Reads an OPT record after its NAME and TYPE. @throws FormatError when the options do not fill the rdata exactly */
export function decodeEdns(reader: Reader): Edns {
  const payload = reader.u16()
  const extendedRcode = reader.u8()
  const version = reader.u8()
  const flags = reader.u16()
  const end = reader.u16() + reader.offset
  const options: EdnsOption[] = []
  while (reader.offset < end) {
    reader.itemsRead++
    const code = reader.u16()
    options.push({ code, data: reader.bytes(reader.u16()) })
  }
  if (reader.offset !== end) throw new FormatError('an EDNS option is longer than the OPT record (RFC 6891 §6.1.2)')
  return { payload, extendedRcode, version, do: (flags & DO) !== 0, options }
}

/** Writes an OPT record: the root as its name, the payload size as its class, and flags in place of the TTL (RFC 6891 §6.1.2). */
export function encodeEdns(edns: Edns, writer: Writer): void {
  writer.u8(0)
  writer.u16(TYPE.OPT)
  writer.u16(edns.payload)
  writer.u8(edns.extendedRcode)
  writer.u8(edns.version)
  writer.u16(edns.do ? DO : 0)
  writer.lengthPrefixed(() => {
    for (const { code, data } of edns.options) {
      writer.u16(code)
      writer.lengthPrefixed(() => writer.bytes(data))
    }
  })
}

/** The data of the first option of that code. Undefined in other versions than 0: their options may mean something else. */
export function optionData(edns: Edns | undefined, code: number): Buffer | undefined {
  if (edns === undefined || edns.version > 0) return undefined
  return edns.options.find(option => option.code === code)?.data
}

/** An extended DNS error: INFO-CODE in two octets, then text (RFC 8914 §2). */
export function encodeExplanation({ code, text }: { readonly code: number; readonly text: string }): EdnsOption {
  const data = Buffer.alloc(2)
  data.writeUInt16BE(code)
  return { code: OPTION.EDE, data: Buffer.concat([data, Buffer.from(text, 'utf8')]) }
}

/** Without explanations: they are left out first when a message is too large (RFC 8914 §3). */
export function withoutExplanation(edns: Edns): Edns {
  return { ...edns, options: edns.options.filter(({ code }) => code !== OPTION.EDE) }
}

/** Octets that {@link encodeEdns} will write: this much of a message is kept free for them. */
export function ednsLength(edns: Edns | undefined): number {
  return edns === undefined ? 0 : edns.options.reduce((length, { data }) => length + 4 + data.length, OPT_LENGTH)
}
