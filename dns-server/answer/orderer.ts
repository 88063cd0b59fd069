/**
 * The orderer: stores for each RRset which record is next, and can switch to another policy while the server runs.
 *
 * The whole server has one. UDP and TCP share it, and queries for other RRsets in between change nothing: that makes the round
 * robin strict.
 *
 * Read beside: order.ts (the policies)
 * Pure except for the turns that it stores: opens nothing; random numbers and the clock come in.
 */
import { type Clock, systemClock } from '#shared/clock.ts'
import type { Address } from '../rdata/layouts.ts'
import { TYPE } from '../wire/codes.ts'
import { nameKey } from '../wire/name.ts'
import type { Rrset } from '../wire/record.ts'
import { arrange, type Policy } from './order.ts'
import { nextStart } from './rotation.ts'

/** The order chosen for an RRset, and the reason, for events. */
export interface OrderDecision {
  readonly rrset: Rrset
  readonly policy: Policy
  /** Positions in the zone file, in the order in which they are sent. */
  readonly order: readonly number[]
  readonly why: string
  /** Seconds, when it is less than the TTL of the RRset. */
  readonly ttl?: number
  /** Why some records are left out, or are sent although they are down. */
  readonly unusable?: string
}

/** The records of an RRset whose addresses should not be sent now. */
export interface UnusableAddresses {
  /** Positions in the zone file; never all of them. */
  readonly positions: ReadonlySet<number>
  /** Seconds for which the other records may be cached. */
  readonly ttl: number
  /** Why records are left out, or are sent although they are down; undefined when all are usable. */
  readonly why?: string
}

/** The turn of one RRset. */
export interface RotationTurn {
  /** The position of the record with which the next `cyclic` answer starts. */
  readonly next: number
  /** Changes `next`. @returns false when another thread has changed it since it was `from`: then nothing was changed */
  move(from: number, to: number): boolean
}

/** A turn that one thread uses. */
class OwnTurn implements RotationTurn {
  next = 0

  move(_: number, to: number): boolean {
    this.next = to
    return true
  }
}

export class Orderer {
  policy: Policy = 'cyclic'
  /** By address; an address that is not listed has weight 1. */
  weights: ReadonlyMap<string, number> = new Map()
  /** Undefined while every address may be sent. */
  unusable: ((rrset: Rrset) => UnusableAddresses | undefined) | undefined
  readonly #random: () => number
  readonly #time: () => number
  readonly #newTurn: () => RotationTurn
  /** By owner and type, so that the rotation continues when a zone is loaded again. */
  readonly #turns = new Map<string, RotationTurn>()

  /** @param newTurn for turns that several threads use: workers/shared-turns.ts */
  constructor(
    random: () => number = Math.random,
    clock: Pick<Clock, 'now'> = systemClock,
    newTurn: () => RotationTurn = () => new OwnTurn(),
  ) {
    this.#random = random
    this.#time = () => clock.now()
    this.#newTurn = newTurn
  }

  /** The turn of this RRset: one object, shared by everything that answers with it. */
  turnOf(rrset: Rrset): RotationTurn {
    const key = nameKey(rrset.name) + rrset.type
    const known = this.#turns.get(key)
    if (known) return known
    const turn = this.#newTurn()
    this.#turns.set(key, turn)
    return turn
  }

  /** Chooses the order for one answer, and moves the turn on. */
  decide(rrset: Rrset, id: number): OrderDecision {
    const { policy } = this
    const count = rrset.data.length
    const turn = this.turnOf(rrset)
    const { next } = turn
    const due = next % count
    const unusable = this.unusable?.(rrset)
    // Weight 0 for a record that is left out: otherwise its neighbour would get its share too.
    const weight = (position: number) => (unusable?.positions.has(position) ? 0 : this.#weight(rrset, position))
    const arranged = arrange(policy, count, { turn: due, id, random: this.#random, weight, time: this.#time })
    const order = arranged.order.filter(position => !unusable?.positions.has(position))
    // Another thread has used this turn in the meantime.
    if (!turn.move(next, nextStart(count, order, due))) return this.decide(rrset, id)
    const decision = { rrset, policy, order, why: arranged.why }
    if (!unusable) return decision
    return { ...decision, ttl: unusable.ttl, ...(unusable.why !== undefined && { unusable: unusable.why }) }
  }

  /** Undoes a decision whose records were not sent: the turn goes back, unless another thread has moved it on. */
  undo({ rrset, order }: OrderDecision): void {
    const [first] = order
    if (first !== undefined) this.turnOf(rrset).move(nextStart(rrset.data.length, order, first), first)
  }

  #weight({ type, data }: Rrset, position: number): number {
    if (type !== TYPE.A && type !== TYPE.AAAA) return 1
    return this.weights.get((data[position] as Address).address) ?? 1
  }
}

/** The RRset in the chosen order. */
export function inOrder({ rrset, order, ttl = rrset.ttl }: OrderDecision): Rrset {
  return { ...rrset, ttl, data: order.map(position => rrset.data[position]).filter(data => data !== undefined) }
}

/** Whether there is an order to choose: not in an RRset of one record, and not among signatures. */
export function hasOrder(rrset: Rrset): boolean {
  return rrset.data.length > 1 && rrset.type !== TYPE.RRSIG
}
