/**
 * Fields that are not forwarded: they are about one connection, not about the message, or only the edge may write them.
 *
 * Read beside: RFC 9110 §7.6.1 (Connection, and what an intermediary removes), RFC 9112 §9.6, docs/life-of-a-request.md
 * Pure: names in, verdicts out.
 */
import { type Field, listOf } from '../http1/fields.ts'

/** About this connection alone (RFC 9110 §7.6.1). */
const HOP_BY_HOP = new Set(
  'connection keep-alive proxy-connection proxy-authorization te upgrade http2-settings'.split(' '),
)

/** How the message is framed: decided anew for the other side (RFC 9112 §6). */
const FRAMING = new Set(['transfer-encoding', 'content-length'])

/** Backends trust these, so they must not come from a client. */
const WRITTEN_BY_EDGE = new Set([
  'host',
  'via',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-forwarded-server',
  'x-real-ip',
  'x-request-id',
  'traceparent',
])

/** Clients take these as written by the edge, so they must not come from a backend. */
const WRITTEN_TO_CLIENT = new Set(['via', 'x-request-id', 'x-served-by', 'x-unavailable'])

type ForwardingVerdict =
  | 'keep'
  | 'hop-by-hop'
  | 'framing'
  | 'nominated by Connection'
  | 'written by the edge'
  | 'underscore twin'

/** The names that a message's own Connection field declares to be about this connection. */
export function nominatedBy(fields: readonly Field[]): readonly string[] {
  for (const field of fields) if (field.key === 'connection') return listOf(fields, 'connection')
  return []
}

/** What is done with a field of a request for a backend. */
export function requestVerdict(key: string, nominated: readonly string[]): ForwardingVerdict {
  if (HOP_BY_HOP.has(key)) return 'hop-by-hop'
  if (FRAMING.has(key)) return 'framing'
  if (WRITTEN_BY_EDGE.has(key)) return 'written by the edge'
  if (nominated.length > 0 && nominated.includes(key)) return 'nominated by Connection'
  return key.includes('_') && isTwin(key) ? 'underscore twin' : 'keep'
}

/** What is done with a field of a response for the client. */
export function responseVerdict(key: string, nominated: readonly string[]): ForwardingVerdict {
  if (HOP_BY_HOP.has(key)) return 'hop-by-hop'
  if (FRAMING.has(key)) return 'framing'
  if (WRITTEN_TO_CLIENT.has(key)) return 'written by the edge'
  if (nominated.length > 0 && nominated.includes(key)) return 'nominated by Connection'
  return 'keep'
}

/**
 * `Content_Length`, `X_Forwarded_For`: CGI-like servers read `_` as `-`, so for them such a field would have the name of one that
 * is removed here.
 */
function isTwin(key: string): boolean {
  const dashed = key.replaceAll('_', '-')
  return HOP_BY_HOP.has(dashed) || FRAMING.has(dashed) || WRITTEN_BY_EDGE.has(dashed)
}
