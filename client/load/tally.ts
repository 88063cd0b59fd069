/**
 * The result of a load: counts per frontend, backend and status, errors, retries, and the distribution of the response times.
 *
 * Read beside: load.ts
 * Pure: results in, numbers out.
 */

export interface LoadResult {
  readonly status: number
  readonly frontend: string
  readonly backend: string | undefined
  /** From the time at which the request was due. */
  readonly ms: number
  /** Attempts that failed before the one that was answered. */
  readonly retries: number
  readonly connection: 'new' | 'reused'
  readonly resolved: string
}

export interface LoadReport {
  /** Requests that were sent: answered or failed. */
  readonly count: number
  readonly frontends: Readonly<Record<string, number>>
  /** Without the responses that an edge proxy gave itself. */
  readonly backends: Readonly<Record<string, number>>
  readonly statuses: Readonly<Record<string, number>>
  /** Requests without a response, by reason. */
  readonly errors: Readonly<Record<string, number>>
  readonly retries: number
  readonly connections: Readonly<Record<'new' | 'reused', number>>
  /** How the address was found: `cache`, `query`, `kept`, `given`. */
  readonly resolved: Readonly<Record<string, number>>
  /** Milliseconds; null without any response. */
  readonly p50: number | null
  readonly p99: number | null
  readonly max: number | null
  /** Seconds from the first request to the last response. */
  readonly seconds: number
}

export class Tally {
  readonly #times: number[] = []
  readonly #frontends = new Map<string, number>()
  readonly #backends = new Map<string, number>()
  readonly #statuses = new Map<string, number>()
  readonly #errors = new Map<string, number>()
  readonly #resolved = new Map<string, number>()
  readonly #connections = { new: 0, reused: 0 }
  #retries = 0

  add(result: LoadResult): void {
    this.#times.push(result.ms)
    count(this.#frontends, result.frontend || '?')
    if (result.backend !== undefined) count(this.#backends, result.backend)
    count(this.#statuses, String(result.status))
    count(this.#resolved, result.resolved)
    this.#connections[result.connection]++
    this.#retries += result.retries
  }

  fail(reason: string): void {
    count(this.#errors, reason)
  }

  /** @param seconds how long the load took */
  report(seconds: number): LoadReport {
    const times = Float64Array.from(this.#times).sort()
    const failed = [...this.#errors.values()].reduce((sum, number) => sum + number, 0)
    return {
      count: times.length + failed,
      frontends: sorted(this.#frontends),
      backends: sorted(this.#backends),
      statuses: sorted(this.#statuses),
      errors: sorted(this.#errors),
      retries: this.#retries,
      connections: { ...this.#connections },
      resolved: sorted(this.#resolved),
      p50: quantile(times, 0.5),
      p99: quantile(times, 0.99),
      max: quantile(times, 1),
      seconds,
    }
  }
}

/** The smallest value that at least the share `q` (0 to 1) of the ascending `sortedValues` does not exceed (nearest rank). */
export function quantile(sortedValues: ArrayLike<number>, q: number): number | null {
  const rank = Math.max(1, Math.ceil(q * sortedValues.length))
  return sortedValues[rank - 1] ?? null
}

function count(map: Map<string, number>, key: string): void {
  map.set(key, (map.get(key) ?? 0) + 1)
}

function sorted(map: Map<string, number>): Record<string, number> {
  return Object.fromEntries([...map].sort(([one], [other]) => one.localeCompare(other)))
}
