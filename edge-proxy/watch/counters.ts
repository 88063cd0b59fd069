/**
 * What the edge counts: plain numbers while a request passes, turned into metrics only when /metrics is read.
 *
 * Read beside: metrics.ts
 * Pure.
 */

export class EdgeCounters {
  connections = 0
  /** Connections that were accepted while MAX_CONNECTIONS were open. */
  aboveMaximum = 0
  requests = 0
  octetsIn = 0
  octetsOut = 0
  /** Requests that were refused because they are not valid HTTP. */
  refused = 0
  readonly #statuses = new Map<number, number>()

  countResponse(status: number): void {
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1)
  }

  get statuses(): ReadonlyMap<number, number> {
    return this.#statuses
  }
}
