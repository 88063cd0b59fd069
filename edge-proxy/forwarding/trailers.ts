/**
 * Which fields may come after a body: none that would change what has been decided by then.
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
 * For a request: nobody has acted on it yet, so it is refused whole.
 *
 * @throws FramingError 400 that names the field which must not stand there
 */
export function checkTrailers(trailers: readonly Field[]): void {
  for (const { name, key } of trailers)
    if (TOO_LATE.has(key) || requestVerdict(key, []) !== 'keep') throw misplaced(name)
}

/**
 * For an answer: the client has its content by now, so what comes too late is left out, as §6.5.1 allows. `Server-Timing` may
 * come last; a trace of the work is complete only then (W3C Server Timing).
 *
 * @throws FramingError for a field that speaks of framing: whoever sends that is not to be trusted
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
  return new FramingError(400, 'RFC 9110 §6.5.1', `${quoted(name)} must not stand in a trailer section`)
}
