/**
 * Metrics: the counters of all threads together, for `GET /metrics`. They are added for each `GET /metrics`; a query does not wait for it.
 *
 * Read beside: counters.ts; the text format of Prometheus (the lines of `GET /metrics`)
 * Pure: numbers in, a registry out.
 */
import { Counter, type Gauge, Registry } from 'prom-client'
import { rcodeName, typeName } from '../wire/codes.ts'
import { BOUNDS, DnsCounters, TOTAL, TYPES } from './counters.ts'

/** The counters of the main thread, and the metrics of the whole server. */
export class DnsMetrics extends DnsCounters {
  readonly registry = new Registry()
  readonly #threads: DnsCounters[] = [this]

  constructor() {
    super()
    const register = <Labels extends string>(
      name: string,
      help: string,
      labelNames: Labels[],
      read: (set: (labels: Record<Labels, string>, value: number) => void) => void,
    ) =>
      new Counter({
        ...{ name, help, labelNames },
        registers: [this.registry],
        collect() {
          this.reset()
          read((labels, value) => value > 0 && this.inc(labels, value))
        },
      })
    register('dns_queries_total', 'Queries by type and transport', ['type', 'transport'], set => {
      for (const transport of ['udp', 'tcp'] as const) {
        this.#sum(({ queries }) => queries[transport]).forEach((count, type) => {
          set({ type: type === TYPES ? 'other' : typeName(type), transport }, count)
        })
      }
    })
    register('dns_responses_total', 'Responses by rcode and transport', ['rcode', 'transport'], set => {
      for (const transport of ['udp', 'tcp'] as const) {
        this.#sum(({ responses }) => responses[transport]).forEach((count, rcode) => {
          set({ rcode: rcodeName(rcode), transport }, count)
        })
      }
    })
    register('dns_truncated_total', 'Responses with TC', [], set => set({}, this.#total('TRUNCATED')))
    register('dns_silent_total', 'Messages without a response', [], set => set({}, this.#total('SILENT')))
    this.registry.registerMetric(this.#histogram())
  }

  /** Counters of a further thread, which the metrics include from now on. */
  include(counters: DnsCounters): void {
    this.#threads.push(counters)
  }

  /** Responses of each thread, the main thread first. */
  get answeredByThread(): readonly number[] {
    return this.#threads.map(({ answered }) => answered)
  }

  #sum(of: (counters: DnsCounters) => Float64Array): Float64Array {
    return this.#threads.map(of).reduce((all, counts) => all.map((count, at) => count + (counts[at] as number)))
  }

  #total(which: keyof typeof TOTAL): number {
    return this.#sum(({ totals }) => totals)[TOTAL[which]] as number
  }

  /** In the form that the registry of prom-client expects of its own histograms. */
  #histogram(): Gauge {
    const name = 'dns_answer_seconds'
    const values = () => {
      let sum = 0
      const buckets = [...this.#sum(({ latency }) => latency)].map((count, i) => {
        sum += count
        return { metricName: `${name}_bucket`, labels: { le: BOUNDS[i] ?? '+Inf' }, value: sum }
      })
      const total = { metricName: `${name}_count`, labels: {}, value: sum }
      return [...buckets, { metricName: `${name}_sum`, labels: {}, value: this.#total('SECONDS') }, total]
    }
    const help = 'Time to answer a query, in the server'
    const get = async () => ({ name, help, type: 'histogram', aggregator: 'sum', values: values() })
    return { name, get, collect: undefined } as unknown as Gauge
  }
}
