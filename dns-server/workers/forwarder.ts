/**
 * The forwarder of a worker: collects the queries that the worker cannot answer, and posts them to the main thread once in each turn of the
 * event loop.
 *
 * Read beside: worker.ts, workers.ts (which receives them)
 * Pure except for the shared number of waiting queries: opens nothing.
 */
import type { UdpSender } from '../server/udp.ts'
import { type ForwardedQuery, SHARED, WAITING_LIMIT } from './messages.ts'

export class Forwarder {
  readonly #shared: Int32Array
  readonly #post: (queries: readonly ForwardedQuery[]) => void
  #collected: ForwardedQuery[] = []

  constructor(shared: Int32Array, post: (queries: readonly ForwardedQuery[]) => void) {
    this.#shared = shared
    this.#post = post
  }

  /** @returns false when too many queries wait for the main thread already: this one is dropped */
  forward(octets: Uint8Array, { address, port }: UdpSender): boolean {
    if (Atomics.load(this.#shared, SHARED.WAITING) >= WAITING_LIMIT) return false
    Atomics.add(this.#shared, SHARED.WAITING, 1)
    if (this.#collected.length === 0) setImmediate(() => this.#postAll())
    this.#collected.push({ octets, address, port })
    return true
  }

  #postAll(): void {
    const queries = this.#collected
    this.#collected = []
    this.#post(queries)
  }
}
