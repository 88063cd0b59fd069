/**
 * What the main thread and its workers send to each other, and the numbers that they share.
 *
 *     main thread ── TableForWorkers, open or close ──►  worker
 *     main thread ◄── queries that it must answer ─────  worker
 *
 * Read beside: workers.ts (the main thread), worker.ts (a worker)
 * Pure: types and constants.
 */
import type { Policy } from '../answer/order.ts'
import type { TableMemory } from '../compiled/table.ts'
import type { UdpSender } from '../server/udp.ts'

/** What a worker is started with. */
export interface WorkerStart {
  readonly address: string
  readonly port: number
  /** Int32Array, positions in {@link SHARED}. */
  readonly shared: SharedArrayBuffer
  /** Of DnsCounters: the worker writes, the main thread reads. */
  readonly counters: SharedArrayBuffer
}

export const SHARED = {
  /** The number of the table from which workers may answer now; 0: none. Only the main thread writes it. */
  TABLE: 0,
  /** Queries on the way from workers to the main thread. */
  WAITING: 1,
  LENGTH: 2,
} as const

/** At this number of waiting queries, workers drop those that they cannot answer, as the kernel does when the buffer of a socket is full. */
export const WAITING_LIMIT = 4096

/** Answers that a worker may give, while {@link SHARED.TABLE} has this number. */
export interface TableForWorkers {
  readonly number: number
  readonly memory: TableMemory
  readonly policy: Policy
  /** The numbers of the turns, in the order of `Table.turns`, and their memory. */
  readonly turns: Int32Array
  readonly turnMemory: readonly SharedArrayBuffer[]
}

export type ToWorker = { readonly table: TableForWorkers } | { readonly open: boolean }

/** A query that the main thread must answer. */
export interface ForwardedQuery extends UdpSender {
  readonly octets: Uint8Array
}

/** `open`: the socket is open, or closed, as it was requested. */
export type FromWorker = { readonly queries: readonly ForwardedQuery[] } | { readonly open: boolean }
