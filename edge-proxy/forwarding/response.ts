/**
 * The head for the client: the backend's, without the fields that are not forwarded, with the names of edge and backend and the
 * time that it took.
 *
 * Read beside: hop-by-hop.ts, RFC 9110 §7.6.3 (Via), §6.6.1 (Date), W3C Server Timing, RFC 9112 §6.3, §7.1
 * Pure: a head in, text out.
 */
import type { BodyFraming } from '../http1/body-framing.ts'
import { type Field, valuesOf } from '../http1/fields.ts'
import type { ResponseHead } from '../http1/response-head.ts'
import { nominatedBy, responseVerdict } from './hop-by-hop.ts'
import { UPGRADE_LINES } from './websocket.ts'

export interface ReturnPassage {
  readonly edge: string
  /** The backend's name: `backend2`. */
  readonly backend: string
  readonly requestId: string
  /** From the request's head to this response's head, in milliseconds. */
  readonly duration: number
  /** Backends without requests, and why: the value of X-Unavailable. */
  readonly unavailable: string | undefined
  /** HTTP-date of now, for a backend that sends none. */
  readonly date: string
  /** A Set-Cookie of the edge's own, for sticky sessions. */
  readonly cookie: string | undefined
  /** How the body is framed for the client. */
  readonly framing: BodyFraming
  readonly keepAlive: boolean
  /** Whether the request was HEAD: then Content-Length is that of the response to a GET. */
  readonly toHead: boolean
}

/** How a body with this framing is framed for a client of HTTP/1.`minor`. */
export function outgoingFraming(framing: BodyFraming, minor: 0 | 1): BodyFraming {
  if (framing.kind === 'none' || framing.kind === 'length') return framing
  // A body of unknown length is chunked for HTTP/1.1; HTTP/1.0 clients read until the connection is closed.
  return minor === 1 ? { kind: 'chunked' } : { kind: 'close' }
}

/** The head for the client, with the empty line that ends it. Via and Server-Timing are one line each, with one entry per hop. */
export function responseHeadFor(head: ResponseHead, passage: ReturnPassage): string {
  const nominated = nominatedBy(head.fields)
  let text = `HTTP/1.1 ${head.status} ${head.reason}\r\n`
  let via = ''
  let timing = `edge;dur=${passage.duration.toFixed(2)}`
  let dated = false
  for (const { name, key, value } of head.fields) {
    if (key === 'server-timing') timing += `, ${value}`
    else if (responseVerdict(key, nominated) === 'keep') {
      if (key === 'date') dated = true
      // Only a chunked body has a trailer section.
      if (key === 'trailer' && passage.framing.kind !== 'chunked') continue
      text += `${name}: ${value}\r\n`
    } else if (key === 'via') via += `${value}, `
    // The length of the response to a GET (RFC 9110 §8.6); with 204 there MUST be none.
    else if (key === 'content-length' && (passage.toHead || head.status === 304)) text += `Content-Length: ${value}\r\n`
  }
  // RFC 9110 §15.5.22: "The server MUST send an Upgrade header field in a 426 response to indicate the required protocol(s)".
  if (head.status === 426) text += upgradeLines(head.fields)
  if (!dated) text += `Date: ${passage.date}\r\n`
  if (passage.framing.kind === 'length') text += `Content-Length: ${passage.framing.length}\r\n`
  else if (passage.framing.kind === 'chunked') text += 'Transfer-Encoding: chunked\r\n'
  if (passage.cookie !== undefined) text += `Set-Cookie: ${passage.cookie}\r\n`
  if (passage.unavailable !== undefined) text += `X-Unavailable: ${passage.unavailable}\r\n`
  if (!passage.keepAlive) text += 'Connection: close\r\n'
  return (
    `${text}Via: ${via}1.${head.minor} ${passage.edge}\r\nX-Served-By: ${passage.edge}, ${passage.backend}\r\n` +
    `X-Request-Id: ${passage.requestId}\r\nServer-Timing: ${timing}\r\n\r\n`
  )
}

/** Upgrade as the backend wrote it; it is about each connection, so Connection names it (RFC 9110 §7.8). */
function upgradeLines(fields: readonly Field[]): string {
  const protocols = valuesOf(fields, 'upgrade').join(', ')
  return protocols === '' ? '' : `Connection: upgrade\r\nUpgrade: ${protocols}\r\n`
}

/** An interim response (1xx): only its own fields, without framing and connection fields (RFC 9110 §15.2). */
export function interimHeadFor(head: ResponseHead): string {
  const nominated = nominatedBy(head.fields)
  let text = `HTTP/1.1 ${head.status} ${head.reason}\r\n`
  for (const { name, key, value } of head.fields) {
    if (responseVerdict(key, nominated) === 'keep') text += `${name}: ${value}\r\n`
  }
  return `${text}\r\n`
}

/** The head that switches to WebSocket. */
export function switchingHeadFor(head: ResponseHead, { edge, backend, requestId }: SwitchPassage): string {
  const text = interimHeadFor(head).slice(0, -2)
  return `${text}${UPGRADE_LINES}X-Served-By: ${edge}, ${backend}\r\nX-Request-Id: ${requestId}\r\n\r\n`
}

type SwitchPassage = Pick<ReturnPassage, 'edge' | 'backend' | 'requestId'>
