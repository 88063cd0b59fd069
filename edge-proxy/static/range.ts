/**
 * Range requests: one part of a representation, to resume a download that broke off.
 *
 *     bytes=0-499     the first 500 octets
 *     bytes=500-      all octets from the 501st on
 *     bytes=-500      the last 500
 *
 * Read beside: RFC 9110 §14.1.2 (byte ranges), §14.2 (Range), §14.4 (Content-Range), §15.5.17 (416)
 * Pure: text in, octet positions out.
 */

/** Octets `first` to `last`, both included, counted from 0. */
export interface OctetRange {
  readonly first: number
  readonly last: number
}

const ONE_RANGE = /^bytes=[ \t]*(\d{0,16})-(\d{0,16})[ \t]*$/i

/**
 * The requested range. `whole` where Range is ignored: another unit, several ranges (§14.2: "A server MAY ignore the Range header
 * field"), a last position before the first. `unsatisfiable` when no octet of the range exists.
 *
 * Left out: several ranges at once (multipart/byteranges). The whole file is sent instead, because many overlapping ranges would make
 * a server send far more octets than the file has.
 *
 * @param values the values of all Range fields of the request
 * @param length of the representation, in octets
 */
export function parseRange(values: readonly string[], length: number): OctetRange | 'whole' | 'unsatisfiable' {
  const match = values.length === 1 ? ONE_RANGE.exec(values[0] as string) : null
  if (!match) return 'whole'
  const [, from = '', to = ''] = match
  if (from === '' && to === '') return 'whole'
  if (from === '') {
    const suffix = Math.min(Number(to), length)
    return suffix === 0 ? 'unsatisfiable' : { first: length - suffix, last: length - 1 }
  }
  const first = Number(from)
  if (to !== '' && Number(to) < first) return 'whole'
  if (first >= length) return 'unsatisfiable'
  return { first, last: to === '' ? length - 1 : Math.min(Number(to), length - 1) }
}

/** The value of Content-Range; without a range, that of a 416. */
export function contentRange(range: OctetRange | undefined, length: number): string {
  return range === undefined ? `bytes */${length}` : `bytes ${range.first}-${range.last}/${length}`
}
