/**
 * Content negotiation by media type: the best of the types that a program can send, for the Accept of a request.
 *
 * Read beside: RFC 9110 §12.5.1 (Accept), weighted-list.ts (quality values)
 * Pure: a field value in, a media type out.
 */
import { parseWeightedList, type WeightedItem } from './weighted-list.ts'

/**
 * The best of `offered` for the client; among equals the first. Undefined when the client accepts none of them.
 *
 * @param accept the field value; without one, everything is accepted
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

/** "The most specific reference has precedence": `type/subtype`, then `type/*`, then any type. */
function qualityOf(type: string, ranges: readonly WeightedItem[]): number {
  const [main] = type.split('/')
  for (const range of [type, `${main}/*`, '*/*']) {
    const found = ranges.find(({ item }) => item === range)
    if (found) return found.weight
  }
  return 0
}
