/**
 * A student's function in place of ours: called with a time limit, its result checked, its failures kept from ending the component.
 *
 * Read beside: preload.ts, ../exercise/guard.ts (the time limit)
 * Pure but for the mark of the last call, which the next event takes.
 */
import type { ExerciseMark } from '#shared/exercise-mark.ts'
import type { Exercise } from '../exercise/exercise.ts'
import { callWithin } from '../exercise/guard.ts'

/** One call may take this long, in milliseconds. Other requests wait meanwhile: a component has one thread. */
const CALL_LIMIT_MS = 300

export interface GuardedCalls {
  /** The student's function, safe to call. */
  guard(name: string, own: unknown): (...args: unknown[]) => unknown
  /** What the last call came to, once: the event of that kind is published in the same turn. */
  takeMark(kind: string): ExerciseMark | undefined
}

/** @param onFailure called with one sentence for each failed call */
export function guardedCalls(exercise: Exercise, onFailure: (why: string) => void): GuardedCalls {
  let mark: ExerciseMark | undefined
  const { number, shownIn } = exercise
  return {
    guard:
      (name, own) =>
      (...args) => {
        const called = callWithin(CALL_LIMIT_MS, () => (own as (...args: unknown[]) => unknown)(...args))
        const meant = called.outcome === 'threw' && exercise.throws.includes((called.error as Error)?.name)
        const why = meant ? undefined : failureOf(exercise, name, called)
        mark = { number, function: name, outcome: why === undefined ? 'answered' : 'failed', ...(why && { why }) }
        if (why !== undefined) {
          onFailure(`${name}(): ${why}`)
          return exercise.afterFailure(name, args, why)
        }
        if (called.outcome === 'threw') throw called.error
        return called.outcome === 'answered' ? called.value : undefined
      },
    takeMark: kind => {
      if (!shownIn.includes(kind)) return undefined
      const taken = mark
      mark = undefined
      return taken
    },
  }
}

/** Undefined when the call brought a value that can be used. */
function failureOf(exercise: Exercise, name: string, called: ReturnType<typeof callWithin>): string | undefined {
  if (called.outcome === 'looped') return `não terminou em ${called.ms} ms · did not end in ${called.ms} ms`
  if (called.outcome === 'threw') return describeThrown(called.error)
  return exercise.problemWith(name, called.value)
}

/** The error and the line of the student's file. */
export function describeThrown(error: unknown): string {
  if (!(error instanceof Error)) return `lançou · threw ${String(error)}`
  const place = /exercises\/[^\s)]+|submission\.mts[^\s)]*/.exec(error.stack ?? '')?.[0]
  return `${error.name}: ${error.message}${place === undefined ? '' : ` (${place})`}`
}
