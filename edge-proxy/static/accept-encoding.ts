/**
 * Content negotiation by coding: which of a file's codings does the client accept, and which one does it prefer?
 *
 *     Accept-Encoding  = #( codings [ weight ] )
 *     codings          = content-coding / "identity" / "*"
 *
 * Read beside: RFC 9110 §12.5.3 (Accept-Encoding), §8.4.1 (codings), shared/weighted-list.ts
 * Pure: text in, weights out.
 */
import { parseWeightedList } from '#shared/weighted-list.ts'

/** The codings in which files are kept. `identity` means uncompressed. */
export type Coding = 'br' | 'gzip' | 'identity'

/** By coding in lower case, 0…1; `*` stands for every coding that is not named. */
export type CodingWeights = ReadonlyMap<string, number>

/**
 * Reads the field.
 *
 * @param values the values of all Accept-Encoding fields of the request
 * @returns undefined when there is no such field. Elements that do not match the grammar are ignored.
 */
export function parseAcceptEncoding(values: readonly string[]): CodingWeights | undefined {
  if (values.length === 0) return undefined
  const weights = new Map<string, number>()
  for (const { item, weight, parameters } of parseWeightedList(values.join(','))) {
    // The grammar allows a weight behind a coding, and no other parameters.
    if (parameters.length > 0) continue
    // RFC 9110 §8.4.1.3: "A recipient SHOULD consider "x-gzip" to be equivalent to "gzip"."
    weights.set(item === 'x-gzip' ? 'gzip' : item, weight)
  }
  return weights
}

/**
 * The coding to send; undefined when the client refuses every available one.
 *
 * @param available in order of preference: the first one is sent when several have the same weight
 */
export function chooseCoding(available: readonly Coding[], weights: CodingWeights | undefined): Coding | undefined {
  // §12.5.3, rule 1: without the field every coding is acceptable. But a client that sends no field may not be able to decode one.
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

function weightOf(coding: Coding, weights: CodingWeights): number {
  const named = weights.get(coding)
  if (named !== undefined) return named
  const others = weights.get('*')
  if (coding !== 'identity') return others ?? 0
  // Rule 2: identity is acceptable unless the field has `identity;q=0`, or `*;q=0` without identity. Named codings are preferred.
  return others === 0 ? 0 : LEAST
}

/** Less than the smallest weight in the grammar, 0.001. */
const LEAST = 0.0001
