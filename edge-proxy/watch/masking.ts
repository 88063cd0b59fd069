/**
 * Heads and targets for events, without values that would let a watcher act as the user: the length is in their place.
 *
 * A value is masked by the name that it has (`Cookie`, `X-Api-Key`, `?token=`), or by its shape (a JSON Web Token, or a long run of
 * letters and digits in a query).
 *
 * Read beside: trace.ts and exchange-events.ts (which use it), RFC 9110 §17.9 (disclosure of URIs)
 * Pure: text in, text out.
 */

const SECRET_FIELDS = new Set(['cookie', 'set-cookie', 'authorization', 'proxy-authorization'])

/** Parts of the name of a field or a query parameter: `X-Csrf-Token`, `api_key`, `senha`. */
const SECRET_WORD =
  /(?:^|[-_.])(?:api-?key|key|tokens?|secret|passwo?r?d|pwd|senha|auth|sid|session|sess|csrf|xsrf|jwt|code|otp|pin|signature|sig)(?:$|[-_.\d])/i
const SECRET_NAME = /(?:token|secret|password|senha|apikey)$/i
const WEB_TOKEN = /\beyJ[\w-]{6,}\.[\w-]+(?:\.[\w-]*)?/g
/** At least 20 characters of base64 or hexadecimal digits, with a digit among them: not a word of a language. */
const LONG_RUN = /^(?=.*\d)[\w+/=.~%-]{20,}$/
const QUERY = /\?[^\s#"<>]+/g

/** A whole head, start line included. */
export function maskedHead(head: string): string {
  const [startLine = '', ...lines] = head.split('\r\n')
  return [maskedTarget(startLine), ...lines.map(maskedLine)].join('\r\n')
}

/** The queries in a target, a URL or a start line. */
export function maskedTarget(text: string): string {
  return text.replace(QUERY, query => `?${query.slice(1).split('&').map(maskedParameter).join('&')}`)
}

function maskedLine(line: string): string {
  const colon = line.indexOf(':')
  if (colon === -1) return line
  const name = line.slice(0, colon)
  const value = line.slice(colon + 1).trim()
  if (value !== '' && isSecretName(name)) return `${name}: ${lengthOf(value)}`
  return maskedTarget(line).replace(WEB_TOKEN, lengthOf)
}

function maskedParameter(parameter: string): string {
  const equals = parameter.indexOf('=')
  const name = parameter.slice(0, Math.max(0, equals))
  const value = parameter.slice(equals + 1)
  const secret = value !== '' && (isSecretName(name) || LONG_RUN.test(value))
  return secret ? `${parameter.slice(0, equals + 1)}${lengthOf(value)}` : parameter
}

function isSecretName(name: string): boolean {
  return SECRET_FIELDS.has(name.toLowerCase()) || SECRET_WORD.test(name) || SECRET_NAME.test(name)
}

function lengthOf(value: string): string {
  return `<${value.length} octets>`
}
