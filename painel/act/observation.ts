/**
 * What clients saw while something was broken: failed requests, the slowest answer, when it was noticed, when it was over.
 *
 * Times are in milliseconds since the action; what happened before is negative. Nothing is in the report that was not observed.
 *
 * Read beside: experiment.ts (which collects this)
 * Pure: samples and notes in, a report out.
 */

/** One request of the client. */
export interface ExperimentSample {
  /** When it was begun. */
  readonly at: number
  /** Until the whole response had arrived, or the client gave up. */
  readonly ms: number
  /** `null`: no response. */
  readonly status: number | null
  readonly error?: string
  readonly frontend?: string
  readonly backend?: string
  /** Addresses that were tried before. */
  readonly retries: number
}

/** A component found another one up or down. */
export interface HealthNote {
  readonly at: number
  readonly by: string
  readonly about: string
  readonly up: boolean
  readonly why: string
}

export interface ExperimentReport {
  /** The path of the requests. */
  readonly path: string
  /** Requests that ended after the action. */
  readonly count: number
  /** Those without a response, or with another status than 200. */
  readonly failed: number
  /** Requests that needed a second address. */
  readonly retried: number
  /** Statuses and errors of the failed ones, with their numbers. */
  readonly failures: Readonly<Record<string, number>>
  /** `null` when no request was answered with 200. */
  readonly slowest: number | null
  /** The first note about the component that was broken; `null` when there was none. */
  readonly noticed: HealthNote | null
  /**
   * The first success after the last failure. `null` when nothing failed, and when the time without failures at the end is shorter than
   * {@link QUIET_MS} or a third of the experiment: then another failure may just not have been seen.
   */
  readonly recovered: number | null
  readonly samples: readonly ExperimentSample[]
  readonly health: readonly HealthNote[]
}

/** Milliseconds without a failure after which one may speak of a recovery. */
const QUIET_MS = 1_000

export function reportOf(
  path: string,
  samples: readonly ExperimentSample[],
  notes: readonly HealthNote[],
  component: string | undefined,
): ExperimentReport {
  const inOrder = [...samples].sort((one, other) => one.at - other.at)
  const after = inOrder.filter(({ at, ms }) => at + ms >= 0)
  const failed = after.filter(hasFailed)
  const answered = after.filter(sample => !hasFailed(sample))
  const last = failed.at(-1)
  const end = Math.max(0, ...after.map(({ at, ms }) => at + ms))
  const isOver = last !== undefined && end - last.at >= Math.max(QUIET_MS, end / 3)
  const success = isOver ? answered.find(({ at }) => at > last.at) : undefined
  const health = notes.filter(({ at }) => at >= 0).sort((one, other) => one.at - other.at)
  return {
    path,
    count: after.length,
    failed: failed.length,
    retried: after.filter(({ retries }) => retries > 0).length,
    failures: countsOf(failed.map(({ status, error }) => String(status ?? error ?? '?'))),
    slowest: answered.length === 0 ? null : Math.max(...answered.map(({ ms }) => ms)),
    noticed: health.find(({ about }) => about === component) ?? null,
    recovered: success === undefined ? null : success.at + success.ms,
    samples: inOrder,
    health,
  }
}

function hasFailed({ status }: ExperimentSample): boolean {
  return status !== 200
}

function countsOf(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}
