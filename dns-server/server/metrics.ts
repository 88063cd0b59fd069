/**
 * Metrics: queries and responses since the start, for `GET /metrics`.
 *
 * A query costs a few additions: counters are plain numbers, and prom-client reads them for each `GET /metrics`.
 *
 * Read beside: the text format of Prometheus (the lines of `GET /metrics`)
 * Pure: numbers in, a registry out.
 */
import { Counter, type Gauge, Registry } from 'prom-client'
import type { Transport } from '../answer/decider.ts'
import { rcodeName, typeName } from '../wire/codes.ts'
import { isTruncated } from '../wire/message.ts'
import type { QueryOutcome } from './respond.ts'

/** Upper bounds of the latency histogram, in seconds: from the time of a usual answer to a delay that a person notices. */
const BOUNDS = [0.00001, 0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.005, 0.02, 0.1]

/** Higher types are counted together, so that queries for TYPE1…TYPE65535 do not create as many counters. */
const TYPES = 512
const RCODES = 32
/** One of so many answers of the fast path is timed. */
const SAMPLE = 64

export class DnsMetrics {
  readonly registry = new Registry()
  readonly #queries = { udp: new Float64Array(TYPES + 1), tcp: new Float64Array(TYPES + 1) }
  readonly #responses = { udp: new Float64Array(RCODES), tcp: new Float64Array(RCODES) }
  readonly #latency = new Float64Array(BOUNDS.length + 1)
  #seconds = 0
  #untimed = 0
  #truncated = 0
  #silent = 0

  constructor() {
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
        this.#queries[transport].forEach((count, type) => {
          set({ type: type === TYPES ? 'other' : typeName(type), transport }, count)
        })
      }
    })
    register('dns_responses_total', 'Responses by rcode and transport', ['rcode', 'transport'], set => {
      for (const transport of ['udp', 'tcp'] as const) {
        this.#responses[transport].forEach((count, rcode) => void set({ rcode: rcodeName(rcode), transport }, count))
      }
    })
    register('dns_truncated_total', 'Responses with TC', [], set => void set({}, this.#truncated))
    register('dns_silent_total', 'Messages without a response', [], set => void set({}, this.#silent))
    this.registry.registerMetric(this.#histogram())
  }

  /** Counts one message and its response. */
  count({ client, question, rcode, response }: QueryOutcome): void {
    if (question) this.countQuery(client.transport, question.type)
    if (response && rcode !== undefined) this.countResponse(client.transport, rcode, isTruncated(response))
    else this.#silent++
  }

  /** Counts an answer of the fast path, which is never truncated. */
  readonly countUdp = (type: number, rcode: number): void => {
    this.countQuery('udp', type)
    this.countResponse('udp', rcode, false)
  }

  countQuery(transport: Transport, type: number): void {
    const counts = this.#queries[transport]
    const at = type < TYPES ? type : TYPES
    counts[at] = (counts[at] as number) + 1
  }

  countResponse(transport: Transport, rcode: number, truncated: boolean): void {
    const counts = this.#responses[transport]
    counts[rcode] = (counts[rcode] as number) + 1
    if (truncated) this.#truncated++
  }

  /** Whether to time the next answer of the fast path. Most are not: reading the clock twice costs more than the answer. */
  isTimed(): boolean {
    this.#untimed = (this.#untimed + 1) % SAMPLE
    return this.#untimed === 0
  }

  /** Counts one timed answer of the fast path for all answers since the previous one. */
  countSample(seconds: number): void {
    this.countLatency(seconds, SAMPLE)
  }

  /** @param seconds from the arrival of the query to its answer */
  countLatency(seconds: number, answers = 1): void {
    this.#seconds += seconds * answers
    let bucket = 0
    while (bucket < BOUNDS.length && seconds > (BOUNDS[bucket] as number)) bucket++
    this.#latency[bucket] = (this.#latency[bucket] as number) + answers
  }

  /** In the form that the registry of prom-client expects of its own histograms. */
  #histogram(): Gauge {
    const name = 'dns_answer_seconds'
    const values = () => {
      let sum = 0
      const buckets = [...this.#latency].map((count, i) => {
        sum += count
        return { metricName: `${name}_bucket`, labels: { le: BOUNDS[i] ?? '+Inf' }, value: sum }
      })
      const total = { metricName: `${name}_count`, labels: {}, value: sum }
      return [...buckets, { metricName: `${name}_sum`, labels: {}, value: this.#seconds }, total]
    }
    const help = 'Time to answer a query, in the server'
    const get = async () => ({ name, help, type: 'histogram', aggregator: 'sum', values: values() })
    return { name, get, collect: undefined } as unknown as Gauge
  }
}
