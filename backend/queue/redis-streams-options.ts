/**
 * What the parts of the Redis engine need.
 *
 * Read beside: redis-streams.ts, redis-consumer.ts, redis-lane.ts
 * Pure: types.
 */
import type { Clock } from '#shared/clock.ts'
import type { Events } from '#shared/events.ts'
import type { Log } from '#shared/log.ts'
import type { RedisConnection } from '../redis/redis.ts'
import type { ConsumerOptions, Topic } from './broker.ts'
import type { DeadLetters } from './dead-letters.ts'

export interface RedisStreamsOptions {
  readonly topics: readonly Topic[]
  readonly redis: RedisConnection
  readonly redisUrl: string
  readonly dead: DeadLetters
  /** The name of this consumer in its groups: the host's name on the map. Two processes may not have the same one. */
  readonly name: string
  readonly clock: Clock
  readonly events: Events
  readonly log: Log
}

export interface RedisConsumerOptions extends RedisStreamsOptions, ConsumerOptions {
  /** All groups of the topic. */
  readonly groups: readonly string[]
}
