/**
 * Least connections: the backend with the fewest open requests, in proportion to its weight. Better than plain turns where some
 * requests take long. Among equals, turns decide.
 *
 * Read beside: round-robin.ts
 * Pure.
 */

export interface Loaded {
  readonly weight: number
  /** Open requests. */
  readonly active: number
}

/** The indexes of those that are available and least loaded. */
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
