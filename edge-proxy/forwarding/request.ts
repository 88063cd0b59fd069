/**
 * The head for a backend: the client's, without the fields that are not forwarded, with those that the edge adds.
 *
 * Read beside: hop-by-hop.ts, RFC 9110 §7.6 (message forwarding), §7.6.3 (Via), RFC 7239 (Forwarded)
 * Pure: a head in, text out.
 */
import { type Field, firstValue } from '../http1/fields.ts'
import { FramingError, quoted } from '../http1/framing-error.ts'
import type { RequestHead } from '../http1/request-head.ts'
import { nominatedBy, requestVerdict } from './hop-by-hop.ts'
import { asksForWebSocket, UPGRADE_LINES } from './websocket.ts'

/** What the edge adds to a request. */
export interface Passage {
  /** The edge's name, for Via: `frontend1`. */
  readonly edge: string
  /** The edge's own address, as the client reached it. */
  readonly edgeAddress: string
  readonly clientAddress: string
  readonly requestId: string
  readonly traceparent: string
}

/** The head for the backend, with the empty line that ends it. */
export function requestHeadFor(head: RequestHead, passage: Passage): string {
  const nominated = nominatedBy(head.fields)
  // RFC 9112 §3.2: Host SHOULD be the first field. An HTTP/1.0 client without Host gets this edge's address as the host.
  const host = head.host === '' ? passage.edgeAddress : head.host
  let text = `${head.method} ${head.path} HTTP/1.1\r\nHost: ${host}\r\n`
  let via = ''
  for (const field of head.fields) {
    const { name, key, value } = field
    if (requestVerdict(key, nominated) === 'keep') {
      if (isKept(field, head, passage)) text += `${name}: ${value}\r\n`
      else if (key === 'max-forwards') text += `Max-Forwards: ${(maxForwards(head.method, head.fields) ?? 1) - 1}\r\n`
    } else if (key === 'via') via += `${value}, `
  }
  if (head.body.kind === 'length') text += `Content-Length: ${head.body.length}\r\n`
  else if (head.body.kind === 'chunked') text += 'Transfer-Encoding: chunked\r\n'
  if (asksForWebSocket(head)) text += UPGRADE_LINES
  // RFC 7239 §4: a value that is not a token, such as a host with a port, is quoted; any other may be.
  return (
    `${text}Via: ${via}1.${head.minor} ${passage.edge}\r\n` +
    `Forwarded: for=${passage.clientAddress};by=${passage.edgeAddress};host="${host}";proto=http\r\n` +
    `X-Forwarded-For: ${passage.clientAddress}\r\nX-Forwarded-Host: ${host}\r\nX-Forwarded-Proto: http\r\n` +
    `X-Request-Id: ${passage.requestId}\r\ntraceparent: ${passage.traceparent}\r\n\r\n`
  )
}

/** Fields that are forwarded or not depending on the rest of the message. */
function isKept(field: Field, head: RequestHead, passage: Passage): boolean {
  // RFC 9110 §10.1.1: a server that receives 100-continue in an HTTP/1.0 request MUST ignore it.
  if (field.key === 'expect') return head.minor === 1
  // Only a chunked body has a trailer section.
  if (field.key === 'trailer') return head.body.kind === 'chunked'
  // It belongs to the client's trace, and must not be sent with another one (Trace Context §3.3.1.1).
  if (field.key === 'tracestate') {
    return firstValue(head.fields, 'traceparent')?.slice(3, 35) === passage.traceparent.slice(3, 35)
  }
  // For OPTIONS it is written anew, with one less (RFC 9110 §7.6.2).
  if (field.key === 'max-forwards') return head.method !== 'OPTIONS'
  return true
}

/**
 * `Max-Forwards = 1*DIGIT` (RFC 9110 §7.6.2): how many more servers may forward an OPTIONS request. TRACE, the other method
 * that has it, is refused anyway.
 *
 * @returns undefined where the field is missing, or has no meaning because the method is another one
 * @throws FramingError 400 for a value that is not a number
 */
export function maxForwards(method: string, fields: readonly Field[]): number | undefined {
  if (method !== 'OPTIONS') return undefined
  const value = firstValue(fields, 'max-forwards')
  if (value === undefined) return undefined
  if (/^\d{1,9}$/.test(value)) return Number(value)
  throw new FramingError(400, 'RFC 9110 §7.6.2', `Max-Forwards: ${quoted(value)} is not a number`)
}
