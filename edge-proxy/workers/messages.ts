/**
 * What the main thread and the other workers send to each other.
 *
 *     main thread ──copy, listen, status, metrics, drain──► worker        each is answered
 *     main thread ◄──event, failure of a backend, check soon──── worker   not answered
 *
 * Read beside: workers.ts (the main thread), worker.ts (the others), copied-state.ts
 * Pure: types.
 */
import type { LabEvent } from '#shared/events.ts'
import type { ListeningPlace } from '../downstream/ports.ts'
import type { CopiedState } from './copied-state.ts'
import type { LimitMemory } from './shared-buckets.ts'

/** What a worker is asked. */
export type WorkerRequest =
  /** Take over this state. */
  | { readonly ask: 'copy'; readonly state: CopiedState }
  | { readonly ask: 'listen'; readonly places: readonly ListeningPlace[] }
  | { readonly ask: 'status' }
  | { readonly ask: 'metrics' }
  /** Finish what has begun, and accept nothing more. */
  | { readonly ask: 'drain' }

/** `number` is that of the answer. */
export type NumberedRequest = WorkerRequest & { readonly number: number }

/** What a worker found out about a backend. */
export interface WorkerFinding {
  readonly cluster: string
  readonly backend: string
  /** Whether the worker has banned it, because requests to it failed; otherwise it only has to be checked soon. */
  readonly banned: boolean
}

export type WorkerMessage =
  | { readonly answer: number; readonly value: unknown }
  | { readonly event: LabEvent }
  | { readonly finding: WorkerFinding }

/** What a worker is started with. */
export interface WorkerData {
  /** From 2; the main thread is worker 1. */
  readonly worker: number
  /** The share of requests whose events are watched (watched-share.ts). */
  readonly watchedShare: SharedArrayBuffer
  /** What each client has left of the limits (shared-buckets.ts). */
  readonly limits: LimitMemory
}
