/**
 * The token buckets of the rate limits in memory that all workers share: a client has one bucket, whichever worker has its connections.
 *
 *     lock │ clients │ set 0: 8 slots │ set 1: 8 slots │ …        slot: tokens │ at │ address as text, 48 octets
 *
 * The hash of an address names its set. In a full set, the client that was silent longest is deleted; by then its bucket is
 * usually full again, as that of a new client is.
 *
 * Read beside: ../limits/rate-limits.ts (the same in the memory of one thread), ../limits/token-bucket.ts, ECMA-262 §25.4 (Atomics)
 * Pure: the time comes in; memory changes. Waits while another thread has the lock.
 */
import type { ClientBuckets, CreateBuckets, LimitRule } from '../limits/rate-limits.ts'
import { fullBucket, type Rate, takeToken } from '../limits/token-bucket.ts'

const SETS = 2_048
const SLOTS_IN_SET = 8
/** Clients that are remembered, at most. */
export const MOST_CLIENTS = SETS * SLOTS_IN_SET

/** The longest text of an IPv6 address has 45 characters; a zone after it (`%eth0`) is cut off. */
const ADDRESS_OCTETS = 48
const NUMBERS_OCTETS = 2 * Float64Array.BYTES_PER_ELEMENT
const SLOT_OCTETS = NUMBERS_OCTETS + ADDRESS_OCTETS
const HEAD_OCTETS = 2 * Float64Array.BYTES_PER_ELEMENT

const LOCK = 0
const CLIENTS = 1
/** A lock is held for a few microseconds. One that is held longer belongs to a thread that has ended, or the whole process was stopped. */
const LOCK_MS = 50

/** One table for each rule. */
export type LimitMemory = Readonly<Record<LimitRule, SharedArrayBuffer>>

/** Shared memory for the buckets of {@link MOST_CLIENTS} clients under each rule. */
export function newLimitMemory(): LimitMemory {
  const table = () => new SharedArrayBuffer(HEAD_OCTETS + MOST_CLIENTS * SLOT_OCTETS)
  return { requests: table(), logins: table() }
}

/** For the constructor of the limits. */
export function bucketsIn(memory: LimitMemory): CreateBuckets {
  return (rule, rate) => new SharedBuckets(memory[rule], rate)
}

export class SharedBuckets implements ClientBuckets {
  readonly rate: Rate
  readonly #head: Int32Array<SharedArrayBuffer>
  readonly #octets: Uint8Array<SharedArrayBuffer>
  readonly #numbers: Float64Array<SharedArrayBuffer>

  constructor(memory: SharedArrayBuffer, rate: Rate) {
    this.rate = rate
    this.#head = new Int32Array(memory, 0, HEAD_OCTETS / Int32Array.BYTES_PER_ELEMENT)
    this.#octets = new Uint8Array(memory)
    this.#numbers = new Float64Array(memory)
  }

  get size(): number {
    return Atomics.load(this.#head, CLIENTS)
  }

  take(address: string, now: number): number {
    const name = encoded(address)
    return this.#locked(() => {
      const slot = this.#slotFor(name)
      const at = slot / Float64Array.BYTES_PER_ELEMENT
      const known = this.#has(slot, name)
      if (!known && this.#isFree(slot)) Atomics.add(this.#head, CLIENTS, 1)
      const [tokens = 0, since = 0] = this.#numbers.subarray(at, at + 2)
      const { bucket, waitMs } = takeToken(known ? { tokens, at: since } : fullBucket(this.rate, now), this.rate, now)
      this.#octets.set(name, slot + NUMBERS_OCTETS)
      this.#numbers[at] = bucket.tokens
      this.#numbers[at + 1] = bucket.at
      return waitMs
    })
  }

  /** Where the bucket of this client is; otherwise a free slot of its set, or the one that was not used for longest. */
  #slotFor(name: Uint8Array): number {
    const set = HEAD_OCTETS + (hash(name) % SETS) * SLOTS_IN_SET * SLOT_OCTETS
    const slots = Array.from({ length: SLOTS_IN_SET }, (_, index) => set + index * SLOT_OCTETS)
    const own = slots.find(slot => this.#has(slot, name)) ?? slots.find(slot => this.#isFree(slot))
    return own ?? slots.reduce((oldest, slot) => (this.#usedAt(slot) < this.#usedAt(oldest) ? slot : oldest))
  }

  #has(slot: number, name: Uint8Array): boolean {
    return name.every((octet, index) => this.#octets[slot + NUMBERS_OCTETS + index] === octet)
  }

  #isFree(slot: number): boolean {
    return this.#octets[slot + NUMBERS_OCTETS] === 0
  }

  #usedAt(slot: number): number {
    return this.#numbers[slot / Float64Array.BYTES_PER_ELEMENT + 1] as number
  }

  clear(): void {
    this.#locked(() => {
      this.#octets.fill(0, HEAD_OCTETS)
      Atomics.store(this.#head, CLIENTS, 0)
    })
  }

  #locked<T>(work: () => T): T {
    while (Atomics.compareExchange(this.#head, LOCK, 0, 1) !== 0) {
      // After LOCK_MS the thread goes on without the lock: the count of one request may be lost, but no thread waits without end.
      if (Atomics.wait(this.#head, LOCK, 1, LOCK_MS) === 'timed-out') break
    }
    try {
      return work()
    } finally {
      Atomics.store(this.#head, LOCK, 0)
      Atomics.notify(this.#head, LOCK, 1)
    }
  }
}

/** An address as octets, with zeros after it. */
function encoded(address: string): Uint8Array {
  const octets = new Uint8Array(ADDRESS_OCTETS)
  octets.set(Buffer.from(address.slice(0, ADDRESS_OCTETS), 'latin1'))
  return octets
}

/** FNV-1a, 32 bits, with its bits mixed once more. */
function hash(octets: Uint8Array): number {
  let value = 0x811c9dc5
  for (const octet of octets) value = Math.imul(value ^ octet, 0x01000193)
  return (value ^ (value >>> 15)) >>> 0
}
