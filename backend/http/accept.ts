/**
 * Content negotiation: which form of a response does the client prefer?
 *
 * Read beside: RFC 9110 §12.5.1 (Accept), §15.5.7 (406), #shared/weighted-list.ts (quality values)
 * Pure: field values in, a form out.
 */
import { parseWeightedList, type Weighted } from '#shared/weighted-list.ts'
import { Refusal } from '../refusal.ts'

export type ResponseForm = 'json' | 'html'

const MEDIA_TYPES = { json: 'application/json', html: 'text/html' } as const

/**
 * The form that the client prefers. A client that sends JSON is a program and gets JSON, even if its Accept prefers HTML.
 *
 * @param produces the forms of the route, its own preference first
 * @throws Refusal 406 when the client accepts none of them
 */
export function chooseForm(
  accept: string | undefined,
  contentType: string | undefined,
  produces: readonly ResponseForm[],
): ResponseForm {
  const offered = produces.map(form => MEDIA_TYPES[form])
  const type = negotiate(accept, offered)
  if (type === undefined) {
    throw new Refusal(406, `available only as ${offered.join(' or ')}, which Accept does not allow`)
  }
  if (type !== MEDIA_TYPES.html) return 'json'
  return /^application\/json\b/i.test(contentType ?? '') ? 'json' : 'html'
}

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
function qualityOf(type: string, ranges: readonly Weighted[]): number {
  const [main] = type.split('/')
  for (const range of [type, `${main}/*`, '*/*']) {
    const found = ranges.find(({ item }) => item === range)
    if (found) return found.weight
  }
  return 0
}
