/**
 * A request's head: request line and fields, read and checked.
 *
 *     request-line = method SP request-target SP HTTP-version
 *
 * Read beside: RFC 9112 §3 (request line), §2.3 (version), fields.ts, target.ts, body-framing.ts
 * Pure: text in, a head out.
 */
import { type BodyFraming, requestFraming } from './body-framing.ts'
import { type Field, isToken, listOf, parseFields } from './fields.ts'
import { FramingError, quoted } from './framing-error.ts'
import { LONGEST_METHOD, unknownMethod } from './head-collector.ts'
import { type HeadLimits, REQUEST_LIMITS } from './limits.ts'
import { parseTarget } from './target.ts'

export interface RequestHead {
  /** As it was received, without the empty line that ends it; latin1. */
  readonly text: string
  readonly method: string
  /** As it was sent by the client. */
  readonly target: string
  /** The target for the backend: origin-form, or `*`. */
  readonly path: string
  /** The host that the client named; empty only for HTTP/1.0 without Host. */
  readonly host: string
  /** 1 for HTTP/1.1 and later 1.x, 0 for HTTP/1.0. */
  readonly minor: 0 | 1
  readonly fields: readonly Field[]
  readonly body: BodyFraming
  /** Whether the client wants to keep the connection (RFC 9112 §9.3). */
  readonly keepAlive: boolean
}

/**
 * @param text the head without the empty line that ends it, as latin1
 * @throws FramingError with the status and the rule
 */
export function parseRequestHead(text: string, limits: HeadLimits = REQUEST_LIMITS): RequestHead {
  const endOfLine = text.indexOf('\r\n')
  const line = endOfLine === -1 ? text : text.slice(0, endOfLine)
  if (line.length > limits.startLine) {
    if (!line.slice(0, LONGEST_METHOD).includes(' ')) throw unknownMethod()
    throw new FramingError(414, 'RFC 9112 §3', `the request line is longer than ${limits.startLine} octets`)
  }
  const { method, target, minor } = parseRequestLine(line)
  const fields = parseFields(text, line.length + 2, limits)
  // CONNECT opens a tunnel, TRACE echoes cookies that are HttpOnly: neither has a use here (RFC 9110 §9.3.6, §9.3.8).
  if (method === 'CONNECT' || method === 'TRACE') {
    throw new FramingError(405, 'RFC 9110 §9.1', `${method} is not allowed through this proxy`)
  }
  checkExpectation(fields, minor)
  const { path, host } = parseTarget(method, target, fields, minor)
  const body = requestFraming(fields, minor)
  // RFC 9112 §9.3: "A proxy server MUST NOT maintain a persistent connection with an HTTP/1.0 client".
  const keepAlive = minor === 1 && !listOf(fields, 'connection').includes('close')
  return { text, method, target, path, host, minor, fields, body, keepAlive }
}

/** RFC 9110 §10.1.1: 100-continue is the only expectation that is defined. HTTP/1.0 has none, and the field is ignored. */
function checkExpectation(fields: readonly Field[], minor: number): void {
  if (minor === 0) return
  for (const { key, value } of fields) {
    if (key === 'expect' && value.toLowerCase() !== '100-continue') {
      throw new FramingError(
        417,
        'RFC 9110 §10.1.1',
        `Expect: ${quoted(value)} is not a known expectation, only 100-continue is`,
      )
    }
  }
}

function parseRequestLine(line: string): { method: string; target: string; minor: 0 | 1 } {
  const first = line.indexOf(' ')
  const second = line.indexOf(' ', first + 1)
  if (first === -1 || second === -1 || line.indexOf(' ', second + 1) !== -1) {
    throw new FramingError(
      400,
      'RFC 9112 §3',
      `a request line has a method, a target and a version, with one space between them: ${quoted(line)}`,
    )
  }
  const method = line.slice(0, first)
  if (!isToken(method)) throw new FramingError(400, 'RFC 9110 §9.1', `${quoted(method)} is not a method`)
  return { method, target: line.slice(first + 1, second), minor: parseVersion(line.slice(second + 1)) }
}

/** RFC 9112 §2.3: `HTTP/` DIGIT `.` DIGIT, case-sensitive. A later 1.x is read as 1.1 (RFC 9110 §2.5). */
function parseVersion(text: string): 0 | 1 {
  if (text === 'HTTP/1.1') return 1
  if (text === 'HTTP/1.0') return 0
  const version = /^HTTP\/(\d)\.\d$/.exec(text)
  if (!version) throw new FramingError(400, 'RFC 9112 §2.3', `${quoted(text)} is not an HTTP version`)
  if (version[1] === '1') return 1
  throw new FramingError(505, 'RFC 9110 §15.6.6', `${text} is not supported, only HTTP/1.1 and HTTP/1.0`)
}
