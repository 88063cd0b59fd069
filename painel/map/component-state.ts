/**
 * The state of a component, from what is observed of it: its process (the launcher), its own answers (the admin endpoint), and, for MySQL
 * and Redis, what the backends report.
 *
 * Read beside: observer.ts (which collects the observations), lab/launcher.ts (the launcher's states)
 * Pure: observations in, a state out.
 */

export type ObservedState = 'up' | 'starting' | 'stopped' | 'died' | 'paused' | 'unreachable'

export interface Observations {
  /** What the launcher reports of the process; undefined where no launcher runs (Docker Compose). */
  readonly launcher: 'running' | 'starting' | 'stopped' | 'died' | 'paused' | undefined
  /** Whether the admin endpoint answers; undefined for MySQL, Redis and Kafka, which have none. */
  readonly answers: boolean | undefined
  /** MySQL, Redis and Kafka: whether the backends reach it; undefined when no backend answers. */
  readonly reached: boolean | undefined
}

/**
 * The launcher's report decides for processes that are not running. A process that runs and does not answer is `unreachable`: it is paused
 * from outside, hangs, or its network is cut.
 */
export function componentState({ launcher, answers, reached }: Observations): ObservedState {
  if (launcher !== undefined && launcher !== 'running') return launcher
  return (answers ?? reached ?? launcher === 'running') ? 'up' : 'unreachable'
}
