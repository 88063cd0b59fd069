/**
 * Where a body ends. Request smuggling uses two programs in a row that decide this differently, so both must decide it alike.
 *
 * Read beside: RFC 9112 §6.3 (message body length, rules 1–8), §6.1 (Transfer-Encoding), §6.2 (Content-Length)
 * Pure: fields in, framing out.
 */
import { type Field, listOf } from './fields.ts'
import { FramingError, quoted } from './framing-error.ts'

export type BodyFraming =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }
  /** Ends when the sender closes; responses only. */
  | { readonly kind: 'close' }

/** Whether there may be content. `Content-Length: 0` says that there is none, as a missing length does. */
export function hasContent(framing: BodyFraming): boolean {
  return framing.kind === 'length' ? framing.length > 0 : framing.kind !== 'none'
}

const NONE: BodyFraming = { kind: 'none' }
const CHUNKED: BodyFraming = { kind: 'chunked' }
const CLOSE: BodyFraming = { kind: 'close' }

/** @throws FramingError 400 or 501 when the length is ambiguous or malformed, or the transfer coding is unknown */
export function requestFraming(fields: readonly Field[], minor: number): BodyFraming {
  const framing = declaredFraming(fields, minor)
  // §6.3 rule 7: "If this is a request message and none of the above are true, then the message body length is zero".
  return framing ?? NONE
}

/**
 * @param method of the request that is answered
 * @param status of this response
 * @throws FramingError when the length is ambiguous or malformed; the proxy then answers 502
 */
export function responseFraming(method: string, status: number, fields: readonly Field[], minor: number): BodyFraming {
  const framing = declaredFraming(fields, minor)
  // Rule 1. The fields are read before this, so that a broken length is never passed on, not even with HEAD.
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return NONE
  // Rule 8: "Otherwise, this is a response message without a declared message body length".
  return framing ?? CLOSE
}

function declaredFraming(fields: readonly Field[], minor: number): BodyFraming | undefined {
  let length: string | undefined
  let coded = false
  for (const { key, value } of fields) {
    if (key === 'content-length') {
      // Rule 5 lets a recipient accept a list of equal values. Such a list comes from a faulty proxy, and is refused.
      if (length !== undefined) throw new FramingError(400, 'RFC 9112 §6.3', 'there is more than one Content-Length')
      length = value
    } else if (key === 'transfer-encoding') coded = true
  }
  if (!coded) return length === undefined ? undefined : { kind: 'length', length: parseLength(length) }

  // §6.1: "A server or client that receives an HTTP/1.0 message containing a Transfer-Encoding header field MUST treat
  // the message as if the framing is faulty".
  if (minor === 0) throw new FramingError(400, 'RFC 9112 §6.1', 'HTTP/1.0 has no Transfer-Encoding')
  // Rule 3: "such a message might indicate an attempt to perform request smuggling … and ought to be handled as an error".
  if (length !== undefined) {
    throw new FramingError(400, 'RFC 9112 §6.3', 'Content-Length and Transfer-Encoding must not be sent together')
  }
  const codings = listOf(fields, 'transfer-encoding')
  if (codings.length === 1 && codings[0] === 'chunked') return CHUNKED
  // §6.1: "chunked" once and last; and a server that does not understand another coding SHOULD respond with 501.
  const unknown = codings.find(coding => coding !== 'chunked')
  if (unknown === undefined || codings.at(-1) !== 'chunked') {
    throw new FramingError(
      400,
      'RFC 9112 §6.1',
      `Transfer-Encoding: ${quoted(codings.join(', '))} does not have chunked exactly once, at its end`,
    )
  }
  throw new FramingError(
    501,
    'RFC 9112 §6.1',
    `the transfer coding ${quoted(unknown)} is not supported, only chunked is`,
  )
}

/** `Content-Length = 1*DIGIT` (RFC 9110 §8.6): no sign, no list, no space, and at most 2^53 − 1. */
function parseLength(text: string): number {
  let length = 0
  for (let at = 0; at < text.length && length <= Number.MAX_SAFE_INTEGER; at++) {
    const digit = text.charCodeAt(at) - 0x30
    length = digit >= 0 && digit <= 9 ? length * 10 + digit : Number.NaN
  }
  if (text !== '' && length <= Number.MAX_SAFE_INTEGER) return length
  throw new FramingError(400, 'RFC 9110 §8.6', `Content-Length: ${quoted(text)} is not a length`)
}
