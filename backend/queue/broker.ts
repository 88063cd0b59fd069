/**
 * The message broker, as programs use it: publish with a key, consume in a group, dead letters, counts. Two engines have this interface.
 *
 * Delivery is at least once: a message comes again when its consumer ends before the acknowledgement. So a handler records the id of the
 * message in the transaction of its effect (once.ts), and a message that is published because of a change in MySQL goes through the
 * outbox (outbox.ts).
 *
 * Read beside: open-broker.ts (chooses the engine), redis-streams.ts, kafka.ts, docs/brokers.md (what differs)
 * Pure: types.
 */
import type { Dependency } from '../dependency.ts'
import type { Trace } from '../trace.ts'
import type { Envelope } from './envelope.ts'

/** A topic and all groups that consume it. A message stays until each of them has acknowledged it. */
export interface Topic {
  /** Lower-case letters, digits and `-`. */
  readonly name: string
  readonly groups: readonly string[]
}

export type BrokerEngine = 'redis' | 'kafka'

export interface Broker {
  readonly engine: BrokerEngine
  /** For `/status`: an application adds it to its dependencies. Undefined when it is Redis, which every backend probes already. */
  readonly dependency: Dependency | undefined
  /** Resolves when the broker has stored the message. @throws Unavailable: the message may or may not be stored */
  publish(trace: Trace, topic: string, message: Envelope): Promise<void>
  /** Publishes a text as it is: from the outbox, or a dead letter again. A text that is not a message goes to lane 0. @throws Unavailable */
  publishText(trace: Trace, topic: string, text: string): Promise<void>
  /** Begins to consume, and continues until `close()`. */
  consume(options: ConsumerOptions): Consumer
  /** @throws Unavailable */
  counts(trace: Trace): Promise<TopicCounts[]>
  /** Ends the consumers first: each finishes what it has begun. */
  close(): Promise<void>
}

export interface ConsumerOptions {
  readonly topic: string
  readonly group: string
  /**
   * Handles the messages in the given order, all of them or none. They are from one lane, and at most {@link batch}. When it throws, each
   * one is handled again alone, so that one bad message is found. What an error means is in retry-rule.ts.
   */
  readonly handle: (messages: readonly Envelope[]) => Promise<void>
  /** The most messages that are handled together; 1 when it is absent. */
  readonly batch?: number
  /** Milliseconds before each further try; {@link RETRY_PAUSES_MS} when it is absent. */
  readonly pausesMs?: readonly number[]
}

export interface Consumer {
  /** Lanes that it reads now. */
  readonly lanes: readonly number[]
  /** Resolves when nothing is being handled any more, and the lanes are free for another consumer. */
  close(): Promise<void>
}

export interface TopicCounts {
  readonly topic: string
  /** Messages that are stored. */
  readonly length: number
  readonly groups: readonly GroupCounts[]
}

export interface GroupCounts {
  readonly group: string
  /** Messages that were not delivered to a consumer yet; with Kafka, not acknowledged yet. */
  readonly lag: number
  /** Messages that were delivered and not acknowledged; null where the broker has no such number (Kafka: they are in {@link lag}). */
  readonly pending: number | null
  /** The names of the consumers that are alive. */
  readonly consumers: readonly string[]
}
