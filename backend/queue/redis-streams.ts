/**
 * The broker on Redis Streams: each lane of a topic is one stream, `queue:cadastros:3`.
 *
 * What Redis does: the order of a stream, groups with a position each, the list of what was delivered and not acknowledged (PEL). What this file
 * adds: lanes, leases (redis-lane.ts), counted tries, trimming that spares what is pending, dead letters.
 *
 * Read beside: consume.ts, redis-lane.ts, kafka.ts (the other engine); https://redis.io/docs/latest/develop/data-types/streams/
 * Touches the world: Redis.
 */
import { Unavailable } from '../refusal.ts'
import type { Trace } from '../trace.ts'
import type { Broker, Consumer, ConsumerOptions, GroupCounts, Topic, TopicCounts } from './broker.ts'
import { decodeEnvelope, type Envelope, encodeEnvelope } from './envelope.ts'
import { LANES, laneOf } from './lanes.ts'
import type {} from './queue-events.ts'
import { RedisConsumer } from './redis-consumer.ts'
import { groupsIn, keysFor } from './redis-names.ts'
import type { RedisStreamsOptions } from './redis-streams-options.ts'

export class RedisStreams implements Broker {
  readonly engine = 'redis' as const
  readonly dependency = undefined
  readonly #options: RedisStreamsOptions
  readonly #consumers: RedisConsumer[] = []

  constructor(options: RedisStreamsOptions) {
    this.#options = options
  }

  async publish(trace: Trace, topic: string, message: Envelope): Promise<void> {
    await this.#append(trace, this.#topic(topic), encodeEnvelope(message), message)
  }

  async publishText(trace: Trace, topic: string, text: string): Promise<void> {
    const decoded = decodeEnvelope(text)
    await this.#append(trace, this.#topic(topic), text, 'message' in decoded ? decoded.message : undefined)
  }

  async #append(trace: Trace, topic: Topic, text: string, message: Envelope | undefined): Promise<void> {
    const { clock, events, redis } = this.#options
    const lane = message === undefined ? 0 : laneOf(message.key)
    const started = clock.now()
    // What was published is acknowledged to a person, or removed from the outbox: a fail-over must not lose it.
    await redis.durably(trace, 'XADD', keysFor(topic.name, lane).stream, '*', 'message', text)
    const ms = clock.now() - started
    const { id = '', type = '' } = message ?? {}
    const detail = () => ({ broker: this.engine, topic: topic.name, lane, id, type, ms })
    events.publish('queue.published', detail, trace.id || undefined)
  }

  consume(options: ConsumerOptions): Consumer {
    const topic = this.#topic(options.topic)
    if (!topic.groups.includes(options.group)) throw new Error(`the topic ${topic.name} has no group ${options.group}`)
    const consumer = new RedisConsumer({ ...this.#options, ...options, groups: topic.groups })
    this.#consumers.push(consumer)
    return consumer
  }

  async counts(trace: Trace): Promise<TopicCounts[]> {
    return Promise.all(this.#options.topics.map(topic => this.#count(trace, topic)))
  }

  async #count(trace: Trace, { name, groups }: Topic): Promise<TopicCounts> {
    const { redis } = this.#options
    const lanes = Array.from({ length: LANES }, (_, lane) => lane)
    const streams = lanes.map(lane => keysFor(name, lane).stream)
    const lengths = await redis.pipeline(
      trace,
      streams.map(stream => ['XLEN', stream]),
    )
    const found = await Promise.all(streams.map(stream => this.#groups(trace, stream)))
    const now = this.#options.clock.epoch()
    const counts = groups.map(async (group): Promise<GroupCounts> => {
      const states = found.map((inStream, lane) => {
        const state = inStream?.find(({ name }) => name === group)
        // A group that has not begun yet has everything before it.
        return { lag: state?.lag ?? (state ? 0 : Number(lengths[lane])), pending: state?.pending ?? 0 }
      })
      const members = await redis.run(trace, 'ZRANGEBYSCORE', keysFor(name, 0, group).members, now, '+inf')
      return {
        group,
        lag: sum(states.map(({ lag }) => lag)),
        pending: sum(states.map(({ pending }) => pending)),
        consumers: members as string[],
      }
    })
    return { topic: name, length: sum(lengths.map(Number)), groups: await Promise.all(counts) }
  }

  /** The groups of a stream; undefined while the stream does not exist. */
  async #groups(trace: Trace, stream: string) {
    try {
      return groupsIn(await this.#options.redis.run(trace, 'XINFO', 'GROUPS', stream))
    } catch (error) {
      if (error instanceof Unavailable || !/no such key/.test((error as Error).message)) throw error
      return undefined
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#consumers.map(consumer => consumer.close()))
  }

  #topic(name: string): Topic {
    const topic = this.#options.topics.find(topic => topic.name === name)
    if (topic) return topic
    throw new Error(`there is no topic ${name}; there are ${this.#options.topics.map(({ name }) => name).join(', ')}`)
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
