/**
 * Fields of the DNSSEC types: mnemonics of types and algorithms, times, and sets of types.
 *
 * Read beside: RFC 4034 §3.2 (RRSIG), §4.1.2 and §4.2 (the bitmap of NSEC), Appendix A.1 (algorithms); RFC 3597 §5 (`TYPE65280`)
 * Pure: octets and text in, values and text out.
 */
import { typeName, typeNumber } from '../wire/codes.ts'
import { TextError } from '../wire/name-text.ts'
import { FormatError } from '../wire/reader.ts'
import { type RdataField, u8, u16, u32 } from './field.ts'

/** A type, by name in text. */
export const rrType: RdataField<number> = {
  ...u16,
  parse: (words, what) => typeFrom(words.next(what).text, what),
  format: typeName,
}

/** Algorithms by number; a zone file may have the number or the mnemonic. */
const ALGORITHMS: Readonly<Record<string, number>> = {
  ...{
    RSAMD5: 1,
    DH: 2,
    DSA: 3,
    RSASHA1: 5,
    'DSA-NSEC3-SHA1': 6,
    'RSASHA1-NSEC3-SHA1': 7,
    RSASHA256: 8,
    RSASHA512: 10,
  },
  ...{
    'ECC-GOST': 12,
    ECDSAP256SHA256: 13,
    ECDSAP384SHA384: 14,
    ED25519: 15,
    ED448: 16,
    INDIRECT: 252,
    PRIVATEDNS: 253,
    PRIVATEOID: 254,
  },
}

export const algorithm = withMnemonics(u8, ALGORITHMS)

/** Types of certificates (RFC 4398 §2.1). */
export const certificateType = withMnemonics(u16, {
  ...{ PKIX: 1, SPKI: 2, PGP: 3, IPKIX: 4, ISPKI: 5, IPGP: 6, ACPKIX: 7, IACPKIX: 8, URI: 253, OID: 254 },
})

/** A number that may be written as a word. */
function withMnemonics(number: RdataField<number>, mnemonics: Readonly<Record<string, number>>): RdataField<number> {
  return {
    ...number,
    parse: (words, what) => {
      const word = words.next(what)
      return mnemonics[word.text.toUpperCase()] ?? number.parse({ origin: [], done: false, next: () => word }, what)
    },
  }
}

/** Seconds since 1970 in 32 bits; `20260131235959` (UTC) or the number itself in text (RFC 4034 §3.2). */
export const timestamp: RdataField<number> = {
  ...u32,
  parse: (words, what) => {
    const word = words.next(what)
    const [, ...parts] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(word.text) ?? []
    if (parts.length === 0) return u32.parse({ origin: [], done: false, next: () => word }, what)
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number)
    const seconds = Date.UTC(year, month - 1, day, hour, minute, second) / 1000
    // A date such as 31 February becomes another one.
    if (formatTime(seconds) === word.text) return seconds >>> 0
    throw new TextError(`${what}: ${JSON.stringify(word.text)} is not a time; write it as in 20260131235959`)
  },
  format: formatTime,
}

function formatTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/\D/g, '').slice(0, 14)
}

/** A set of types: windows of 256 types, each a number, a length, and up to 32 octets of bits (RFC 4034 §4.1.2). */
export const typeBitmap: RdataField<readonly number[]> = {
  decode: (reader, end) => {
    const types: number[] = []
    let last = -1
    while (reader.offset < end) {
      const window = reader.u8()
      const length = reader.u8()
      if (window <= last || length === 0 || length > 32 || reader.offset + length > end) {
        throw new FormatError('the type bitmap is malformed (RFC 4034 §4.1.2)')
      }
      const bits = reader.bytes(length)
      // "Trailing zero octets in the bitmap MUST be omitted" (§4.1.2).
      if (bits.at(-1) === 0) throw new FormatError('the type bitmap has trailing zero octets (RFC 4034 §4.1.2)')
      for (let i = 0; i < 8 * length; i++)
        if ((bits[i >> 3] as number) & (0x80 >> (i & 7))) types.push((window << 8) | i)
      last = window
    }
    return types
  },
  encode: (types, writer) => {
    const windows = new Map<number, Buffer>()
    for (const type of types) {
      const bits = windows.get(type >> 8) ?? Buffer.alloc(32)
      const at = (type & 0xff) >> 3
      bits[at] = (bits[at] as number) | (0x80 >> (type & 7))
      windows.set(type >> 8, bits)
    }
    for (const [window, bits] of [...windows].sort(([a], [b]) => a - b)) {
      const length = bits.findLastIndex(octet => octet !== 0) + 1
      writer.u8(window)
      writer.u8(length)
      writer.bytes(bits.subarray(0, length))
    }
  },
  parse: (words, what) => {
    const types = new Set<number>()
    while (!words.done) types.add(typeFrom(words.next(what).text, what))
    return [...types].sort((a, b) => a - b)
  },
  format: types => types.map(typeName).join(' '),
}

function typeFrom(word: string, what: string): number {
  const type = typeNumber(word)
  if (type !== undefined) return type
  throw new TextError(`${what}: ${JSON.stringify(word)} is not a type`)
}
