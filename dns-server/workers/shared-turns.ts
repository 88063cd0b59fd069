/**
 * Turns of round robin that several threads use: each is a number in shared memory. A thread changes it only while it has the value that the
 * thread has read (compare and exchange), so two answers never use the same turn.
 *
 * Read beside: ../answer/orderer.ts (RotationTurn); ECMAScript §25.4 (Atomics)
 * Pure except for the shared memory: opens nothing.
 */
import type { RotationTurn } from '../answer/orderer.ts'

/** Turns in one block of memory. A further block is added when all are in use, because a block that threads share cannot be moved. */
const BLOCK = 4096

export class SharedTurn implements RotationTurn {
  /** Counts from 0: the same number is the same turn in every thread. */
  readonly number: number
  readonly #block: Int32Array

  constructor(number: number, block: Int32Array) {
    this.number = number
    this.#block = block
  }

  get next(): number {
    return Atomics.load(this.#block, this.number % BLOCK)
  }

  move(from: number, to: number): boolean {
    return Atomics.compareExchange(this.#block, this.number % BLOCK, from, to) === from
  }
}

/** All turns of a server. The main thread gives each RRset one of its own. */
export class SharedTurns {
  readonly #blocks: Int32Array<SharedArrayBuffer>[]
  #count = 0

  /** @param memory of turns that another thread has made */
  constructor(memory: readonly SharedArrayBuffer[] = []) {
    this.#blocks = memory.map(block => new Int32Array(block))
  }

  /** For another thread. */
  get memory(): readonly SharedArrayBuffer[] {
    return this.#blocks.map(({ buffer }) => buffer)
  }

  /** A turn that is not in use. */
  readonly add = (): SharedTurn => {
    if (this.#count % BLOCK === 0) this.#blocks.push(new Int32Array(new SharedArrayBuffer(4 * BLOCK)))
    return this.at(this.#count++)
  }

  at(number: number): SharedTurn {
    const block = this.#blocks[Math.floor(number / BLOCK)]
    if (!block) throw new RangeError(`turn ${number} does not exist`)
    return new SharedTurn(number, block)
  }
}
