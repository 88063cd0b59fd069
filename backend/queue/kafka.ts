/**
 * The broker on Kafka: each lane of a topic is one partition.
 *
 * What Kafka does: partitions, groups that share them, an offset for each group and partition, a producer whose repeated requests are stored once.
 * What this adds: the choice of the partition (lanes.ts, the same as with Redis), retries and dead letters, which Kafka leaves to its clients.
 *
 * Read beside: consume.ts, kafka-consumer.ts, kafka-lane.ts, redis-streams.ts (the other engine); https://kafka.apache.org/documentation/#design
 * Touches the world: TCP connections to Kafka.
 */
import { Admin, ListOffsetTimestamps } from '@platformatic/kafka'
import { Dependency } from '../dependency.ts'
import { Unavailable } from '../refusal.ts'
import type { Trace } from '../trace.ts'
import type { Broker, Consumer, ConsumerOptions, GroupCounts, Topic, TopicCounts } from './broker.ts'
import { decodeEnvelope, type Envelope, encodeEnvelope } from './envelope.ts'
import { KafkaConsumer } from './kafka-consumer.ts'
import { clientSettings, groupIdOf, type KafkaOptions } from './kafka-options.ts'
import { KafkaProducer } from './kafka-producer.ts'
import { LANES, laneOf } from './lanes.ts'
import type {} from './queue-events.ts'

export class Kafka implements Broker {
  readonly engine = 'kafka' as const
  readonly dependency: Dependency
  readonly #options: KafkaOptions
  readonly #admin: Admin
  readonly #producer: KafkaProducer
  readonly #consumers: KafkaConsumer[] = []
  #topicsAreThere = false

  constructor(options: KafkaOptions) {
    this.#options = options
    this.#admin = new Admin(clientSettings(options))
    this.#producer = new KafkaProducer(options)
    this.dependency = new Dependency({
      name: 'kafka',
      clock: options.clock,
      log: options.log,
      probe: async () => {
        if (this.#topicsAreThere) await this.#admin.listTopics()
        else await this.#createTopics()
      },
    })
  }

  async publish(trace: Trace, topic: string, message: Envelope): Promise<void> {
    await this.#append(trace, this.#topic(topic), encodeEnvelope(message), message)
  }

  async publishText(trace: Trace, topic: string, text: string): Promise<void> {
    const decoded = decodeEnvelope(text)
    await this.#append(trace, this.#topic(topic), text, 'message' in decoded ? decoded.message : undefined)
  }

  async #append(trace: Trace, { name }: Topic, text: string, message: Envelope | undefined): Promise<void> {
    const { clock, events } = this.#options
    const lane = message === undefined ? 0 : laneOf(message.key)
    const started = clock.now()
    await this.#bounded(async () => {
      if (!this.#topicsAreThere) await this.#createTopics()
      await this.#producer.send(name, lane, message?.key ?? '', text)
    })
    const ms = clock.now() - started
    const { id = '', type = '' } = message ?? {}
    const detail = () => ({ broker: this.engine, topic: name, lane, id, type, ms })
    events.publish('queue.published', detail, trace.id || undefined)
  }

  consume(options: ConsumerOptions): Consumer {
    const topic = this.#topic(options.topic)
    if (!topic.groups.includes(options.group)) throw new Error(`the topic ${topic.name} has no group ${options.group}`)
    const ready = () => (this.#topicsAreThere ? Promise.resolve() : this.#createTopics())
    const consumer = new KafkaConsumer({ ...this.#options, ...options, ready })
    this.#consumers.push(consumer)
    return consumer
  }

  async counts(_trace: Trace): Promise<TopicCounts[]> {
    return this.#bounded(async () => {
      if (!this.#topicsAreThere) await this.#createTopics()
      return Promise.all(this.#options.topics.map(topic => this.#count(topic)))
    })
  }

  async #count({ name, groups }: Topic): Promise<TopicCounts> {
    const [first, end] = await Promise.all([
      this.#offsets(name, ListOffsetTimestamps.EARLIEST),
      this.#offsets(name, ListOffsetTimestamps.LATEST),
    ])
    const counts = groups.map(async (group): Promise<GroupCounts> => {
      const groupId = groupIdOf(name, group)
      const [committed, members] = await Promise.all([this.#committed(groupId, name), this.#members(groupId)])
      const lags = end.map((offset, lane) => Number(offset - (committed.get(lane) ?? first[lane] ?? 0n)))
      return { group, lag: sum(lags), pending: null, consumers: members }
    })
    const length = sum(end.map((offset, lane) => Number(offset - (first[lane] ?? 0n))))
    return { topic: name, length, groups: await Promise.all(counts) }
  }

  /** One offset for each lane. */
  async #offsets(topic: string, timestamp: bigint): Promise<bigint[]> {
    const partitions = Array.from({ length: LANES }, (_, partitionIndex) => ({ partitionIndex, timestamp }))
    const [found] = await this.#admin.listOffsets({ topics: [{ name: topic, partitions }] })
    const offsets = new Map(found?.partitions.map(({ partitionIndex, offset }) => [partitionIndex, offset]))
    return partitions.map(({ partitionIndex }) => offsets.get(partitionIndex) ?? 0n)
  }

  async #committed(groupId: string, topic: string): Promise<Map<number, bigint>> {
    const [found] = await this.#admin.listConsumerGroupOffsets({ groups: [groupId] })
    const partitions = found?.topics.find(({ name }) => name === topic)?.partitions ?? []
    return new Map(
      partitions
        .filter(({ committedOffset }) => committedOffset >= 0n)
        .map(({ partitionIndex, committedOffset }) => [partitionIndex, committedOffset]),
    )
  }

  async #members(groupId: string): Promise<string[]> {
    const known = await this.#admin.listGroups()
    if (!known.has(groupId)) return []
    const group = (await this.#admin.describeGroups({ groups: [groupId] })).get(groupId)
    return [...(group?.members.values() ?? [])].map(({ clientId }) => clientId)
  }

  async close(): Promise<void> {
    await Promise.all(this.#consumers.map(consumer => consumer.close()))
    await Promise.all([this.#producer.close(), this.#admin.close()])
  }

  /** Several programs do this at the same moment: a topic that is there already is not an error. */
  async #createTopics(): Promise<void> {
    const wanted = this.#options.topics.map(({ name }) => name)
    const missing = await this.#missing(wanted)
    if (missing.length > 0) {
      await this.#admin.createTopics({ topics: missing, partitions: LANES, replicas: 1 }).catch(async error => {
        if ((await this.#missing(wanted)).length > 0) throw error
      })
    }
    this.#topicsAreThere = true
  }

  async #missing(wanted: readonly string[]): Promise<string[]> {
    const there = await this.#admin.listTopics()
    return wanted.filter(name => !there.includes(name))
  }

  #topic(name: string): Topic {
    const topic = this.#options.topics.find(topic => topic.name === name)
    if (topic) return topic
    throw new Error(`there is no topic ${name}; there are ${this.#options.topics.map(({ name }) => name).join(', ')}`)
  }

  async #bounded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw new Unavailable('kafka', 'Kafka does not answer; the reason is in /status', error)
    }
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
