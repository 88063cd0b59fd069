/**
 * Counters of the backend since its start, for Prometheus. A request only increments a few numbers; the text is made when
 * `GET /metrics` is requested.
 *
 * Read beside: #shared/admin.ts (`GET /metrics`); https://prometheus.io/docs/practices/naming/
 * Touches nothing outside the registry that it fills.
 */
import { Counter, collectDefaultMetrics, Gauge, type Histogram, Registry } from 'prom-client'
import type { Dependency } from './dependency.ts'
import type { Route } from './http/router.ts'
import type { Hasher } from './passwords/hasher.ts'

/** Seconds. A `/status` takes a tenth of a millisecond, a login about 35. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

const SECONDS = 'backend_request_seconds'

interface RouteCounts {
  readonly statuses: Map<number, number>
  /** How many requests fell into each bucket: longer than the limit before it, and not longer than its own. The last one has no limit. */
  readonly buckets: number[]
  seconds: number
}

/** All paths without a route are counted together: otherwise a scanner could fill the memory with paths. */
const NO_ROUTE: RouteKey = { path: '(none)', method: '(any)' }

export class BackendMetrics {
  readonly registry = new Registry()
  readonly #counts = new Map<RouteKey, RouteCounts>()

  constructor(dependencies: readonly Dependency[], hasher: Hasher) {
    const registers = [this.registry]
    collectDefaultMetrics({ register: this.registry })
    this.#registerRequests(registers)
    new Gauge({
      name: 'backend_dependency_up',
      help: '1 if the last probe of the dependency succeeded',
      labelNames: ['dependency'],
      registers,
      collect() {
        for (const { name, state } of dependencies) this.set({ dependency: name }, state === 'up' ? 1 : 0)
      },
    })
    for (const state of ['running', 'waiting'] as const) {
      new Gauge({
        name: `backend_hashes_${state}`,
        help: `passwords that are ${state === 'running' ? 'being hashed' : 'waiting to be hashed'} at this moment`,
        registers,
        collect() {
          this.set(hasher.load[state])
        },
      })
    }
  }

  /** Counts one response. @param ms from the request to the response, in milliseconds */
  observe(route: Route | undefined, status: number, ms: number): void {
    const key: RouteKey = route ?? NO_ROUTE
    let counts = this.#counts.get(key)
    if (!counts) {
      counts = { statuses: new Map(), buckets: Array(BUCKETS.length + 1).fill(0), seconds: 0 }
      this.#counts.set(key, counts)
    }
    const seconds = ms / 1000
    let bucket = 0
    while (bucket < BUCKETS.length && seconds > (BUCKETS[bucket] as number)) bucket++
    counts.statuses.set(status, (counts.statuses.get(status) ?? 0) + 1)
    counts.buckets[bucket] = (counts.buckets[bucket] ?? 0) + 1
    counts.seconds += seconds
  }

  #registerRequests(registers: Registry[]): void {
    const counts = this.#counts
    new Counter({
      name: 'backend_requests_total',
      help: 'responses sent',
      labelNames: ['route', 'method', 'status'],
      registers,
      collect() {
        this.reset()
        for (const [{ path: route, method }, { statuses }] of counts) {
          for (const [status, count] of statuses) this.inc({ route, method, status }, count)
        }
      },
    })
    // prom-client's own histogram hashes the label names for each observation. The registry asks a metric only for its values, so
    // this one is a plain object that returns them.
    const histogram = {
      name: SECONDS,
      get: async () => ({
        name: SECONDS,
        help: 'time from a request to its response',
        type: 'histogram',
        values: secondsOf(counts),
      }),
    }
    this.registry.registerMetric(histogram as unknown as Histogram)
  }
}

type RouteKey = { readonly path: string; readonly method: string }

function secondsOf(counts: ReadonlyMap<RouteKey, RouteCounts>) {
  return [...counts].flatMap(([{ path: route, method }, { buckets, seconds }]) => {
    let sum = 0
    const lines = buckets.map((count, index) => {
      sum += count
      return { metricName: `${SECONDS}_bucket`, labels: { le: BUCKETS[index] ?? '+Inf', route, method }, value: sum }
    })
    const labels = { route, method }
    return [
      ...lines,
      { metricName: `${SECONDS}_sum`, labels, value: seconds },
      { metricName: `${SECONDS}_count`, labels, value: sum },
    ]
  })
}
