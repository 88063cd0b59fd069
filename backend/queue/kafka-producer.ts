/**
 * Sends messages to Kafka: for each partition one request at a time, with all messages that came in during the one before.
 *
 * The client library numbers messages when it writes a request, and counts on when the response is there. Two requests for one partition at the
 * same moment would have the same numbers, and so would a request after one that failed without a response: Kafka takes the later one
 * for a repetition, and drops it with a response that looks like success. So the requests for a partition follow one another, and after a
 * failure a new producer with an id of its own is used. A message whose request failed may have been stored: it may be delivered twice, but it is not lost.
 *
 * Read beside: kafka.ts; KIP-98 (idempotent producer)
 * Touches the world: TCP connections to Kafka.
 */
import { Producer } from '@platformatic/kafka'
import { clientSettings, closedQuietly, type KafkaOptions } from './kafka-options.ts'

interface UnsentMessage {
  readonly key: string
  readonly text: string
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** A producer of the library, and how many of its requests are under way. */
interface MessageSender {
  readonly producer: Producer
  requests: number
}

export class KafkaProducer {
  readonly #options: KafkaOptions
  #sender: MessageSender
  /** What waits for the request that is under way, by topic and partition. */
  readonly #waiting = new Map<string, UnsentMessage[]>()

  constructor(options: KafkaOptions) {
    this.#options = options
    this.#sender = this.#newSender()
  }

  /** Resolves when all replicas have the message. Rejects when that is not known: the message may be there or not. */
  send(topic: string, partition: number, key: string, text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const message = { key, text, resolve, reject }
      const place = `${topic} ${partition}`
      const waiting = this.#waiting.get(place)
      if (waiting !== undefined) return void waiting.push(message)
      this.#waiting.set(place, [])
      void this.#sendAll(place, topic, partition, [message])
    })
  }

  async close(): Promise<void> {
    await this.#sender.producer.close()
  }

  /** Sends a batch, then what has come in meanwhile, until nothing waits. */
  async #sendAll(place: string, topic: string, partition: number, first: readonly UnsentMessage[]): Promise<void> {
    for (let batch = first; batch.length > 0; batch = this.#waiting.get(place)?.splice(0) ?? []) {
      await this.#request(topic, partition, batch)
    }
    this.#waiting.delete(place)
  }

  async #request(topic: string, partition: number, batch: readonly UnsentMessage[]): Promise<void> {
    const sender = this.#sender
    sender.requests++
    try {
      const messages = batch.map(({ key, text }) => ({
        topic,
        partition,
        key: Buffer.from(key),
        value: Buffer.from(text),
      }))
      await sender.producer.send({ messages })
      for (const { resolve } of batch) resolve()
    } catch (error) {
      if (this.#sender === sender) this.#sender = this.#newSender()
      for (const { reject } of batch) reject(error)
    } finally {
      sender.requests--
      if (this.#sender !== sender && sender.requests === 0) void closedQuietly(sender.producer.close())
    }
  }

  /** Acknowledged by all replicas; a request that the library sends twice is stored once. */
  #newSender(): MessageSender {
    return { producer: new Producer({ ...clientSettings(this.#options), idempotent: true, acks: -1 }), requests: 0 }
  }
}
