/**
 * What the backend has done since it started, for Prometheus. Counting one request is raising a few numbers; text is made of
 * them when somebody asks.
 *
 * Read beside: #shared/admin.ts (`GET /metrics`); https://prometheus.io/docs/practices/naming/
 * Touches nothing but the registry it fills.
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
  /** How many took no longer than each bucket's limit but longer than the one before; the last: longer than all. */
  readonly buckets: number[]
  seconds: number
}

/** Paths that no route has are counted as one, or a scanner could fill the memory with names. */
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
      help: 'whether Redis and MySQL answered when last asked',
      labelNames: ['dependency'],
      registers,
      collect() {
        for (const { name, state } of dependencies) this.set({ dependency: name }, state === 'up' ? 1 : 0)
      },
    })
    for (const state of ['running', 'waiting'] as const) {
      new Gauge({
        name: `backend_hashes_${state}`,
        help: `passwords that are ${state === 'running' ? 'being hashed' : 'waiting to be hashed'} now`,
        registers,
        collect() {
          this.set(hasher.load[state])
        },
      })
    }
  }

  /** @param ms how long it took, in milliseconds */
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
      help: 'requests answered',
      labelNames: ['route', 'method', 'status'],
      registers,
      collect() {
        this.reset()
        for (const [{ path: route, method }, { statuses }] of counts) {
          for (const [status, count] of statuses) this.inc({ route, method, status }, count)
        }
      },
    })
    // prom-client's own histogram is raised one by one, by label names that it hashes each time. The registry only asks a metric
    // for its values, so this one hands them over whole.
    const histogram = {
      name: SECONDS,
      get: async () => ({ name: SECONDS, help: 'how long answers took', type: 'histogram', values: secondsOf(counts) }),
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
