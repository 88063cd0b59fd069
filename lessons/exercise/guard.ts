/**
 * Calls a function that may throw, return an invalid value or never end: each call has a time limit, after which it is stopped.
 *
 * Read beside: https://nodejs.org/api/vm.html (`timeout`): V8 stops the running function from outside, also in `for (;;) {}`
 * Pure: a function in, its result or its failure out.
 */
import { Script } from 'node:vm'

export type CallOutcome =
  | { readonly outcome: 'answered'; readonly value: unknown }
  | { readonly outcome: 'threw'; readonly error: unknown }
  | { readonly outcome: 'looped'; readonly ms: number }

const SLOT = 'meutrabalhoExerciseCall'
const script = new Script(`globalThis.${SLOT}()`, { filename: 'exercise-call' })

/** @param ms the time limit, in milliseconds */
export function callWithin(ms: number, call: () => unknown): CallOutcome {
  const slots = globalThis as unknown as Record<string, unknown>
  const outer = slots[SLOT]
  slots[SLOT] = call
  try {
    return { outcome: 'answered', value: script.runInThisContext({ timeout: ms }) }
  } catch (error) {
    if ((error as NodeJS.ErrnoException)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return { outcome: 'looped', ms }
    return { outcome: 'threw', error }
  } finally {
    slots[SLOT] = outer
  }
}
