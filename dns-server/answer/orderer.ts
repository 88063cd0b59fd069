/**
 * The orderer: remembers for each RRset whose turn it is, and can be told to follow another policy while it runs.
 *
 * There is one for the whole server. UDP and TCP share it, and what was asked of other RRsets in between changes nothing:
 * that is what makes the round robin strict.
 *
 * Read beside: order.ts (the policies)
 * Pure but for its memory of turns: opens nothing.
 */
import type { Address } from '../rdata/layouts.ts'
import { TYPE } from '../wire/codes.ts'
import { nameKey } from '../wire/name.ts'
import type { Rrset } from '../wire/record.ts'
import { arrange, type Policy } from './order.ts'

/** What was decided about an RRset, and why: for whoever watches. */
export interface Decision {
  readonly rrset: Rrset
  readonly policy: Policy
  /** Positions in the zone file, in the order in which they are sent. */
  readonly order: readonly number[]
  readonly why: string
}

/** Says which addresses should not be sent, and why; undefined when there is nothing to say. */
export type Unusable = (rrset: Rrset) => { readonly positions: ReadonlySet<number>; readonly why: string } | undefined

export class Orderer {
  policy: Policy = 'cyclic'
  /** By address; 1 unless it is said otherwise. */
  weights: ReadonlyMap<string, number> = new Map()
  unusable: Unusable = () => undefined
  readonly #random: () => number
  readonly #turns = new Map<string, number>()

  constructor(random: () => number = Math.random) {
    this.#random = random
  }

  /** Whose turn it is: the position with which the next `cyclic` answer should start. */
  turnOf(rrset: Rrset): number {
    return this.#turns.get(keyOf(rrset)) ?? 0
  }

  /** Decides about one answer, and moves the turn on. */
  decide(rrset: Rrset, id: number): Decision {
    const { policy } = this
    const count = rrset.data.length
    const key = keyOf(rrset)
    const turn = (this.#turns.get(key) ?? 0) % count
    const arranged = arrange(policy, count, { turn, id, random: this.#random, weight: at => this.#weight(rrset, at) })
    const unusable = this.unusable(rrset)
    const order = arranged.order.filter(position => !unusable?.positions.has(position))
    // The next answer starts behind the record that this one really started with, so that those left take turns evenly.
    this.#turns.set(key, ((order[0] ?? turn) + 1) % count)
    return { rrset, policy, order, why: unusable ? `${arranged.why}; ${unusable.why}` : arranged.why }
  }

  #weight({ type, data }: Rrset, position: number): number {
    if (type !== TYPE.A && type !== TYPE.AAAA) return 1
    return this.weights.get((data[position] as Address).address) ?? 1
  }
}

/** The RRset in the order decided upon. */
export function inOrder({ rrset, order }: Decision): Rrset {
  return { ...rrset, data: order.map(position => rrset.data[position]).filter(data => data !== undefined) }
}

/** An RRset of one record has no order to decide about. */
export function hasOrder(rrset: Rrset): boolean {
  return rrset.data.length > 1
}

function keyOf({ name, type }: Rrset): string {
  return nameKey(name) + type
}
