/**
 * LOC: a place on the Earth, `22 54 30.000 S 43 10 30.000 W 10.00m 1m 10000m 10m`.
 *
 *     VERSION  SIZE  HORIZ PRE  VERT PRE   8 bits each; sizes are a digit times a power of ten, in centimetres
 *     LATITUDE  LONGITUDE                  32 bits each; thousandths of a second of arc, 2^31 is the equator or the prime meridian
 *     ALTITUDE                             32 bits; centimetres above 100,000 m below the reference ellipsoid
 *
 * Read beside: RFC 1876 §2 (octets), §3 (text)
 * Pure: octets and text in, a place and text out.
 */
import { TextError } from '../wire/name-text.ts'
import { FormatError } from '../wire/reader.ts'
import type { RdataField, Words } from './field.ts'

export interface Location {
  /** Size of the place, horizontal and vertical precision: each a digit and a power of ten, as on the wire. */
  readonly sizes: readonly [size: number, horizontal: number, vertical: number]
  readonly latitude: number
  readonly longitude: number
  readonly altitude: number
}

const MIDDLE = 2 ** 31
const ALTITUDE_ZERO = 10_000_000
/** 1 m, 10,000 m, 10 m (RFC 1876 §3). */
const DEFAULT_SIZES = [0x12, 0x16, 0x13] as const

export const location: RdataField<Location> = {
  decode: reader => {
    if (reader.u8() !== 0) throw new FormatError('the version of a LOC record must be 0 (RFC 1876 §2)')
    const sizes = [reader.u8(), reader.u8(), reader.u8()] as const
    if (sizes.some(size => size >> 4 > 9 || (size & 15) > 9))
      throw new FormatError('a size of a LOC record is malformed (RFC 1876 §2)')
    const place = { sizes, latitude: reader.u32(), longitude: reader.u32(), altitude: reader.u32() }
    if (Math.abs(place.latitude - MIDDLE) > 90 * 3_600_000 || Math.abs(place.longitude - MIDDLE) > 180 * 3_600_000) {
      throw new FormatError('a LOC record is not a place on the Earth (RFC 1876 §2)')
    }
    return place
  },
  encode: ({ sizes, latitude, longitude, altitude }, writer) => {
    for (const octet of [0, ...sizes]) writer.u8(octet)
    for (const number of [latitude, longitude, altitude]) writer.u32(number)
  },
  parse: words => {
    const latitude = parseAngle(words, 'latitude', 'N', 'S', 90)
    const longitude = parseAngle(words, 'longitude', 'E', 'W', 180)
    const altitude = ALTITUDE_ZERO + centimetres(words, 'altitude')
    if (altitude < 0 || altitude > 0xffffffff)
      throw new TextError('altitude: it must be from -100000.00 to 42849672.95 m')
    const [size, horizontal, vertical] = DEFAULT_SIZES.map(byDefault => (words.done ? byDefault : parseSize(words)))
    return { sizes: [size, horizontal, vertical] as [number, number, number], latitude, longitude, altitude }
  },
  format: ({ sizes, latitude, longitude, altitude }) =>
    [
      formatAngle(latitude, 'N', 'S'),
      formatAngle(longitude, 'E', 'W'),
      `${((altitude - ALTITUDE_ZERO) / 100).toFixed(2)}m`,
      ...sizes.map(size => `${((size >> 4) * 10 ** (size & 15)) / 100}m`),
    ].join(' '),
}

/** Degrees, and perhaps minutes and seconds, up to the letter. */
function parseAngle(words: Words, what: string, positive: string, negative: string, limit: number): number {
  const numbers: number[] = []
  for (;;) {
    const text = words.next(what).text.toUpperCase()
    if (text === positive || text === negative) {
      const [degrees = Number.NaN, minutes = 0, seconds = 0] = numbers
      const angle = degrees * 3_600_000 + minutes * 60_000 + Math.round(seconds * 1000)
      if (!(minutes < 60 && seconds < 60 && angle <= limit * 3_600_000)) {
        throw new TextError(`${what}: it must be from 0 to ${limit} degrees`)
      }
      return MIDDLE + (text === positive ? angle : -angle)
    }
    const form = numbers.length < 2 ? /^\d{1,3}$/ : /^\d{1,2}(\.\d{1,3})?$/
    if (numbers.length === 3 || !form.test(text)) {
      throw new TextError(
        `${what}: ${JSON.stringify(text)} is not a part of an angle; write it as in 22 54 30.000 ${negative}`,
      )
    }
    numbers.push(Number(text))
  }
}

function formatAngle(value: number, positive: string, negative: string): string {
  const angle = Math.abs(value - MIDDLE)
  const seconds = ((angle % 60_000) / 1000).toFixed(3)
  const minutes = Math.floor(angle / 60_000) % 60
  return `${Math.floor(angle / 3_600_000)} ${minutes} ${seconds} ${value < MIDDLE ? negative : positive}`
}

function centimetres(words: Words, what: string): number {
  const { text } = words.next(what)
  if (!/^-?\d{1,8}(\.\d{1,2})?m?$/i.test(text))
    throw new TextError(`${what}: ${JSON.stringify(text)} is not a length in metres`)
  return Math.round(Number.parseFloat(text) * 100)
}

/** A length as one digit and a power of ten; further digits are dropped, as the RFC's own code does. */
function parseSize(words: Words): number {
  const length = centimetres(words, 'size')
  const exponent = length < 1 ? 0 : Math.floor(Math.log10(length))
  if (length < 0 || exponent > 9) throw new TextError('size: it must be from 0 to 90000000.00 m')
  return (Math.floor(length / 10 ** exponent) << 4) | exponent
}
