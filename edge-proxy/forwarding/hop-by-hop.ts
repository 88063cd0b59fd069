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

/** One look-up for each field, instead of one in each set. */
const IN_REQUESTS = verdicts(WRITTEN_BY_EDGE)
const IN_RESPONSES = verdicts(WRITTEN_TO_CLIENT)

function verdicts(written: ReadonlySet<string>): ReadonlyMap<string, ForwardingVerdict> {
  return new Map<string, ForwardingVerdict>([
    ...[...HOP_BY_HOP].map(key => [key, 'hop-by-hop'] as const),
    ...[...FRAMING].map(key => [key, 'framing'] as const),
    ...[...written].map(key => [key, 'written by the edge'] as const),
  ])
}

/** What is done with a field of a request for a backend. */
export function requestVerdict(key: string, nominated: readonly string[]): ForwardingVerdict {
  const verdict = IN_REQUESTS.get(key)
  if (verdict !== undefined) return verdict
  if (nominated.length > 0 && nominated.includes(key)) return 'nominated by Connection'
  return key.includes('_') && isTwin(key) ? 'underscore twin' : 'keep'
}

/** What is done with a field of a response for the client. */
export function responseVerdict(key: string, nominated: readonly string[]): ForwardingVerdict {
  const verdict = IN_RESPONSES.get(key)
  if (verdict !== undefined) return verdict
  return nominated.length > 0 && nominated.includes(key) ? 'nominated by Connection' : 'keep'
}

/**
 * `Content_Length`, `X_Forwarded_For`: CGI-like servers read `_` as `-`, so for them such a field would have the name of one that
 * is removed here.
 */
function isTwin(key: string): boolean {
  return IN_REQUESTS.has(key.replaceAll('_', '-'))
}
