/**
 * Health checks in a worker beside the main thread: it makes none. It gets the results of the main thread's checks, and reports what
 * requests show about a backend.
 *
 * Failures in a row are counted in each worker by itself. A ban is for all of them: the worker that has counted three failures bans the
 * backend at once, and the main thread, which has the original, bans it in all others.
 *
 * Read beside: copied-state.ts, ../balance/check.ts (the checks of the main thread), ../balance/ban.ts
 * Pure: findings and states in; changed records, callbacks and reports out.
 */
import type { Clock } from '#shared/clock.ts'
import type { Backend } from '../balance/backend.ts'
import { type Ban, failed, isBanned, NOT_BANNED } from '../balance/ban.ts'
import type { CheckListener, ClusterChecks } from '../balance/check.ts'
import type { BackendCopies, BackendState } from './copied-state.ts'
import type { WorkerFinding } from './messages.ts'

export class CopiedChecks implements BackendCopies {
  readonly #clock: Clock
  readonly #report: (finding: WorkerFinding) => void
  readonly #listeners = new Map<string, CheckListener>()

  constructor(clock: Clock, report: (finding: WorkerFinding) => void) {
    this.#clock = clock
    this.#report = report
  }

  /** The checks of one cluster, for `ClusterOptions.createChecks`. */
  create(cluster: string, listener: CheckListener): ClusterChecks {
    this.#listeners.set(cluster, listener)
    const report = (backend: Backend, banned: boolean) => this.#report({ cluster, backend: backend.name, banned })
    return {
      watch: async () => {},
      unwatch: async () => {},
      stop: async () => {},
      hurry: backend => report(backend, false),
      reportFailure: backend => {
        const before = backend.ban
        backend.ban = failed(before, this.#clock.now())
        const banned = backend.ban.times > before.times
        if (banned) listener.transition({ backend, available: false, check: 'requests failed' })
        report(backend, banned)
      },
    }
  }

  /** What the main thread has found out about a backend. */
  apply(cluster: string, backend: Backend, state: BackendState): void {
    const now = this.#clock.now()
    const listener = this.#listeners.get(cluster)
    const wasWell = isWell(backend, now)
    const { lastCheck: before } = backend
    backend.label = state.label
    backend.health = state.health
    backend.leaving = state.leaving
    backend.lastCheck = state.lastCheck
    backend.nextCheckAt = state.nextCheckAt
    backend.ban = joinedBan(backend.ban, state.ban)
    const check = state.lastCheck?.text ?? 'not checked yet'
    if (wasWell && !isWell(backend, now)) listener?.transition({ backend, available: false, check })
    if (state.lastCheck?.passed && state.lastCheck.at !== before?.at) listener?.passed(backend)
  }
}

/** The ban of the main thread counts. Where it has none, the failures that this worker has counted remain. */
export function joinedBan(own: Ban, original: Ban): Ban {
  if (original.times > 0) return original
  // "Not banned" is the object NOT_BANNED itself, with which each request compares; the copy that arrived is another object.
  return own.times > 0 ? NOT_BANNED : own
}

function isWell({ health, leaving, ban }: Backend, now: number): boolean {
  return health.healthy && !leaving && !isBanned(ban, now)
}
