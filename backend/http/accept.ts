/**
 * Content negotiation: which of the forms that we have does the client prefer?
 *
 * Read beside: RFC 9110 §12.5.1 (Accept), #shared/weighted-list.ts (quality values)
 * Pure: a field value in, a media type out.
 */
import { parseWeightedList, type Weighted } from '#shared/weighted-list.ts'

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
  const ranges = parseWeightedList(accept)
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

/** "The most specific reference has precedence": type/subtype before type/* before anything. */
function qualityOf(type: string, ranges: readonly Weighted[]): number {
  const [main] = type.split('/')
  for (const range of [type, `${main}/*`, '*/*']) {
    const found = ranges.find(({ item }) => item === range)
    if (found) return found.weight
  }
  return 0
}
