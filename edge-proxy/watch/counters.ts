/**
 * What the edge counts: plain numbers on the way of a request, made into metrics only when somebody asks.
 *
 * Read beside: metrics.ts
 * Pure.
 */

export class Counters {
  connections = 0
  /** Connections that came when there were as many as there may be. */
  crowded = 0
  requests = 0
  octetsIn = 0
  octetsOut = 0
  /** Requests that were refused for breaking the rules of the wire. */
  refused = 0
  readonly #statuses = new Map<number, number>()

  /** Counts a response. */
  count(status: number): void {
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1)
  }

  get statuses(): ReadonlyMap<number, number> {
    return this.#statuses
  }
}
