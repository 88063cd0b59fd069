/**
 * A response's head: status line and fields, checked as strictly as those of a request.
 *
 *     status-line = HTTP-version SP status-code SP [ reason-phrase ]
 *
 * Read beside: RFC 9112 §4 (status line), RFC 9110 §15 (status codes), fields.ts, body-framing.ts
 * Pure: text in, a head out.
 */
import { type BodyFraming, responseFraming } from './body-framing.ts'
import { type Field, listOf, parseFields } from './fields.ts'
import { FramingError, quoted } from './framing-error.ts'
import { type HeadLimits, RESPONSE_LIMITS } from './limits.ts'

export interface ResponseHead {
  /** As it was received, without the empty line that ends it; latin1. */
  readonly text: string
  readonly minor: 0 | 1
  /** 100…599. */
  readonly status: number
  readonly reason: string
  readonly fields: readonly Field[]
  readonly body: BodyFraming
  /** Whether the server keeps the connection after this response. */
  readonly keepAlive: boolean
}

/** Deviates from RFC 9112 §4: the space before an empty reason phrase may be missing, as many servers leave it out. */
const STATUS_LINE = /^HTTP\/1\.[01] [1-5]\d\d(?: [\t\x20-\x7e\x80-\xff]*)?$/

/**
 * @param text   the head without the empty line that ends it, as latin1
 * @param method of the request that is answered: it decides whether there is a body
 * @throws FramingError; the proxy then answers 502
 */
export function parseResponseHead(text: string, method: string, limits: HeadLimits = RESPONSE_LIMITS): ResponseHead {
  const endOfLine = text.indexOf('\r\n')
  const line = endOfLine === -1 ? text : text.slice(0, endOfLine)
  if (line.length > limits.startLine || !STATUS_LINE.test(line)) {
    throw new FramingError(400, 'RFC 9112 §4', `${quoted(line)} is not a status line`)
  }
  const minor = line.charCodeAt(7) === 0x31 ? 1 : 0
  const status = 100 * digit(line, 9) + 10 * digit(line, 10) + digit(line, 11)
  const fields = parseFields(text, line.length + 2, limits)
  const body = responseFraming(method, status, fields, minor)
  const keepAlive = minor === 1 && body.kind !== 'close' && !listOf(fields, 'connection').includes('close')
  return { text, minor, status, reason: line.slice(13), fields, body, keepAlive }
}

function digit(text: string, at: number): number {
  return text.charCodeAt(at) - 0x30
}
