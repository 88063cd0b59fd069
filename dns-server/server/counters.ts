/**
 * Counters: queries and responses since the start, as plain numbers, so that a query costs a few additions. Each thread that answers has
 * its own.
 *
 * Read beside: metrics.ts (which reads them for `GET /metrics`)
 * Pure: what happened in, numbers out.
 */
import type { Transport } from '../answer/decider.ts'
import { isTruncated } from '../wire/message.ts'
import type { QueryOutcome } from './respond.ts'

/** Upper bounds of the latency histogram, in seconds: from the time of a usual answer to a delay that a person notices. */
export const BOUNDS = [0.00001, 0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.005, 0.02, 0.1]

/** Higher types are counted together, so that queries for TYPE1…TYPE65535 do not create as many counters. */
export const TYPES = 512
const RCODES = 32
/** One of so many answers of the fast path is timed. */
const SAMPLE = 64
/** Positions of {@link DnsCounters.totals}. */
export const TOTAL = { SECONDS: 0, TRUNCATED: 1, SILENT: 2 } as const

const LENGTHS = { queries: TYPES + 1, responses: RCODES, latency: BOUNDS.length + 1, totals: 3 }
const OCTETS = 8 * (2 * LENGTHS.queries + 2 * LENGTHS.responses + LENGTHS.latency + LENGTHS.totals)

export class DnsCounters {
  /** Another thread that gets it can read the counters. */
  readonly memory: SharedArrayBuffer
  /** By type. */
  readonly queries: Readonly<Record<Transport, Float64Array>>
  /** By rcode. */
  readonly responses: Readonly<Record<Transport, Float64Array>>
  /** Answers for each of {@link BOUNDS}, and those above. */
  readonly latency: Float64Array
  readonly totals: Float64Array
  #untimed = 0

  /** @param memory of counters that another thread writes; by default new ones, all 0 */
  constructor(memory = new SharedArrayBuffer(OCTETS)) {
    this.memory = memory
    let end = 0
    const next = (length: number) => {
      const begin = end
      end += 8 * length
      return new Float64Array(memory, begin, length)
    }
    this.queries = { udp: next(LENGTHS.queries), tcp: next(LENGTHS.queries) }
    this.responses = { udp: next(LENGTHS.responses), tcp: next(LENGTHS.responses) }
    this.latency = next(LENGTHS.latency)
    this.totals = next(LENGTHS.totals)
  }

  /** Counts one message and its response. */
  count({ client, question, rcode, response }: QueryOutcome): void {
    if (question) this.countQuery(client.transport, question.type)
    if (response && rcode !== undefined) this.countResponse(client.transport, rcode, isTruncated(response))
    else this.countSilence()
  }

  /** Counts an answer of the fast path, which is never truncated. */
  readonly countUdp = (type: number, rcode: number): void => {
    this.countQuery('udp', type)
    this.countResponse('udp', rcode, false)
  }

  countQuery(transport: Transport, type: number): void {
    add(this.queries[transport], type < TYPES ? type : TYPES)
  }

  countResponse(transport: Transport, rcode: number, truncated: boolean): void {
    add(this.responses[transport], rcode)
    if (truncated) add(this.totals, TOTAL.TRUNCATED)
  }

  /** Counts a message without a response. */
  countSilence(): void {
    add(this.totals, TOTAL.SILENT)
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
    add(this.totals, TOTAL.SECONDS, seconds * answers)
    let bucket = 0
    while (bucket < BOUNDS.length && seconds > (BOUNDS[bucket] as number)) bucket++
    add(this.latency, bucket, answers)
  }

  /** Responses over UDP and TCP. */
  get answered(): number {
    return sum(this.responses.udp) + sum(this.responses.tcp)
  }
}

function add(counts: Float64Array, at: number, amount = 1): void {
  counts[at] = (counts[at] as number) + amount
}

function sum(counts: Float64Array): number {
  return counts.reduce((total, count) => total + count, 0)
}
