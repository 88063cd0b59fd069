/**
 * Content negotiation: which form of a response does the client prefer?
 *
 * Read beside: RFC 9110 §12.5.1 (Accept), §15.5.7 (406), #shared/negotiate.ts
 * Pure: field values in, a form out.
 */
import { negotiate } from '#shared/negotiate.ts'
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
  return isJson(contentType) ? 'json' : 'html'
}

/**
 * Whether the client prefers a page to problem details: a browser that opens an address or sends a form, on every route. A script asks
 * for JSON, and a client without a preference gets JSON.
 */
export function prefersPage(accept: string | undefined, contentType: string | undefined): boolean {
  const type = negotiate(accept, ['application/problem+json', MEDIA_TYPES.json, MEDIA_TYPES.html])
  return type === MEDIA_TYPES.html && !isJson(contentType)
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/json\b/i.test(contentType ?? '')
}
