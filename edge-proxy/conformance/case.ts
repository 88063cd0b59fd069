/**
 * A case of the corpus: a raw request, the section that decides about it, and the required outcome.
 *
 * Read beside: corpus/ (the requests, a file per subject), compare.ts (which compares outcomes with it)
 * Pure: text.
 */

export interface ConformanceCase {
  /** What the request is, as a phrase: `two Host fields`. Unique in the corpus. */
  readonly name: string
  /** The rule: `RFC 9112 §3.2`, or `contract` for a rule of this lab beyond the RFCs. */
  readonly rule: string
  /** The octets, as latin1. */
  readonly send: string
  readonly want: Want
}

export type Want = WantRefusal | WantResponses

/** The connection is closed after this status, and no backend gets a complete request. */
export interface WantRefusal {
  readonly refused: number
}

export interface WantResponses {
  /** The status of each response, in order. The recording backend answers every request with 200. */
  readonly responses: readonly number[]
  /** The requests that a backend gets, octet by octet, without the fields that the proxy writes itself. */
  readonly arrives: readonly string[]
  /** The state of the connection afterwards. */
  readonly after: 'open' | 'closed'
  /** Fields that the proxy writes, with their required values. */
  readonly writes?: Readonly<Record<string, string>>
}

/** A placeholder in a case for the proxy's address, which is known only when the test runs. */
export const THE_PROXY = '(the proxy)'

/** Lines of a head, each ended by CRLF, and the empty line after them. */
export function head(...lines: readonly string[]): string {
  return lines
    .map(line => `${line}\r\n`)
    .join('')
    .concat('\r\n')
}

export function refused(status: number): WantRefusal {
  return { refused: status }
}

/** One request that arrives at a backend as `arrives` and is answered with 200; the connection stays open. */
export function forwarded(arrives: string, writes?: WantResponses['writes']): WantResponses {
  return { responses: [200], arrives: [arrives], after: 'open', ...(writes && { writes }) }
}

export function forwardedThenClosed(arrives: string, writes?: WantResponses['writes']): WantResponses {
  return { ...forwarded(arrives, writes), after: 'closed' }
}

/** Answered by the proxy itself; no backend gets a request. */
export function answeredByProxy(status: number): WantResponses {
  return { responses: [status], arrives: [], after: 'open' }
}
