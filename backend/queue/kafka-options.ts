/**
 * What the parts of the Kafka engine need, and the settings of its client.
 *
 * Read beside: kafka.ts, kafka-consumer.ts, kafka-lane.ts; https://github.com/platformatic/kafka
 * Pure: values, and one wait.
 */
import type { Clock } from '#shared/clock.ts'
import type { Events } from '#shared/events.ts'
import type { Log } from '#shared/log.ts'
import type { ConsumerOptions, Topic } from './broker.ts'
import type { DeadLetters } from './dead-letters.ts'

export interface KafkaOptions {
  readonly topics: readonly Topic[]
  /** `host:port` of one or more brokers. */
  readonly bootstrap: readonly string[]
  readonly dead: DeadLetters
  /** The name of this client: the host's name on the map. */
  readonly name: string
  readonly clock: Clock
  readonly events: Events
  readonly log: Log
}

export interface KafkaConsumerOptions extends KafkaOptions, ConsumerOptions {
  /** Resolves when the topics exist. */
  readonly ready: () => Promise<void>
}

/** Milliseconds. */
const REQUEST_TIMEOUT_MS = 4_000

export function clientSettings({ name, bootstrap }: Pick<KafkaOptions, 'name' | 'bootstrap'>) {
  return {
    clientId: name,
    bootstrapBrokers: [...bootstrap],
    connectTimeout: 1_500,
    requestTimeout: REQUEST_TIMEOUT_MS,
    timeout: REQUEST_TIMEOUT_MS,
    retries: 2,
    retryDelay: 100,
    autocreateTopics: false,
  }
}

/** A group of Kafka may have several topics; here it has one, so that its lanes are shared by its own members alone. */
export function groupIdOf(topic: string, group: string): string {
  return `${topic}.${group}`
}

/** Waits for the end of a client. An error is ignored: its connection is broken already, and Kafka notices by the session's time-out. */
export async function closedQuietly(closing: unknown): Promise<void> {
  await Promise.resolve(closing).catch(() => {})
}
