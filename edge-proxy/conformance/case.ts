/**
 * The corpus: raw requests, the section that decides about each, and what must become of it.
 *
 * Read beside: corpus/ (the requests, a file per subject), judge.ts (who holds an outcome against this)
 * Pure: text.
 */

export interface Case {
  /** What the request is, as a phrase: `two Host fields`. Unique in the corpus. */
  readonly name: string
  /** Where it is decided: `RFC 9112 §3.2`, or `contract` for what shared design fixes beyond the RFCs. */
  readonly rule: string
  /** The octets, as latin1. */
  readonly send: string
  readonly want: Want
}

export type Want = Refused | Answered

/** The connection is closed after this status, and no backend gets to see a complete request. */
export interface Refused {
  readonly refused: number
}

export interface Answered {
  /** The status of each answer, in order. The recording backend says 200 to everything. */
  readonly answers: readonly number[]
  /** What a backend got, request by request: octet by octet, except for the fields that the proxy itself writes. */
  readonly arrives: readonly string[]
  /** What the connection is good for afterwards. */
  readonly after: 'open' | 'closed'
  /** Fields that the proxy writes, with the values that they must have. */
  readonly writes?: Readonly<Record<string, string>>
}

/** Stands in a case for the proxy's own address, which nobody knows beforehand. */
export const THE_PROXY = '(the proxy)'

/** Lines of a head, each ended by CRLF, and the empty line after them. */
export function head(...lines: readonly string[]): string {
  return lines
    .map(line => `${line}\r\n`)
    .join('')
    .concat('\r\n')
}

export function refused(status: number): Refused {
  return { refused: status }
}

/** One request, passed on as `arrives`, answered with 200, the connection stays open. */
export function forwarded(arrives: string, writes?: Answered['writes']): Answered {
  return { answers: [200], arrives: [arrives], after: 'open', ...(writes && { writes }) }
}

export function forwardedThenClosed(arrives: string, writes?: Answered['writes']): Answered {
  return { ...forwarded(arrives, writes), after: 'closed' }
}

/** Answered by the proxy itself; nothing arrives anywhere. */
export function answeredHere(status: number): Answered {
  return { answers: [status], arrives: [], after: 'open' }
}
