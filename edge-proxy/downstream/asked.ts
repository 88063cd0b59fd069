/**
 * One request as the edge has understood it: what everything behind the reading of it works with.
 *
 * Read beside: client-connection.ts (where it begins), ../exchange.ts, ../edge.ts
 * Pure: a record.
 */
import type { RequestHead } from '../http1/request-head.ts'

export interface Asked {
  readonly head: RequestHead
  /** X-Request-Id: the client's own, or a new one. */
  readonly id: string
  readonly clientAddress: string
  /** When its head was complete, on the clock's `now()`. */
  readonly at: number
  /** Octets of its head, with the empty line. */
  readonly headLength: number
}

/** What Allow says, of a resource that nobody here knows: any method but CONNECT and TRACE may exist. */
export const ALLOWED_METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'
