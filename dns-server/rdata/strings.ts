/**
 * Text and plain octets in rdata: character-strings (TXT, HINFO), the tag and value of CAA, and rdata of unknown type.
 *
 * Read beside: RFC 1035 §3.3 (character-string), §5.1 (quotes and escapes); RFC 8659 §4.1 (CAA); RFC 3597 §5 (`\# 2 abcd`)
 * Pure: octets and text in, octets and text out.
 */
import { readEscape, TextError } from '../wire/name-text.ts'
import { FormatError } from '../wire/reader.ts'
import type { RdataField, Word, Words } from './field.ts'

/** A length octet and up to 255 octets. Every character of the string is one octet. */
export const characterString: RdataField<string> = {
  decode: reader => reader.bytes(reader.u8()).toString('latin1'),
  encode: (text, writer) => {
    writer.u8(text.length)
    writer.latin1(text)
  },
  parse: (words, what) => {
    const text = octetsOf(words.next(what))
    if (text.length <= 255) return text
    throw new TextError(
      `${what}: a string of ${text.length} octets; the limit is 255, but several strings may follow each other`,
    )
  },
  format: quoteString,
}

/** One or more character-strings, to the end of the rdata. */
export const characterStrings: RdataField<readonly string[]> = {
  decode: (reader, end) => {
    const strings = [characterString.decode(reader, end)]
    while (reader.offset < end) strings.push(characterString.decode(reader, end))
    return strings
  },
  encode: (strings, writer) => {
    for (const string of strings) characterString.encode(string, writer)
  },
  parse: (words, what) => {
    const strings = [characterString.parse(words, what)]
    while (!words.done) strings.push(characterString.parse(words, what))
    return strings
  },
  format: strings => strings.map(quoteString).join(' '),
}

const CAA_TAG = /^[a-z0-9]{1,255}$/i

/** CAA's property tag: "ASCII letters and numbers", length-prefixed. */
export const caaTag: RdataField<string> = {
  ...characterString,
  decode: (reader, end) => {
    const tag = characterString.decode(reader, end)
    if (CAA_TAG.test(tag)) return tag
    throw new FormatError('a CAA tag has letters and digits only (RFC 8659 §4.1)')
  },
  parse: (words, what) => {
    const { text } = words.next(what)
    if (CAA_TAG.test(text)) return text
    throw new TextError(`${what}: ${JSON.stringify(text)} is not a CAA tag; write letters and digits, as in issue`)
  },
  format: tag => tag,
}

/** All remaining octets, without a length: the value of CAA, the target of URI. */
export const restString: RdataField<string> = {
  decode: (reader, end) => reader.bytes(Math.max(0, end - reader.offset)).toString('latin1'),
  encode: (text, writer) => writer.latin1(text),
  parse: (words, what) => octetsOf(words.next(what)),
  format: quoteString,
}

/** The target of URI: all remaining octets; in quotes in text (RFC 7553 §4.4). */
export const quotedRest: RdataField<string> = {
  ...restString,
  parse: (words, what) => {
    const word = words.next(what)
    if (word.quoted) return octetsOf(word)
    throw new TextError(`${what}: write this value in quotes`)
  },
}

/** Rdata of a type without a layout: `\# LENGTH HEX…`. */
export const opaque: RdataField<Buffer> = {
  decode: (reader, end) => reader.bytes(end - reader.offset),
  encode: (octets, writer) => writer.bytes(octets),
  parse: parseOpaque,
  format: octets => `\\# ${octets.length}${octets.length === 0 ? '' : ` ${octets.toString('hex')}`}`,
}

/** Whether a word is the `\#` before rdata in hexadecimal digits (RFC 3597 §5). In quotes it is text. */
export function isOpaqueMark(word: Word): boolean {
  return word.text === '\\#' && !word.quoted
}

/** Reads the words after `\#`. */
export function parseOpaque(words: Words): Buffer {
  const { text } = words.next('length')
  if (!/^\d{1,5}$/.test(text) || Number(text) > 0xffff)
    throw new TextError(`\\#: ${JSON.stringify(text)} is not a length`)
  let hex = ''
  while (!words.done) hex += words.next('hex').text
  if (!/^([0-9a-f]{2})*$/i.test(hex)) throw new TextError('\\#: write pairs of hexadecimal digits')
  if (hex.length / 2 === Number(text)) return Buffer.from(hex, 'hex')
  throw new TextError(`\\# announces ${text} octets, but ${hex.length / 2} follow`)
}

/** The octets of a word, with its escapes resolved. */
export function octetsOf({ text }: Word): string {
  let octets = ''
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== '\\') {
      octets += text[i]
      continue
    }
    const escaped = readEscape(text, i)
    octets += escaped.octet
    i += escaped.length - 1
  }
  return octets
}

/** In quotes, with every octet that is not printable ASCII as `\DDD`. */
export function quoteString(octets: string): string {
  const escaped = octets.replace(/[^ -~]|["\\]/g, character =>
    /["\\]/.test(character) ? `\\${character}` : `\\${String(character.charCodeAt(0)).padStart(3, '0')}`,
  )
  return `"${escaped}"`
}
