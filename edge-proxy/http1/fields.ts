/**
 * Field lines: `name: value`, one a line.
 *
 *     field-line    = field-name ":" OWS field-value OWS
 *     field-name    = token
 *     field-value   = *( VCHAR / obs-text / SP / HTAB )   ; without the white space around it
 *
 * Read beside: RFC 9112 §5 (field syntax), RFC 9110 §5 (fields), §5.6.2 (token)
 * Pure: text in, fields out.
 */
import { FramingError, quoted } from './framing-error.ts'
import type { HeadLimits } from './limits.ts'

export interface Field {
  /** As it was spelled; forwarded in the same spelling. */
  readonly name: string
  /** In lower case, for comparison (RFC 9110 §5.1: names are case-insensitive). */
  readonly key: string
  /** Without the white space around it; octets 0x80–0xff as latin1. */
  readonly value: string
}

/**
 * Reads field lines.
 *
 * @param text  a head or a trailer section, its lines separated by CRLF, without the empty line at its end
 * @param start where the first field line begins; at or after the end of the text: there is none
 * @throws FramingError 400 for wrong syntax, 431 for too many or too long fields
 */
export function parseFields(text: string, start: number, limits: HeadLimits): Field[] {
  const fields: Field[] = []
  // The CRLF of the last line is not in the text, but counts.
  if (text.length + 2 - start > limits.fields) {
    throw new FramingError(431, 'RFC 6585 §5', `the fields together are longer than ${limits.fields} octets`)
  }
  for (let at = start; at < text.length; ) {
    let end = text.indexOf('\r\n', at)
    if (end === -1) end = text.length
    if (end - at > limits.field) {
      throw new FramingError(431, 'RFC 6585 §5', `a field line is longer than ${limits.field} octets`)
    }
    if (fields.length === limits.count) {
      throw new FramingError(431, 'RFC 6585 §5', `there are more than ${limits.count} fields`)
    }
    fields.push(parseFieldLine(text, at, end))
    at = end + 2
  }
  return fields
}

function parseFieldLine(text: string, start: number, end: number): Field {
  const colon = text.indexOf(':', start)
  if (colon === -1 || colon >= end) throw badLine(text.slice(start, end))
  const name = text.slice(start, colon)
  const key = keyOf(name)
  const value = withoutSpace(text, colon + 1, end)
  if (!FIELD_VALUE.test(value)) {
    // The octet, not the value: that may be a cookie, and this sentence is shown in events.
    const octet = value
      .replace(/[\t\x20-\x7e\x80-\xff]+/g, '')
      .charCodeAt(0)
      .toString(16)
      .padStart(2, '0')
    throw new FramingError(400, 'RFC 9110 §5.5', `the value of field ${quoted(name)} contains the octet 0x${octet}`)
  }
  return { name, key, value }
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** `token` of RFC 9110 §5.6.2. */
export function isToken(text: string): boolean {
  return TOKEN.test(text)
}

/**
 * The text from `start` to `end` without the white space around it (OWS, RFC 9110 §5.6.3). Not trim(), which also removes 0xA0;
 * and not a regular expression, whose time would grow with the square of the number of spaces.
 */
function withoutSpace(text: string, start: number, end: number): string {
  let from = start
  let to = end
  while (from < to && isSpace(text.charCodeAt(from))) from++
  while (to > from && isSpace(text.charCodeAt(to - 1))) to--
  return text.slice(from, to)
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09
}

function keyOf(name: string): string {
  for (const known of USUAL.get(bucketOf(name)) ?? []) if (known.name === name) return known.key
  if (TOKEN.test(name)) return name.toLowerCase()
  // RFC 9112 §5.1: "A server MUST reject, with a response status code of 400 (Bad Request), any received request message
  // that contains whitespace between a header field name and colon."
  if (/^[ \t]/.test(name)) throw badLine(name)
  if (/[ \t]$/.test(name)) {
    throw new FramingError(
      400,
      'RFC 9112 §5.1',
      `there is white space between the field name ${quoted(name)} and its colon`,
    )
  }
  throw new FramingError(400, 'RFC 9110 §5.1', `${quoted(name)} is not a field name`)
}

function badLine(line: string): FramingError {
  if (/^[ \t]/.test(line)) {
    return new FramingError(
      400,
      'RFC 9112 §5.2',
      `a line begins with white space (line folding is obsolete): ${quoted(line)}`,
    )
  }
  return new FramingError(400, 'RFC 9112 §5', `a field line has no colon: ${quoted(line)}`)
}

/** Names that nearly every message contains, in their two usual spellings. They need no check and no conversion. */
const USUAL_NAMES = `Accept Accept-Encoding Accept-Language Accept-Ranges Cache-Control Connection Content-Encoding
  Content-Length Content-Type Cookie Date ETag Host If-Modified-Since If-None-Match Keep-Alive Last-Modified Location Origin
  Pragma Referer Sec-Fetch-Dest Sec-Fetch-Mode Sec-Fetch-Site Sec-Fetch-User Server Server-Timing Set-Cookie
  Transfer-Encoding Upgrade-Insecure-Requests User-Agent Vary X-Request-Id`
  .split(/\s+/)
  .flatMap(name => [
    { name, key: name.toLowerCase() },
    { name: name.toLowerCase(), key: name.toLowerCase() },
  ])

/** The same names by length and first letter: faster than a Map by name, which would hash every name first. */
const USUAL = Map.groupBy(USUAL_NAMES, ({ name }) => bucketOf(name))

function bucketOf(name: string): number {
  return name.length * 32 + (name.charCodeAt(0) & 31)
}

/** The values of all fields of that name, in order. `key` is in lower case. */
export function valuesOf(fields: readonly Field[], key: string): string[] {
  const values: string[] = []
  for (const field of fields) if (field.key === key) values.push(field.value)
  return values
}

/** The value of the first field of that name. `key` is in lower case. */
export function firstValue(fields: readonly Field[], key: string): string | undefined {
  for (const field of fields) if (field.key === key) return field.value
  return undefined
}

/**
 * The elements of a comma-separated list over all fields of that name, in lower case, without empty ones
 * (RFC 9110 §5.6.1.2). Only for lists without quoted strings, such as Connection and Transfer-Encoding.
 */
export function listOf(fields: readonly Field[], key: string): string[] {
  const elements: string[] = []
  for (const field of fields) {
    if (field.key !== key) continue
    for (const element of field.value.toLowerCase().split(',')) {
      const content = withoutSpace(element, 0, element.length)
      if (content !== '') elements.push(content)
    }
  }
  return elements
}
