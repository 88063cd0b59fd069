/**
 * The mark on an event that came about with a student's function in place of ours: `detail.exercise`.
 *
 * Read beside: lessons/in-place/preload.ts (which adds it), painel/journeys/hops.ts (which shows it)
 * Pure: types only.
 */

export interface ExerciseMark {
  /** `02` */
  readonly number: string
  /** The function that was called. */
  readonly function: string
  /** `failed`: it threw an unexpected error, did not end in time, or returned a value that cannot be used. */
  readonly outcome: 'answered' | 'failed'
  /** Why it failed, in one sentence. */
  readonly why?: string
}
