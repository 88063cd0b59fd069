/**
 * Least connections: whoever has the fewest requests under way, in proportion to its weight. Better than turns where some
 * requests take long; among equals, turns.
 *
 * Read beside: round-robin.ts
 * Pure.
 */

export interface Loaded {
  readonly weight: number
  /** Requests under way. */
  readonly active: number
}

/** The indexes of those that are available and least loaded; among them somebody else may choose. */
export function leastLoaded(candidates: readonly Loaded[], available: (index: number) => boolean): number[] {
  let least: number[] = []
  let lowest = Number.POSITIVE_INFINITY
  for (const [index, { active, weight }] of candidates.entries()) {
    if (!available(index)) continue
    // One more request than now: otherwise all idle backends would be alike, whatever their weight.
    const load = (active + 1) / weight
    if (load < lowest) {
      lowest = load
      least = []
    }
    if (load === lowest) least.push(index)
  }
  return least
}
