/**
 * After a failed attempt: try the next address, send the request again on a new connection, or give up?
 *
 * A browser sends a request again without asking only where this cannot do anything twice: nothing was sent, or the method is
 * idempotent and the connection had been idle, so that the server has probably closed it before the request arrived.
 *
 * Read beside: RFC 9112 §9.3.1 (retrying), RFC 9110 §9.2.2 (idempotent methods), connection.ts (where the failures come from)
 * Pure: a failure in, a decision out.
 */

export interface AttemptFailure {
  readonly method: string
  /** `connect`: no connection was made. `unsent`: the connection was closed before the request was written. `lost`: anything later. */
  readonly stage: 'connect' | 'unsent' | 'lost'
  /** Whether the connection had carried another request before. */
  readonly reused: boolean
  /** Octets of the response that were received. */
  readonly received: number
  /** Whether this request has been sent a second time already. */
  readonly repeated: boolean
}

/** `again`: the name is resolved and a new connection is made, as if no connection had been kept. */
export type NextStep = 'next-address' | 'again' | 'give-up'

const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])

/** What a browser does after an attempt that failed (RFC 9110 §9.2.2, RFC 9112 §9.3.1). */
export function nextStep({ method, stage, reused, received, repeated }: AttemptFailure): NextStep {
  if (stage === 'connect') return 'next-address'
  if (repeated) return 'give-up'
  if (stage === 'unsent') return 'again'
  return reused && received === 0 && IDEMPOTENT.has(method) ? 'again' : 'give-up'
}
