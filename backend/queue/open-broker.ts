/**
 * The broker that the settings name: Redis Streams, or Kafka.
 *
 * Read beside: broker.ts, redis-streams.ts, kafka.ts
 * Touches the world: through the engine.
 */
import type { Toolkit } from '../toolkit.ts'
import type { Broker, Topic } from './broker.ts'
import { DeadLetters } from './dead-letters.ts'
import { Kafka } from './kafka.ts'
import { Outbox } from './outbox.ts'
import { RedisStreams } from './redis-streams.ts'

/** The tables of the broker: an application adds them to its own migrations. */
export const QUEUE_MIGRATIONS = { folder: new URL('./migrations/', import.meta.url), table: 'queue_migrations' }

export interface Messaging {
  readonly broker: Broker
  readonly outbox: Outbox
  readonly dead: DeadLetters
  /** Ends the consumers, then the relay. */
  close(): Promise<void>
}

/** Nothing is consumed before `broker.consume()`, and the outbox is published from the first `wake()` or `start()`. */
export function openMessaging(toolkit: Toolkit, topics: readonly Topic[]): Messaging {
  const { config, redis, mysql, clock, events, log } = toolkit
  const { name } = config.who.host
  const dead = new DeadLetters(mysql)
  const common = { topics, dead, name, clock, events, log }
  const broker =
    config.kafka === undefined
      ? new RedisStreams({ ...common, redis, redisUrl: config.redisUrl })
      : new Kafka({ ...common, bootstrap: config.kafka })
  const outbox = new Outbox({ mysql, broker, origin: name, clock, log })
  return {
    broker,
    outbox,
    dead,
    close: async () => {
      await broker.close()
      await outbox.close()
    },
  }
}
