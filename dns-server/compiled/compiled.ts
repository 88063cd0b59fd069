/**
 * The compiled answers of a running server: made in the background whenever its zones have changed, in slices so short that queries
 * do not wait for them. Until they are ready, the plain path answers.
 *
 * Read beside: compile.ts, fast-path.ts
 * Pure except for using turns of the event loop: opens nothing.
 */
import type { Orderer } from '../answer/orderer.ts'
import type { Zones } from '../zone/zone.ts'
import { compile } from './compile.ts'
import { answerFast, type CountAnswer } from './fast-path.ts'
import type { Table } from './table.ts'

/** Names that are compiled in one turn of the event loop: well under a millisecond. */
const SLICE = 64

export class Compiled {
  readonly #zones: Zones
  readonly #orderer: Orderer
  readonly #count: CountAnswer
  #table: Table | undefined
  /** The generation of the zones from which the table was made, or is being made. */
  #generation = -1
  /** Called when a table is ready. */
  onReady: () => void = () => {}

  constructor(zones: Zones, orderer: Orderer, count: CountAnswer) {
    this.#zones = zones
    this.#orderer = orderer
    this.#count = count
    this.#start()
  }

  /** Names in the table; 0 while it is being made. */
  get size(): number {
    return this.#table?.size ?? 0
  }

  /** The table of the present zones; undefined while it is being made. */
  get table(): Table | undefined {
    return this.#generation === this.#zones.generation ? this.#table : undefined
  }

  /** @returns undefined when the plain path must answer */
  answer(query: Buffer): Buffer | undefined {
    if (this.#generation !== this.#zones.generation) this.#start()
    return this.#table && answerFast(query, this.#table, this.#orderer, this.#count)
  }

  #start(): void {
    const { generation } = this.#zones
    this.#generation = generation
    this.#table = undefined
    const compiling = compile(this.#zones, this.#orderer)
    const slice = () => {
      // The zones have changed again: this work is stale, and the next query starts new work.
      if (this.#zones.generation !== generation) return
      for (let i = 0; i < SLICE; i++) {
        const { done, value } = compiling.next()
        if (done) {
          this.#table = value
          return this.onReady()
        }
      }
      setImmediate(slice)
    }
    setImmediate(slice)
  }
}
