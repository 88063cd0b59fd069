/**
 * One partition, while this member of the group has it: reads on from the committed offset, and commits.
 *
 * Kafka acknowledges a position, not a message: everything before the committed offset is done. So the offset that is committed is that of the
 * oldest message that is not finished. While a failing message waits, the later ones are handled, but after a crash they come again.
 *
 * Read beside: kafka-consumer.ts, consume.ts (calls this), docs/brokers.md
 * Touches the world: one TCP connection to Kafka, because a fetch that waits holds up all requests of its connection.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { Consumer as GroupMember, ListOffsetTimestamps } from '@platformatic/kafka'
import { describeError } from '#shared/log.ts'
import type { Delivery } from './backlog.ts'
import { type Fetched, type LaneSource, workOn } from './consume.ts'
import { clientSettings, closedQuietly, groupIdOf, type KafkaConsumerOptions } from './kafka-options.ts'

/** Octets of one fetch. */
const FETCH_LIMIT = 1024 * 1024
const PAUSE_AFTER_ERROR_MS = 250

export class KafkaLane implements LaneSource {
  readonly engine = 'kafka' as const
  readonly lane: number
  readonly #options: KafkaConsumerOptions
  readonly #member: GroupMember
  /** Only for its connection. */
  readonly #reader: GroupMember
  readonly #holds: () => boolean
  readonly #end = new AbortController()
  readonly #work: Promise<void>
  /** Tries that have begun, by offset. In memory: Kafka has no place for them, so a restart counts again from the beginning. */
  readonly #tries = new Map<string, number>()
  /** Read and not fetched by `workOn` yet. */
  #read: Fetched[] = []
  /** The next offset to read. */
  #position = 0n
  /** The offset after the last message that `workOn` has. */
  #handedOver = 0n
  #committed = 0n
  /** The reason in the last line of the log, until the lane works again. */
  #logged = ''

  /** @param holds whether the group's assignment is valid */
  constructor(options: KafkaConsumerOptions, lane: number, member: GroupMember, holds: () => boolean) {
    this.lane = lane
    this.#options = options
    this.#member = member
    this.#holds = holds
    this.#reader = new GroupMember({ ...clientSettings(options), groupId: groupIdOf(options.topic, options.group) })
    this.#reader.on('error', () => {}) // the request fails too, with the same reason
    this.#work = this.#run()
  }

  /** Resolves when the handler that is in progress has ended. */
  async close(): Promise<void> {
    this.#end.abort()
    await this.#work
    await closedQuietly(this.#reader.close(true))
  }

  async #run(): Promise<void> {
    const { log, topic, group } = this.#options
    const { signal } = this.#end
    while (!signal.aborted) {
      try {
        if (this.#holds()) {
          await this.#begin()
          this.#logged = ''
          await workOn({ ...this.#options, source: this }, this.#holds, signal)
        }
      } catch (error) {
        // Kafka is down, or the partition has another member now. Everything after the committed offset is read again.
        const reason = describeError(error)
        // One line for an outage, not one for each try.
        if (!signal.aborted && reason !== this.#logged)
          log.warn('a lane begins again', { topic, group, lane: this.lane, reason })
        this.#logged = reason
      }
      await pause(this.#holds() ? PAUSE_AFTER_ERROR_MS : 20, undefined, { signal }).catch(() => {})
    }
  }

  /** At the committed offset. Without one, or when that message has been removed since (retention), at the oldest message that is there. */
  async #begin(): Promise<void> {
    const { topic } = this.#options
    const partitions = [this.lane]
    const committed = await this.#member.listCommittedOffsets({ topics: [{ topic, partitions }] })
    const own = committed.get(topic)?.find(offset => offset >= 0n)
    const timestamp = ListOffsetTimestamps.EARLIEST
    const first = await this.#member.listOffsets({ topics: [topic], partitions: { [topic]: partitions }, timestamp })
    const oldest = first.get(topic)?.[this.lane] ?? 0n
    this.#position = own !== undefined && own > oldest ? own : oldest
    this.#committed = this.#position
    this.#handedOver = this.#position
    this.#read = []
  }

  async fetch(max: number, waitMs: number): Promise<Fetched[]> {
    if (this.#read.length === 0) await this.#readOn(waitMs)
    const fetched = this.#read.splice(0, max)
    const last = fetched.at(-1)
    if (last !== undefined) this.#handedOver = BigInt(last.place) + 1n
    return fetched
  }

  async #readOn(waitMs: number): Promise<void> {
    const { topic } = this.#options
    const found = (await this.#reader.metadata({ topics: [topic] })).topics.get(topic)
    const partition = found?.partitions[this.lane]
    if (found === undefined || partition === undefined)
      throw new Error(`there is no partition ${this.lane} of ${topic}`)
    const wanted = {
      partition: this.lane,
      fetchOffset: this.#position,
      currentLeaderEpoch: -1,
      lastFetchedEpoch: -1,
      partitionMaxBytes: FETCH_LIMIT,
    }
    const { responses } = await this.#reader.fetch({
      node: partition.leader,
      topics: [{ topicId: found.id, partitions: [wanted] }],
      minBytes: 1,
      maxBytes: FETCH_LIMIT,
      maxWaitTime: Math.max(1, waitMs),
    })
    const batches = responses.flatMap(({ partitions }) => partitions).flatMap(({ records }) => records ?? [])
    for (const { firstOffset, lastOffsetDelta, records } of batches) {
      for (const { offsetDelta, value } of records) {
        const offset = firstOffset + BigInt(offsetDelta)
        // A batch is sent whole, also when only its end was wanted.
        if (offset < this.#position) continue
        const place = String(offset)
        this.#read.push({ place, text: value?.toString() ?? '', tries: this.#tries.get(place) ?? 0 })
      }
      this.#position = firstOffset + BigInt(lastOffsetDelta) + 1n
    }
  }

  async recordTries(deliveries: readonly Delivery[]): Promise<void> {
    for (const { place, tries } of deliveries) this.#tries.set(place, tries)
  }

  async acknowledge(places: readonly string[], oldest: string | undefined): Promise<void> {
    const offset = oldest === undefined ? this.#handedOver : BigInt(oldest)
    if (offset > this.#committed) {
      const { topic } = this.#options
      await this.#member.commit({ offsets: [{ topic, partition: this.lane, offset, leaderEpoch: -1 }] })
      this.#committed = offset
    }
    for (const place of places) this.#tries.delete(place)
  }
}
