/**
 * Whom an exchange is waiting for, how long it may take, and what it is called when it takes longer.
 *
 * Read beside: timeouts.ts, failures.ts, exchange.ts
 * Pure.
 */
import type { FailureName } from './failures.ts'
import { bodyDeadline, type Timeouts } from './timeouts.ts'

/** How far an exchange has come. */
export interface Situation {
  /** The client has to read before it can be sent more. */
  readonly clientFull: boolean
  /** The answer's head has gone on to the client. */
  readonly answering: boolean
  /** The request's body has been read to its end. */
  readonly requestDone: boolean
  /** The backend has room for more of the request. */
  readonly backendReads: boolean
}

export type Awaited = 'reader' | 'response' | 'firstByte' | 'bodyIdle' | 'write'

/** What it is when they are late. */
export const LATE: Readonly<Record<Awaited, FailureName>> = {
  reader: 'reader-timeout',
  response: 'response-timeout',
  firstByte: 'first-byte-timeout',
  bodyIdle: 'body-timeout',
  write: 'write-timeout',
}

export function whomToAwait({ clientFull, answering, requestDone, backendReads }: Situation): Awaited {
  if (clientFull) return 'reader'
  if (answering) return 'response'
  if (requestDone) return 'firstByte'
  return backendReads ? 'bodyIdle' : 'write'
}

/**
 * Until when, on the clock's `now()`.
 *
 * @param begun    when the exchange began
 * @param received octets of the request's body so far
 */
export function deadlineFor(
  awaited: Awaited,
  now: number,
  begun: number,
  received: number,
  timeouts: Timeouts,
): number {
  const next = now + timeouts[awaited]
  const sooner = awaited === 'bodyIdle' ? Math.min(next, bodyDeadline(begun, received, timeouts)) : next
  return Math.min(sooner, begun + timeouts.total)
}
