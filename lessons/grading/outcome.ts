/**
 * What one input came to: a value, an error that was meant, or a failure.
 *
 * Pure.
 */
import type { Exercise } from '../exercise/exercise.ts'
import type { CallOutcome } from '../exercise/guard.ts'
import { describeThrown } from '../in-place/guarded.ts'

export type SubmissionOutcome =
  /** As JSON text. */
  | { readonly value: string }
  /** The message was refused: the name of the error, and its status where it has one. */
  | { readonly refused: string }
  /** It threw something else, or did not end. */
  | { readonly failure: string }

/** @param called a call whose value is JSON text */
export function outcomeOf({ throws }: Exercise, called: CallOutcome): SubmissionOutcome {
  if (called.outcome === 'looped') return { failure: `não terminou em ${called.ms} ms` }
  if (called.outcome === 'answered') return { value: String(called.value) }
  const { name, status } = (called.error ?? {}) as { name?: string; status?: number }
  if (name === undefined || !throws.includes(name)) return { failure: describeThrown(called.error) }
  return { refused: status === undefined ? name : `${name} ${status}` }
}

/** For a report: `[[0,1,2]]`, `recusou (FormatError)`, `TypeError: …`. */
export function outcomeText(outcome: SubmissionOutcome): string {
  if ('value' in outcome) return outcome.value
  return 'refused' in outcome ? `recusa (${outcome.refused})` : outcome.failure
}

export function sameOutcome(one: SubmissionOutcome, other: SubmissionOutcome): boolean {
  return outcomeText(one) === outcomeText(other) && !('failure' in other)
}
