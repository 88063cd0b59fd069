/**
 * Everything that can go wrong while a request is forwarded, in one table: the status for the client, the side that caused
 * it, and one sentence for people.
 *
 * Read beside: RFC 9110 §15.5.9 (408), §15.6.3 (502), §15.6.4 (503), §15.6.5 (504), RFC 5842 §7.2 (508)
 * Pure: words.
 */

export type FailureSide = 'client' | 'edge' | 'upstream'

export interface Failure {
  /** Sent if no octet of a response has been sent yet; afterwards the connection is cut, so that the loss is visible. */
  readonly status: number
  readonly side: FailureSide
  readonly why: string
}

export const FAILURES = {
  'client-gone': {
    status: 499,
    side: 'client',
    why: 'the client closed the connection before the response was complete',
  },
  'head-timeout': { status: 408, side: 'client', why: 'the request head did not arrive in time' },
  'body-timeout': { status: 408, side: 'client', why: 'the request body did not arrive in time' },
  'reader-timeout': { status: 408, side: 'client', why: 'the client did not read the response in time' },
  'no-backend': { status: 503, side: 'edge', why: 'no backend is available' },
  'not-running': { status: 503, side: 'edge', why: 'this application is not running; it is started with' },
  'queue-timeout': {
    status: 503,
    side: 'edge',
    why: 'all connections to the backend are in use, and none became free in time',
  },
  stalled: {
    status: 503,
    side: 'edge',
    why: 'the edge was stopped for a while; the client closed its side meanwhile, and the request was not forwarded',
  },
  exhausted: { status: 503, side: 'edge', why: 'the edge has no socket left for a connection to a backend' },
  loop: { status: 508, side: 'edge', why: 'the request has passed through this proxy before (its Via field says so)' },
  refused: { status: 502, side: 'upstream', why: 'the connection to the backend failed' },
  'connect-timeout': { status: 504, side: 'upstream', why: 'the backend did not accept a connection in time' },
  'write-timeout': { status: 504, side: 'upstream', why: 'the backend did not read the request in time' },
  'first-byte-timeout': { status: 504, side: 'upstream', why: 'the backend did not begin to answer in time' },
  'response-timeout': { status: 504, side: 'upstream', why: 'the backend stopped in the middle of its response' },
  'closed-early': { status: 502, side: 'upstream', why: 'the backend closed the connection without a response' },
  'gateway-status': { status: 502, side: 'upstream', why: 'the backend answered with a gateway error' },
  truncated: { status: 502, side: 'upstream', why: 'the backend closed the connection in the middle of its response' },
  'bad-response': { status: 502, side: 'upstream', why: 'the response of the backend is not valid HTTP' },
} as const satisfies Record<string, Failure>

export type FailureName = keyof typeof FAILURES
