/**
 * Octets in rdata that have a text form of their own: hexadecimal, base64, base32, and hexadecimal with separators.
 *
 * Read beside: RFC 4648 §4, §7, §8 (the encodings); RFC 4034 §2.2, §5.3 (keys, digests); RFC 5155 §3.3 (salts); RFC 7043 §3.2 and
 *   RFC 6742 §2.1.2 (`00-00-5e-…`, `2001:0db8:…`)
 * Pure: octets and text in, octets and text out.
 */
import { TextError } from '../wire/name-text.ts'
import { FormatError, type Reader } from '../wire/reader.ts'
import type { RdataField, Words } from './field.ts'

/** Hexadecimal to the end of the rdata, in one word or several; at least one octet. */
export const hexOctets = remaining('hex', /^([0-9a-f]{2})+$/i, 'pairs of hexadecimal digits')

/** Base64 to the end of the rdata, in one word or several; at least one octet. */
export const base64Octets = remaining(
  'base64',
  /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}(==)?|[A-Za-z0-9+/]{3}=?)?$/,
  'base64',
)

function remaining(encoding: 'hex' | 'base64', form: RegExp, what: string): RdataField<Buffer> {
  return {
    decode: (reader, end) => {
      if (end <= reader.offset) throw new FormatError('the rdata ends before its last field')
      return reader.bytes(end - reader.offset)
    },
    encode: (octets, writer) => writer.bytes(octets),
    parse: (words, name) => {
      let text = words.next(name).text
      while (!words.done) text += words.next(name).text
      const octets = Buffer.from(text, encoding)
      if (!form.test(text) || octets.length === 0) throw new TextError(`${name}: ${quoteShort(text)} is not ${what}`)
      return octets
    },
    format: octets => octets.toString(encoding),
  }
}

/** The salt of NSEC3: a length octet and octets; hexadecimal, or `-` for none (RFC 5155 §3.3). */
export const salt: RdataField<Buffer> = {
  decode: lengthAndOctets,
  encode: (octets, writer) => {
    writer.u8(octets.length)
    writer.bytes(octets)
  },
  parse: (words, name) => {
    const { text } = words.next(name)
    if (text === '-') return Buffer.alloc(0)
    if (/^([0-9a-f]{2}){1,255}$/i.test(text)) return Buffer.from(text, 'hex')
    throw new TextError(`${name}: ${quoteShort(text)} is not pairs of hexadecimal digits`)
  },
  format: octets => (octets.length === 0 ? '-' : octets.toString('hex')),
}

const BASE32HEX = '0123456789abcdefghijklmnopqrstuv'

/** The hashed owner of NSEC3: a length octet and octets; base32 with the extended hex alphabet, without padding (RFC 5155 §3.3). */
export const hashedOwner: RdataField<Buffer> = {
  ...salt,
  decode: (reader, end) => {
    const octets = lengthAndOctets(reader, end)
    if (octets.length === 0) throw new FormatError('the rdata ends before its last field')
    return octets
  },
  parse: (words, name) => {
    const text = words.next(name).text.toLowerCase()
    const digits = [...text].map(digit => BASE32HEX.indexOf(digit))
    const octets = Buffer.alloc(Math.floor((digits.length * 5) / 8))
    digits.forEach((digit, i) => {
      for (let bit = 0; bit < 5; bit++) {
        const at = 5 * i + bit
        if ((digit >> (4 - bit)) & 1 && at < 8 * octets.length)
          octets[at >> 3] = (octets[at >> 3] as number) | (0x80 >> (at & 7))
      }
    })
    if (octets.length > 0 && octets.length < 256 && !digits.includes(-1)) return octets
    throw new TextError(`${name}: ${quoteShort(text)} is not base32 with the digits 0 to 9 and A to V`)
  },
  format: octets => {
    let text = ''
    for (let at = 0; at < 8 * octets.length; at += 5) {
      let digit = 0
      for (let bit = at; bit < at + 5; bit++) digit = (digit << 1) | (((octets[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1)
      text += BASE32HEX[digit]
    }
    return text
  },
}

/** `00-00-5e-00-53-2a`: an EUI-48 or EUI-64 (RFC 7043 §3.2, §4.2). */
export const eui48 = groups(6, 2, '-')
export const eui64 = groups(8, 2, '-')
/** `2001:0db8:1140:1000`: the upper or lower half of an IPv6 address (RFC 6742 §2.1.2). */
export const halfAddress = groups(8, 4, ':')

function groups(length: number, digits: 2 | 4, separator: string): RdataField<Buffer> {
  const count = (2 * length) / digits
  const form = new RegExp(
    `^[0-9a-f]{${digits === 2 ? '2' : '1,4'}}(${separator}[0-9a-f]{${digits === 2 ? '2' : '1,4'}}){${count - 1}}$`,
    'i',
  )
  return {
    decode: reader => reader.bytes(length),
    encode: (octets, writer) => writer.bytes(octets),
    parse: (words: Words, name) => {
      const { text } = words.next(name)
      if (!form.test(text))
        throw new TextError(`${name}: ${quoteShort(text)} is not ${count} groups of hexadecimal digits`)
      return Buffer.from(
        text
          .split(separator)
          .map(group => group.padStart(digits, '0'))
          .join(''),
        'hex',
      )
    },
    format: octets => (octets.toString('hex').match(new RegExp(`.{${digits}}`, 'g')) ?? []).join(separator),
  }
}

function lengthAndOctets(reader: Reader, end: number): Buffer {
  const length = reader.u8()
  if (reader.offset + length > end) throw new FormatError('a length goes beyond the rdata')
  return reader.bytes(length)
}

function quoteShort(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 37)}...` : text)
}
