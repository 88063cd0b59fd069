/**
 * The request target: a path and a query, in whichever form it came.
 *
 *   GET /usuarios?limit=2                    origin-form
 *   GET http://www.meutrabalho.com.br/       absolute-form: "a server MUST accept" it, though only proxies are sent it
 *   OPTIONS *                                asterisk-form: about the server as a whole
 *
 * Read beside: RFC 9112 §3.2; shared/host-field.ts (the Host that belongs to it)
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
