/**
 * `$GENERATE`: many records from one line. `$GENERATE 1-20 pc$ A 192.0.2.$` makes pc1 to pc20.
 *
 *     range      START-STOP or START-STOP/STEP
 *     $          the number; ${OFFSET,WIDTH,BASE} adds an offset, pads with zeros, and writes in base d, o, x or X;  \\$ is a dollar sign
 *
 * Read beside: the BIND 9 Administrator Reference Manual, "$GENERATE" (an extension of BIND, which NSD and Knot do not have)
 * Pure: text in, numbers and text out.
 */
import { TextError } from '../wire/name-text.ts'

/** Records that `$GENERATE` makes in one zone: those of a whole /16. A mistake such as 1-999999999 must not fill the memory. */
const GENERATE_LIMIT = 65_536

/** `0-100/10`: 0, 10, 20 … 100. @param before records that other lines of the zone have made @throws TextError */
export function parseRange(text: string, before: number): number[] {
  const [, start, stop, step = '1'] = /^(\d{1,10})-(\d{1,10})(?:\/(\d{1,10}))?$/.exec(text) ?? []
  const [first, last, by] = [Number(start), Number(stop), Number(step)]
  if (!(first <= last && by > 0)) {
    throw new TextError(`$GENERATE: ${JSON.stringify(text)} is not a range; write it as in 1-20 or 0-100/10`)
  }
  const count = Math.floor((last - first) / by) + 1
  const total = before + count
  if (total > GENERATE_LIMIT) throw new TextError(`$GENERATE makes ${total} records; the limit is ${GENERATE_LIMIT}`)
  return Array.from({ length: count }, (_, i) => first + i * by)
}

/** The word with the number in place of each `$`. @throws TextError for a modifier that is not one */
export function withNumber(text: string, number: number): string {
  return text.replace(/\\.|\$(?:\{([^}]*)\})?/g, (match, modifier?: string) => {
    if (match === '\\$') return '$'
    if (!match.startsWith('$')) return match
    if (modifier === undefined) return String(number)
    const [, offset = '0', width = '0', base = 'd'] = /^(-?\d{1,9})(?:,(\d{1,3})(?:,([doxX]))?)?$/.exec(modifier) ?? []
    if (!/^-?\d{1,9}(,\d{1,3}(,[doxX])?)?$/.test(modifier)) {
      throw new TextError(`$GENERATE: ${JSON.stringify(match)} is not a modifier; write it as in \${0,3,d}`)
    }
    const digits = (number + Number(offset)).toString({ d: 10, o: 8, x: 16, X: 16 }[base])
    const padded = digits.padStart(Number(width), '0')
    return base === 'X' ? padded.toUpperCase() : padded
  })
}
