/**
 * A field of rdata in its two forms: octets on the wire, and words in a master file. Names and numbers are defined here.
 *
 * Read beside: RFC 1035 §3.3 (the formats that layouts.ts describes), RFC 3597 §4 (which names may be compressed)
 * Pure: octets and text in, values out, and back.
 */
import { decodeName, type Name } from '../wire/name.ts'
import { formatName, parseName, TextError } from '../wire/name-text.ts'
import type { Reader } from '../wire/reader.ts'
import type { Writer } from '../wire/writer.ts'

/** One word of a master file: its characters as written, with escapes. */
export interface Word {
  readonly text: string
  readonly quoted: boolean
}

/** The words of one record, read one after the other. */
export interface Words {
  /** The name that is appended to relative names. */
  readonly origin: Name
  readonly done: boolean
  /** @throws TextError naming `what` when there is no word left */
  next(what: string): Word
}

export interface RdataField<T> {
  /** @param end the offset after the rdata, for a field that takes all remaining octets */
  decode(reader: Reader, end: number): T
  encode(value: T, writer: Writer): void
  /** @param what the field's name, for the error message */
  parse(words: Words, what: string): T
  format(value: T): string
}

/** A name in the types of RFC 1035. Only these may be compressed, because every receiver knows where their names are. */
export const compressedName: RdataField<Name> = {
  decode: decodeName,
  encode: (name, writer) => writer.compressedName(name),
  parse: (words, what) => parseName(words.next(what).text, words.origin),
  format: formatName,
}

/** A name in a later type. Pointers are understood ("MUST decompress", RFC 3597 §4), but never written. */
export const fullName: RdataField<Name> = { ...compressedName, encode: (name, writer) => writer.name(name) }

export const u8 = unsigned(8)
export const u16 = unsigned(16)
export const u32 = unsigned(32)

/** Seconds. Master files may say `1h30m` as well (not in RFC 1035; BIND, NSD and Knot all read it). */
export const seconds: RdataField<number> = { ...u32, parse: (words, what) => parseSeconds(words.next(what).text, what) }

const UNIT = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

/** `300`, `5m`, `1h30m`, `1W2D`: seconds. @throws TextError when it has another form, or exceeds 2^32−1 */
export function parseSeconds(text: string, what: string): number {
  const total = /^\d+$/.test(text)
    ? Number(text)
    : [...text.toLowerCase().matchAll(/(\d+)([smhdw])/g)].reduce(
        (sum, [, count, unit]) => sum + Number(count) * UNIT[unit as keyof typeof UNIT],
        0,
      )
  if (!isSeconds(text))
    throw new TextError(`${what}: ${JSON.stringify(text)} is not a time; write seconds, or units as in 1h30m`)
  if (total > 0xffffffff) throw new TextError(`${what}: ${text} is more than ${0xffffffff} seconds`)
  return total
}

/** Whether a word has the form of a time: this distinguishes a TTL from a type. */
export function isSeconds(text: string): boolean {
  return /^(\d+|(\d+[smhdw])+)$/i.test(text)
}

function unsigned(bits: 8 | 16 | 32): RdataField<number> {
  const key = `u${bits}` as const
  const max = 2 ** bits - 1
  return {
    decode: reader => reader[key](),
    encode: (value, writer) => writer[key](value),
    parse: (words, what) => {
      const { text } = words.next(what)
      if (/^\d{1,10}$/.test(text) && Number(text) <= max) return Number(text)
      throw new TextError(`${what}: ${JSON.stringify(text)} is not a whole number from 0 to ${max}`)
    },
    format: String,
  }
}
