/**
 * Responses that every edge gives, before static files and backends: its health, a request that has been here before, and
 * one that must not be forwarded any further.
 *
 * Read beside: ../answerers.ts (their order), RFC 9110 §7.6.2 (Max-Forwards), §7.6.3 (Via)
 * Pure: a head in, a response out.
 */
import { HEALTH_PATH } from '#shared/health.ts'
import { FAILURES } from '../failures.ts'
import { maxForwards } from '../forwarding/request.ts'
import { valuesOf } from '../http1/fields.ts'
import { quoted } from '../http1/framing-error.ts'
import { ALLOWED_METHODS, isKnownMethod } from '../http1/methods.ts'
import type { RequestHead } from '../http1/request-head.ts'
import { jsonBody, type LocalResponse, problemResponse } from './local-response.ts'

/** What an answerer may use of the edge. */
export interface EdgeState {
  /** `frontend1` */
  readonly name: string
  /** `Frontend 1`: for people. */
  readonly serverName: string
  /** Whether it is about to stop. */
  readonly draining: boolean
}

/** `/healthz`: 200 while this edge should get traffic, 503 as soon as it drains. */
export function answerHealth(
  { method, path }: RequestHead,
  { name, serverName, draining }: EdgeState,
): LocalResponse | undefined {
  if (path !== HEALTH_PATH || (method !== 'GET' && method !== 'HEAD')) return undefined
  const fields = [['Content-Type', 'application/json'] as const, ['Cache-Control', 'no-store'] as const]
  return { status: draining ? 503 : 200, fields, body: jsonBody({ name, server: serverName, ready: !draining }) }
}

/** 501 for a method that is not known (RFC 9110 §9.1): `FOO`, and `get`, because methods are case-sensitive. */
export function answerUnknownMethod({ method }: RequestHead): LocalResponse | undefined {
  if (isKnownMethod(method)) return undefined
  const detail = `the method ${quoted(method)} is not known; methods are case-sensitive, as in GET and POST`
  return problemResponse(501, detail, { side: 'client', rule: 'RFC 9110 §9.1' }, [['Allow', ALLOWED_METHODS]])
}

/** 508 for a request whose Via already names this edge (RFC 9110 §7.6.3). */
export function answerLoop({ fields }: RequestHead, { name }: EdgeState): LocalResponse | undefined {
  const seen = valuesOf(fields, 'via').some(value =>
    value.split(',').some(hop => hop.trim().split(/[ \t]+/)[1] === name),
  )
  return seen ? problemResponse(508, FAILURES.loop.why, { side: 'edge', failure: 'loop' }) : undefined
}

/**
 * RFC 9110 §7.6.2: "If the field value is zero (0), the recipient MUST NOT forward the message; instead, the recipient MUST
 * respond as the final recipient."
 */
export function answerLastForward({ method, fields }: RequestHead): LocalResponse | undefined {
  if (maxForwards(method, fields) !== 0) return undefined
  return { status: 204, fields: [['Allow', ALLOWED_METHODS]], body: Buffer.alloc(0) }
}
