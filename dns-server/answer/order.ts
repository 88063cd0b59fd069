/**
 * Round robin: the order in which the records of an RRset are sent. Most clients connect to the first address.
 *
 *     turn 0:  .20 .21 .22        turn 1:  .21 .22 .20        turn 2:  .22 .20 .21        turn 3:  .20 .21 .22
 *
 * Read beside: RFC 1794 §2 (load balancing by rotation), docs/decisions.md ("Round robin")
 * Pure: a policy, a turn, random numbers and the time in, an order out. orderer.ts keeps the turns.
 */
import { rotate } from './rotation.ts'

export const POLICIES = ['cyclic', 'random', 'query-id', 'fixed', 'weighted'] as const

/**
 * - `cyclic`: each answer starts one record later than the one before
 * - `random`: a shuffle, as in PowerDNS and CoreDNS (CoreDNS calls it round robin, but it is a shuffle)
 * - `query-id`: starts at query ID modulo n, as in BIND ≥ 9.21.14 and Knot: needs no memory, but two queries may get the same order
 * - `fixed`: the order of the zone file
 * - `weighted`: the first record is chosen at random by weight, the others follow in the order of the zone file
 */
export type Policy = (typeof POLICIES)[number]

export interface OrderInputs {
  /** The position to start with, for `cyclic`. */
  readonly turn: number
  /** The ID of the query, for `query-id`. */
  readonly id: number
  /** 0 ≤ random() < 1, for `random` and `weighted`. */
  readonly random: () => number
  /** The weight of each position, 0 or more, for `weighted`. */
  readonly weight: (position: number) => number
  /** Milliseconds that never go back, for a policy that depends on the time. None of these does. */
  readonly time: () => number
}

/**
 * Arranges the positions 0…count−1. A new policy is one entry in {@link POLICIES} and one case here.
 *
 * @returns the positions in the order in which they are sent, and the reason for it
 */
export function arrange(policy: Policy, count: number, now: OrderInputs): { order: number[]; why: string } {
  switch (policy) {
    case 'cyclic':
      return { order: rotate(count, now.turn % count), why: `turn ${now.turn % count} of ${count}` }
    case 'query-id':
      return { order: rotate(count, now.id % count), why: `query ID ${now.id} mod ${count} is ${now.id % count}` }
    case 'random':
      return { order: shuffle(rotate(count, 0), now.random), why: 'shuffled' }
    case 'weighted': {
      const first = draw(count, now)
      return { order: rotate(count, first), why: `position ${first}, chosen by weight` }
    }
    case 'fixed':
      return { order: rotate(count, 0), why: 'as in the zone file' }
  }
}

/** The shuffle of Fisher and Yates: every order is equally likely. */
function shuffle(positions: number[], random: () => number): number[] {
  for (let i = positions.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const moved = positions[i] as number
    positions[i] = positions[j] as number
    positions[j] = moved
  }
  return positions
}

/** A random position; its probability is its weight divided by the sum of all. If all weights are 0, all are equally likely. */
function draw(count: number, { random, weight }: OrderInputs): number {
  const weights = rotate(count, 0).map(weight)
  const sum = weights.reduce((a, b) => a + b, 0)
  if (sum <= 0) return Math.floor(random() * count)
  const drawn = random() * sum
  let reached = 0
  const position = weights.findIndex(weight => {
    reached += weight
    return drawn < reached
  })
  return Math.max(0, position)
}
