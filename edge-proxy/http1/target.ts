/**
 * The request target, and the Host that belongs to it.
 *
 *     request-target = origin-form      /perfil?x=1                what clients send to servers
 *                    / absolute-form    http://www.example/perfil  what clients send to proxies; servers must accept it too
 *                    / authority-form   www.example:443            CONNECT only
 *                    / asterisk-form    *                          OPTIONS only
 *
 * Read beside: RFC 9112 §3.2 (request target), RFC 9110 §7.2 (Host), §4.2.1 (http URIs), shared/host-field.ts
 * Pure: text in, values out.
 */
import { isHost } from '#shared/host-field.ts'
import { type Field, valuesOf } from './fields.ts'
import { FramingError, quoted } from './framing-error.ts'

export interface RequestTarget {
  /** The target for the backend: origin-form, or `*`. */
  readonly path: string
  /** The host that the client named, with its port if one was given. Empty only for HTTP/1.0 without Host. */
  readonly host: string
}

/**
 * Visible ASCII without the characters that must be escaped in a URI.
 *
 * Deviates from RFC 3986: `\ ^ ` { | } [ ]` pass, because browsers leave them unescaped in queries (WHATWG URL, "query
 * percent-encode set"). A `#` does not: clients do not send fragments.
 */
const ORIGIN_FORM = /^\/[!$-;=?-~]*$/
const ABSOLUTE_FORM = /^http:\/\/([^/?#]*)([/?].*)?$/i

/**
 * Reads the target and the Host field: which host was named, and which path.
 *
 * @throws FramingError 400 for wrong syntax, and for a missing or repeated Host
 */
export function parseTarget(method: string, target: string, fields: readonly Field[], minor: number): RequestTarget {
  const host = parseHost(fields, minor)
  if (target.charCodeAt(0) === 0x2f) {
    if (!ORIGIN_FORM.test(target)) throw badTarget(target)
    return { path: target, host }
  }
  if (target === '*' && method === 'OPTIONS') return { path: '*', host }
  const absolute = ABSOLUTE_FORM.exec(target)
  if (!absolute) throw badTarget(target)

  // RFC 9112 §3.2.2: "a proxy that receives an absolute-form … MUST ignore the received Host header field (if any) and
  // instead replace it with the host information of the request-target."
  const [, authority = '', rest = ''] = absolute
  if (!isHost(authority)) throw badTarget(target)
  // §3.2.4: an OPTIONS for the server as a whole has an empty path in absolute form.
  if (rest === '' && method === 'OPTIONS') return { path: '*', host: authority }
  const path = rest.startsWith('/') ? rest : `/${rest}`
  if (!ORIGIN_FORM.test(path)) throw badTarget(target)
  return { path, host: authority }
}

/** RFC 9112 §3.2: a request with no Host, more than one, or an invalid one MUST be answered with 400. */
function parseHost(fields: readonly Field[], minor: number): string {
  let host: string | undefined
  for (const field of fields) {
    if (field.key !== 'host') continue
    if (host !== undefined) {
      throw new FramingError(
        400,
        'RFC 9112 §3.2',
        `there is more than one Host: ${valuesOf(fields, 'host').map(quoted).join(', ')}`,
      )
    }
    host = field.value
  }
  if (host === undefined) {
    if (minor === 0) return ''
    throw new FramingError(400, 'RFC 9112 §3.2', 'an HTTP/1.1 request needs a Host field')
  }
  // RFC 9110 §4.2.1: an http URI with an empty host is invalid, and so is an empty Host.
  if (!isHost(host)) throw new FramingError(400, 'RFC 9110 §7.2', `Host: ${quoted(host)} is not a host`)
  return host
}

function badTarget(target: string): FramingError {
  return new FramingError(
    400,
    'RFC 9112 §3.2',
    `the request target ${quoted(target)} is not valid: a path that begins with / is needed`,
  )
}
