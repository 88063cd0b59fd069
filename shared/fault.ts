/**
 * A fault that is caused on purpose: its kind, and the requests that meet it.
 *
 * Read beside: fault-body.ts (how it is asked for), faults.ts (the faults in force)
 * Pure: types, and the list of kinds.
 */
export const FAULT_KINDS = ['hang', 'slow', 'refuse', 'reset', 'error', 'drop', 'crash'] as const
export type FaultKind = (typeof FAULT_KINDS)[number]

/** One fault in force. Only the members that its kind uses are present. */
export interface Fault {
  /**
   * - `hang`: the request is read and never answered; the connection stays open.
   * - `slow`: the request is answered `ms` milliseconds late.
   * - `refuse`: the port is closed, so that the kernel refuses connections (TCP RST; ICMP port unreachable for UDP), and open
   *   connections are closed.
   * - `reset`: the TCP connection is reset after `octets` octets of the response. A UDP query does not meet it.
   * - `error`: the request is answered with a status or an rcode, and nothing else is done.
   * - `drop`: the request is read and its connection is closed, or its datagram ignored, without an answer.
   * - `crash`: the process ends at once, as after `kill -9`, when a request arrives.
   */
  readonly kind: FaultKind
  /** Share of the matching requests that meet the fault: above 0, at most 1. */
  readonly share: number
  /** HTTP: only requests for this path. One `*` in it stands for any text. */
  readonly path?: string
  /** DNS: only queries for this name. One `*` in it stands for any text. */
  readonly name?: string
  /** Only requests from this address. */
  readonly client?: string
  /** `slow`: milliseconds, 1 to 60 000. */
  readonly ms?: number
  /** `reset`: octets of the response that are sent before, 0 to 1 000 000. */
  readonly octets?: number
  /** `error` in HTTP. */
  readonly status?: number
  /** `error` in DNS. */
  readonly rcode?: string
  /** When the fault ends by itself, in milliseconds since 1970. */
  readonly until?: number
}
