/**
 * Which step an exchange is waiting for, how long that step may take, and which failure it is when it takes longer.
 *
 * Read beside: ../timeouts.ts, ../failures.ts, exchange.ts
 * Pure.
 */
import type { FailureName } from '../failures.ts'
import { BODY_RATE, type Timeouts } from '../timeouts.ts'

/** How far an exchange has come. */
export interface ExchangeProgress {
  /** The client has to read before more can be sent to it. */
  readonly clientFull: boolean
  /** The response's head has been received from the backend. */
  readonly answering: boolean
  /** It is a stream of events, which may be silent for long. */
  readonly streaming: boolean
  /** The request's body has been received to its end. */
  readonly requestDone: boolean
  /** The connection to the backend has room for more of the request. */
  readonly backendReads: boolean
  /** Another backend may be asked while this one has sent nothing. */
  readonly elsewhere: boolean
}

export type AwaitedStep = 'reader' | 'stream' | 'response' | 'silence' | 'firstByte' | 'bodyIdle' | 'write'

/** The failure when a step takes too long. */
export const FAILURE_WHEN_LATE: Readonly<Record<AwaitedStep, FailureName>> = {
  reader: 'reader-timeout',
  stream: 'response-timeout',
  response: 'response-timeout',
  silence: 'first-byte-timeout',
  firstByte: 'first-byte-timeout',
  bodyIdle: 'body-timeout',
  write: 'write-timeout',
}

/** The step that an exchange waits for now, so that each has its own deadline. */
export function awaitedStep(progress: ExchangeProgress): AwaitedStep {
  const { clientFull, answering, streaming, requestDone, backendReads, elsewhere } = progress
  if (clientFull) return 'reader'
  if (answering) return streaming ? 'stream' : 'response'
  if (requestDone) return elsewhere ? 'silence' : 'firstByte'
  return backendReads ? 'bodyIdle' : 'write'
}

/**
 * The deadline of a step, on the clock's `now()`.
 *
 * @param begun    when the exchange began
 * @param received octets of the request's body so far
 */
export function deadlineOf(
  step: AwaitedStep,
  now: number,
  begun: number,
  received: number,
  timeouts: Timeouts,
): number {
  const deadline = now + timeouts[step]
  return step === 'bodyIdle' ? Math.min(deadline, bodyDeadline(begun, received, timeouts)) : deadline
}

/** When a body that began at `begun`, and of which `received` octets have been received, must be complete at the latest. */
export function bodyDeadline(begun: number, received: number, timeouts: Timeouts): number {
  return begun + timeouts.body + (received / BODY_RATE) * 1000
}
