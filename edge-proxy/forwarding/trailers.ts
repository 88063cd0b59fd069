/**
 * Which fields are allowed after a body: none that would change what was decided from the head.
 *
 * Read beside: RFC 9110 §6.5.1 (limitations on use of trailers), RFC 9112 §7.1.2
 * Pure: fields in, nothing or an error out.
 */
import type { Field } from '../http1/fields.ts'
import { FramingError, quoted } from '../http1/framing-error.ts'
import { requestVerdict, responseVerdict } from './hop-by-hop.ts'

/** "message framing …, routing …, request modifiers …, authentication …, or the content's format" (RFC 9110 §6.5.1). */
const TOO_LATE = new Set(
  `authorization cache-control content-encoding content-range content-type cookie date expect if-match if-modified-since
  if-none-match if-range if-unmodified-since location max-forwards origin pragma proxy-authenticate range retry-after
  set-cookie trailer vary www-authenticate`.split(/\s+/),
)

/**
 * For a request, which is refused as a whole: no backend has acted on it yet.
 *
 * @throws FramingError 400 that names the field
 */
export function checkTrailers(trailers: readonly Field[]): void {
  for (const { name, key } of trailers)
    if (TOO_LATE.has(key) || requestVerdict(key, []) !== 'keep') throw misplaced(name)
}

/**
 * For a response: the client has its content by now, so fields that are not allowed are removed, as §6.5.1 permits.
 * `Server-Timing` is allowed: the times of a request are complete only at its end (W3C Server Timing).
 *
 * @throws FramingError for a field about framing: the end of such a message is not certain
 */
export function trailersToClient(trailers: readonly Field[]): readonly Field[] {
  if (trailers.length === 0) return trailers
  return trailers.filter(({ name, key }) => {
    const verdict = responseVerdict(key, [])
    if (verdict === 'hop-by-hop' || verdict === 'framing') throw misplaced(name)
    return verdict === 'keep' && !TOO_LATE.has(key)
  })
}

function misplaced(name: string): FramingError {
  return new FramingError(400, 'RFC 9110 §6.5.1', `${quoted(name)} is not allowed in a trailer section`)
}
