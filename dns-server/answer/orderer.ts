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
export interface OrderDecision {
  readonly rrset: Rrset
  readonly policy: Policy
  /** Positions in the zone file, in the order in which they are sent. */
  readonly order: readonly number[]
  readonly why: string
  /** Why some of them are left out, or were not although they are down. */
  readonly unusable?: string
}

/** Says which addresses should not be sent, and why; undefined when there is nothing to say. */
export type Unusable = (rrset: Rrset) => { readonly positions: ReadonlySet<number>; readonly why: string } | undefined

/** Whose turn it is among the records of one RRset: the position with which the next `cyclic` answer should start. */
export interface RotationTurn {
  next: number
}

export class Orderer {
  policy: Policy = 'cyclic'
  /** By address; 1 unless it is said otherwise. */
  weights: ReadonlyMap<string, number> = new Map()
  /** Undefined while every address may be sent. */
  unusable: Unusable | undefined
  readonly #random: () => number
  /** By owner and type, so that a zone that was loaded anew goes on where it was. */
  readonly #turns = new Map<string, RotationTurn>()

  constructor(random: () => number = Math.random) {
    this.#random = random
  }

  /** The one memory of this RRset's turns: whoever answers takes and moves it. */
  turnOf(rrset: Rrset): RotationTurn {
    const key = nameKey(rrset.name) + rrset.type
    const known = this.#turns.get(key)
    if (known) return known
    const turn = { next: 0 }
    this.#turns.set(key, turn)
    return turn
  }

  /** Decides about one answer, and moves the turn on. */
  decide(rrset: Rrset, id: number): OrderDecision {
    const { policy } = this
    const count = rrset.data.length
    const turn = this.turnOf(rrset)
    const due = turn.next % count
    const unusable = this.unusable?.(rrset)
    // Who is left out is not drawn: else its neighbour would get its share beside its own.
    const weight = (position: number) => (unusable?.positions.has(position) ? 0 : this.#weight(rrset, position))
    const arranged = arrange(policy, count, { turn: due, id, random: this.#random, weight })
    const order = arranged.order.filter(position => !unusable?.positions.has(position))
    // The next answer starts behind the record that this one really started with, so that those left take turns evenly.
    turn.next = ((order[0] ?? due) + 1) % count
    const decision = { rrset, policy, order, why: arranged.why }
    return unusable ? { ...decision, unusable: unusable.why } : decision
  }

  /** Undoes a decision whose records were not sent after all: whose turn it was, it is again. */
  undo({ rrset, order: [first] }: OrderDecision): void {
    if (first !== undefined) this.turnOf(rrset).next = first
  }

  #weight({ type, data }: Rrset, position: number): number {
    if (type !== TYPE.A && type !== TYPE.AAAA) return 1
    return this.weights.get((data[position] as Address).address) ?? 1
  }
}

/** The RRset in the order decided upon. */
export function inOrder({ rrset, order }: OrderDecision): Rrset {
  return { ...rrset, data: order.map(position => rrset.data[position]).filter(data => data !== undefined) }
}

/** An RRset of one record has no order to decide about. */
export function hasOrder(rrset: Rrset): boolean {
  return rrset.data.length > 1
}
