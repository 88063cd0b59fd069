/**
 * What the edge answers before it thinks of files or backends: its health, a request that has been here before, and one that
 * may go no further.
 *
 * Read beside: ../edge.ts (the order of the answerers), RFC 9110 §7.6.2 (Max-Forwards), §7.6.3 (Via)
 * Pure: a head in, a response out.
 */
import { HEALTH_PATH } from '#shared/health.ts'
import { FAILURES } from '../failures.ts'
import { maxForwards } from '../forwarding/max-forwards.ts'
import { valuesOf } from '../http1/fields.ts'
import type { RequestHead } from '../http1/request-head.ts'
import { jsonBody, type LocalResponse, problemResponse } from './local-response.ts'

export interface Own {
  readonly name: string
  readonly serverName: string
  readonly draining: boolean
}

/** 200 while this edge should get traffic. */
export function answerHealth(
  { method, path }: RequestHead,
  { name, serverName, draining }: Own,
): LocalResponse | undefined {
  if (path !== HEALTH_PATH || (method !== 'GET' && method !== 'HEAD')) return undefined
  const fields = [['Content-Type', 'application/json'] as const, ['Cache-Control', 'no-store'] as const]
  return { status: draining ? 503 : 200, fields, body: jsonBody({ name, server: serverName, ready: !draining }) }
}

/** RFC 9110 §7.6.3: Via is there to avoid request loops. */
export function answerLoop({ fields }: RequestHead, { name }: Own): LocalResponse | undefined {
  const seen = valuesOf(fields, 'via').some(value =>
    value.split(',').some(hop => hop.trim().split(/[ \t]+/)[1] === name),
  )
  return seen ? problemResponse(508, FAILURES.loop.why, { side: 'edge', failure: 'loop' }) : undefined
}

/**
 * RFC 9110 §7.6.2: "If the field value is zero (0), the recipient MUST NOT forward the message; instead, the recipient MUST
 * respond as the final recipient."
 */
export function answerLastForward({ method, fields }: RequestHead, allowed: string): LocalResponse | undefined {
  if (maxForwards(method, fields) !== 0) return undefined
  return { status: 204, fields: [['Allow', allowed]], body: Buffer.alloc(0) }
}
