/**
 * The request target: its path and its query, from any of its forms.
 *
 *   GET /usuarios?limit=2                    origin-form
 *   GET http://www.meutrabalho.com.br/       absolute-form: sent to proxies, but "a server MUST accept" it
 *   OPTIONS *                                asterisk-form: about the server as a whole
 *
 * Read beside: RFC 9112 §3.2; shared/host-field.ts (the Host that belongs to it)
 * Pure: text in, text out.
 */

export interface PathAndQuery {
  /** As on the wire, not decoded; `*` for the asterisk-form. */
  readonly path: string
  /** Without the question mark; empty when there is no query. */
  readonly query: string
}

const SCHEME_AND_AUTHORITY = /^https?:\/\/[^/?#]+/i

/** Separates path and query of a request target (RFC 9112 §3.2); the absolute-form loses its scheme and authority. */
export function parseTarget(target: string): PathAndQuery {
  const local = target.startsWith('/') ? target : target.replace(SCHEME_AND_AUTHORITY, '')
  const question = local.indexOf('?')
  if (question < 0) return { path: local || '/', query: '' }
  return { path: local.slice(0, question) || '/', query: local.slice(question + 1) }
}
