/**
 * Content negotiation: which of the forms that we have does the client prefer?
 *
 * Read beside: RFC 9110 §12.5.1 (Accept), §12.4.2 (quality values)
 * Pure: a field value in, a media type out.
 */

/**
 * The best of `offered` (the first is our own preference among equals), or undefined when the client takes none (406).
 *
 * @param accept the field's value; missing means anything
 */
export function negotiate<const Type extends string>(
  accept: string | undefined,
  offered: readonly Type[],
): Type | undefined {
  if (accept === undefined || accept === '*/*' || accept === '') return offered[0]
  const ranges = accept.split(',', MOST_RANGES).map(parseRange)
  let best: Type | undefined
  let bestQuality = 0
  for (const type of offered) {
    const quality = qualityOf(type, ranges)
    if (quality > bestQuality) {
      best = type
      bestQuality = quality
    }
  }
  return best
}

interface Range {
  readonly type: string
  readonly quality: number
}

/** More than any browser sends; the rest of a longer list is not read. */
const MOST_RANGES = 32

function parseRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map(part => part.trim().toLowerCase())
  const weight = parameters.find(parameter => parameter.startsWith('q='))
  return { type, quality: weight === undefined ? 1 : parseQuality(weight.slice(2)) }
}

/** `qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )`; what is none of that counts as not acceptable. */
function parseQuality(text: string): number {
  return /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(text) ? Number(text) : 0
}

/** "The most specific reference has precedence": type/subtype before type/* before anything. */
function qualityOf(type: string, ranges: readonly Range[]): number {
  const [main] = type.split('/')
  for (const range of [type, `${main}/*`, '*/*']) {
    const found = ranges.find(candidate => candidate.type === range)
    if (found) return found.quality
  }
  return 0
}
