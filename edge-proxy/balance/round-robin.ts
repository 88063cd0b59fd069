/**
 * Smooth weighted round robin: every backend in turn, one with weight 2 twice as often, and not twice in a row if that can be
 * avoided.
 *
 * In each turn, every candidate earns its weight in credit. The one with the most credit is picked, and pays what all have
 * earned together. With weights 5, 1, 1 that gives a a b a c a a. With equal weights it is plain round robin.
 *
 * Read beside: nginx commit 52327e0627f4 (where the algorithm comes from)
 * Pure: credits in, credits out.
 */

export interface Weighted {
  readonly weight: number
}

export interface WeightedTurn {
  /** Which candidate is picked; -1 when there is none. */
  readonly index: number
  /** The input of the next turn. */
  readonly credits: readonly number[]
}

/**
 * @param candidates all of them, in a stable order
 * @param available  whether a candidate may be picked now; others neither earn nor pay
 * @param credits    of the last turn; missing ones count as 0
 */
export function nextTurn(
  candidates: readonly Weighted[],
  available: (index: number) => boolean,
  credits: readonly number[],
): WeightedTurn {
  const earned: number[] = []
  let total = 0
  let index = -1
  for (let i = 0; i < candidates.length; i++) {
    const before = credits[i] ?? 0
    if (!available(i)) {
      earned.push(before)
      continue
    }
    const weight = (candidates[i] as Weighted).weight
    total += weight
    earned.push(before + weight)
    if (index === -1 || (earned[i] as number) > (earned[index] as number)) index = i
  }
  if (index !== -1) earned[index] = (earned[index] as number) - total
  return { index, credits: earned }
}
