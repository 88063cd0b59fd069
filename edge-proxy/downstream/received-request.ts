/**
 * A request whose head has been received and checked: the value that everything after the reading of it works with.
 *
 * Read beside: client-connection.ts (where it is made), ../exchange/exchange.ts, ../answerers.ts
 * Pure: a record.
 */
import type { RequestHead } from '../http1/request-head.ts'

export interface ReceivedRequest {
  readonly head: RequestHead
  /** X-Request-Id: the client's own, or a new one. */
  readonly id: string
  readonly clientAddress: string
  /** When its head was complete, on the clock's `now()`. */
  readonly at: number
  /** Octets of its head, with the empty line. */
  readonly headLength: number
}
