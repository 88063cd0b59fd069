/**
 * The request target: a path and a query, in whichever form it came; and the Host that belongs to it.
 *
 *   GET /usuarios?limit=2                    origin-form
 *   GET http://www.meutrabalho.com.br/       absolute-form: "a server MUST accept" it, though only proxies are sent it
 *   OPTIONS *                                asterisk-form: about the server as a whole
 *
 * Read beside: RFC 9112 §3.2; RFC 3986 §3.2.2 (host), §3.2.3 (port)
 * Pure: text in, text out.
 */

export interface RequestTarget {
  /** As it stands on the wire, not decoded; `*` for the asterisk-form. */
  readonly path: string
  /** Without the question mark; empty when there is none. */
  readonly query: string
}

const SCHEME_AND_AUTHORITY = /^https?:\/\/[^/?#]+/i

export function parseTarget(target: string): RequestTarget {
  const local = target.startsWith('/') ? target : target.replace(SCHEME_AND_AUTHORITY, '')
  const question = local.indexOf('?')
  if (question < 0) return { path: local || '/', query: '' }
  return { path: local.slice(0, question) || '/', query: local.slice(question + 1) }
}

/** `uri-host [ ":" port ]`, or nothing (RFC 9110 §7.2). IPv6 stands in brackets. */
const HOST = /^(?:\[[0-9a-f:.]+\]|(?:[a-z0-9\-._~!$&'()*+,;=]|%[0-9a-f]{2})*)(?::\d*)?$/i

/**
 * RFC 9112 §3.2: a server MUST answer 400 to "more than one Host header field line or a Host header field with an invalid field
 * value".
 *
 * @param host all Host fields of the request, joined by `, `; undefined when there is none, which node:http itself refuses
 */
export function isHost(host: string | undefined): boolean {
  return host === undefined || HOST.test(host)
}
