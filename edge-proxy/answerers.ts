/**
 * What the edge answers without a backend: an ordered list, in which the first response wins. Everything that is not part of
 * forwarding (limits, static files …) plugs in here, and only here.
 *
 * Read beside: edge.ts (which runs the list for each request), assemble.ts (which makes it), downstream/own-responses.ts, limits/,
 *   static/
 * Pure: a request in, a response out, or undefined for "forward it".
 */
import type { Clock } from '#shared/clock.ts'
import type { LocalResponse } from './downstream/local-response.ts'
import {
  answerHealth,
  answerLastForward,
  answerLoop,
  answerUnknownMethod,
  type EdgeState,
} from './downstream/own-responses.ts'
import type { ReceivedRequest } from './downstream/received-request.ts'
import type { Gateway } from './gateway/gateway.ts'
import { answerLimited, type RateLimits } from './limits/rate-limits.ts'
import { type Files, fileResponse } from './static/files.ts'

export type Answerer = (request: ReceivedRequest, edge: EdgeState) => LocalResponse | undefined

/**
 * Changes the form of an error for a client; undefined to leave it as problem details.
 *
 * @param unavailable the value of X-Unavailable
 */
export type ErrorPresenter = (
  request: ReceivedRequest,
  response: LocalResponse,
  edge: EdgeState,
  unavailable: string | undefined,
) => LocalResponse | undefined

export interface AnswererOptions {
  readonly limits: RateLimits
  /** The files of each name. */
  readonly files: Gateway<Files>
  readonly clock: Clock
}

/** Health first, so that checks are never limited; limits before everything that costs more than they do. */
export function answerersOf({ limits, files, clock }: AnswererOptions): readonly Answerer[] {
  return [
    ({ head }, edge) => answerHealth(head, edge),
    ({ head, clientAddress, at }) => answerLimited(limits, clientAddress, head, at),
    ({ head }) => answerUnknownMethod(head),
    ({ head }, edge) => answerLoop(head, edge),
    ({ head }) => answerLastForward(head),
    ({ head }) => fileResponse(files.find(head.host, head.path), head, clock),
  ]
}
