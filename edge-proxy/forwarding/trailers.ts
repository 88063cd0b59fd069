/**
 * Which fields may come after a body: none that would change what has been decided by then.
 *
 * Read beside: RFC 9110 §6.5.1 (limitations on use of trailers), RFC 9112 §7.1.2
 * Pure: fields in, nothing or an error out.
 */
import type { Field } from '../http1/fields.ts'
import { FramingError, quoted } from '../http1/framing-error.ts'
import { requestVerdict } from './hop-by-hop.ts'

/** "message framing …, routing …, request modifiers …, authentication …, or the content's format" (RFC 9110 §6.5.1). */
const TOO_LATE = new Set(
  `authorization cache-control content-encoding content-range content-type cookie date expect if-match if-modified-since
  if-none-match if-range if-unmodified-since location max-forwards origin pragma proxy-authenticate range retry-after
  server-timing set-cookie trailer vary www-authenticate x-served-by`.split(/\s+/),
)

/** @throws FramingError 400 that names the field which must not stand there */
export function checkTrailers(trailers: readonly Field[]): void {
  for (const { name, key } of trailers) {
    if (TOO_LATE.has(key) || requestVerdict(key, []) !== 'keep') {
      throw new FramingError(400, 'RFC 9110 §6.5.1', `${quoted(name)} must not stand in a trailer section`)
    }
  }
}
