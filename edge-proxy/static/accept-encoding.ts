/**
 * Content negotiation by coding: which of a file's forms does this client read, and like best?
 *
 *     Accept-Encoding  = #( codings [ weight ] )
 *     codings          = content-coding / "identity" / "*"
 *
 * Read beside: RFC 9110 §12.5.3 (Accept-Encoding), §8.4.1 (codings), shared/weighted-list.ts
 * Pure: text in, weights out.
 */
import { parseWeightedList } from '#shared/weighted-list.ts'

/** The codings that files are kept in. `identity` is no coding at all. */
export type Coding = 'br' | 'gzip' | 'identity'

/** By coding in lower case, 0…1; `*` stands for every coding that is not named. */
export type Weights = ReadonlyMap<string, number>

/**
 * Reads the field.
 *
 * @param values the values of all Accept-Encoding fields of the request
 * @returns undefined when there is none. An element that is not in the grammar says nothing; the others still count.
 */
export function parseAcceptEncoding(values: readonly string[]): Weights | undefined {
  if (values.length === 0) return undefined
  const weights = new Map<string, number>()
  for (const { item, weight, parameters } of parseWeightedList(values.join(','))) {
    // A coding has no parameters.
    if (parameters.length > 0) continue
    // RFC 9110 §8.4.1.3: "A recipient SHOULD consider "x-gzip" to be equivalent to "gzip"."
    weights.set(item === 'x-gzip' ? 'gzip' : item, weight)
  }
  return weights
}

/**
 * The coding to send, of those there are; undefined when the client refuses all of them.
 *
 * @param available in the order in which they are preferred when the client likes several equally well
 */
export function chooseCoding(available: readonly Coding[], weights: Weights | undefined): Coding | undefined {
  // §12.5.3, rule 1: without the field any coding would be acceptable, but whoever does not ask for one may not decode it.
  if (weights === undefined) return 'identity'
  let best: Coding | undefined
  let bestWeight = 0
  for (const coding of available) {
    const weight = weightOf(coding, weights)
    if (weight > bestWeight) {
      best = coding
      bestWeight = weight
    }
  }
  return best
}

function weightOf(coding: Coding, weights: Weights): number {
  const named = weights.get(coding)
  if (named !== undefined) return named
  const others = weights.get('*')
  if (coding !== 'identity') return others ?? 0
  // Rule 2: identity is acceptable unless `identity;q=0`, or `*;q=0` without it. Nobody who names a coding wants it more.
  return others === 0 ? 0 : LEAST
}

/** Less than the smallest weight that can be written. */
const LEAST = 0.0001
