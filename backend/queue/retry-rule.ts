/**
 * What happens to a message whose handler has failed: another try after a pause, or the dead letters.
 *
 *   the failure                                         then
 *   a dependency is down (Unavailable)                  the whole lane waits; the try does not count
 *   the message can never be handled (Unprocessable)    dead at once
 *   anything else                                       another try after 0.2, 1, 3, 9 s; dead after the fifth
 *
 * A failing message holds back the later messages of its own key until it is handled or dead; other keys go on. When it is dead, its key
 * goes on with the next message: a consumer that needs every message of a key must check for itself that none is missing.
 *
 * Read beside: backlog.ts (holds keys back), consume.ts (the caller)
 * Pure: values in, a verdict out.
 */
import { describeError } from '#shared/log.ts'
import { Unavailable } from '../refusal.ts'

/** Thrown by a handler: no further try would help, because the message itself is wrong. */
export class Unprocessable extends Error {
  override name = 'Unprocessable'
}

/** Milliseconds before the second, third, fourth and fifth try. */
export const RETRY_PAUSES_MS: readonly number[] = [200, 1_000, 3_000, 9_000]

/** Characters of a reason that are kept. */
const LONGEST_REASON = 500

export type RetryVerdict =
  | { readonly what: 'wait' | 'dead'; readonly reason: string }
  | { readonly what: 'retry'; readonly afterMs: number; readonly reason: string }

/** @param tries how many have failed, with this one */
export function afterFailure(error: unknown, tries: number, pauses = RETRY_PAUSES_MS): RetryVerdict {
  const reason = describeError(error).slice(0, LONGEST_REASON)
  if (error instanceof Unavailable) return { what: 'wait', reason }
  if (error instanceof Unprocessable) return { what: 'dead', reason }
  return triesAreOver(tries, pauses)
    ? { what: 'dead', reason }
    : { what: 'retry', afterMs: pauses[tries - 1] ?? 0, reason }
}

/** A message that ends its process at every try leaves no error: its tries are counted before they begin. */
export function triesAreOver(tries: number, pauses = RETRY_PAUSES_MS): boolean {
  return tries > pauses.length
}
