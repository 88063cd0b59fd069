/**
 * Where the two engines differ (docs/brokers.md), measured in the same way on both.
 *
 * Read beside: ../redis-streams.test.ts and ../kafka.test.ts, which say what is expected of each
 * Touches the world: through the broker.
 */
import { until } from '../../../test/testing/until.ts'
import type { Envelope } from '../envelope.ts'
import { laneOf } from '../lanes.ts'
import { type BrokerBench, firstComes, group } from './broker-bench.ts'
import { messageFor } from './messaging.ts'

/** Milliseconds: Kafka waits for the end of the old member's session. */
const RECONNECT_MS = 90_000

/** Two keys of one lane. */
const [FAILING = '', OTHER = ''] = Array.from({ length: 100 }, (_, n) => `k${n}`).filter(key => laneOf(key) === 3)

/**
 * In one lane, the first message waits for its next try, and those after it were handled; then the consumer is replaced.
 *
 * @returns what the new consumer gets
 */
export async function deliveredAgain({ one, two, publish }: BrokerBench, topic: string): Promise<unknown[]> {
  const handled: unknown[] = []
  const isNew = firstComes()
  const first = one.broker.consume({
    topic,
    group,
    pausesMs: [600_000],
    handle: async ([message]) => {
      if (message?.key === FAILING) throw new Error('not yet')
      if (isNew(message)) handled.push(message?.body)
    },
  })
  await publish(topic, [messageFor(FAILING, 'falha'), ...[1, 2, 3].map(body => messageFor(OTHER, body))])
  await until('the others are handled', () => handled.length === 3)
  await first.close()
  const again: unknown[] = []
  const second = two.broker.consume({ topic, group, handle: async ([message]) => void again.push(message?.body) })
  await until('the failing one is handled', () => again.includes('falha'))
  await publish(topic, [messageFor(OTHER, 'fim')])
  await until('everything before is handled too', () => again.includes('fim'))
  await second.close()
  return again
}

/** @returns how many messages of one lane are stored after 250 were acknowledged; more than 250 when one was published twice */
export async function storedAfterwards({ one, publish, countsOf }: BrokerBench, topic: string): Promise<number> {
  let handled = 0
  const consumer = one.broker.consume({
    topic,
    group,
    batch: 50,
    handle: async messages => {
      handled += messages.length
    },
  })
  await publish(
    topic,
    Array.from({ length: 250 }, (_, n) => messageFor(OTHER, n)),
  )
  await until('all are handled', () => handled >= 250)
  await consumer.close()
  return (await countsOf(topic))?.length ?? -1
}

/** What a consumer handles that was reading before the broker was restarted, and goes on. */
export async function handledAfterRestart(
  { one, publish }: BrokerBench,
  topic: string,
  restart: () => Promise<unknown>,
): Promise<unknown[]> {
  const seen: unknown[] = []
  const isNew = firstComes()
  const handle = async ([message]: readonly Envelope[]) => void (isNew(message) && seen.push(message?.body))
  const consumer = one.broker.consume({ topic, group, handle })
  await publish(topic, [messageFor('k', 'antes')])
  await until('it reads', () => seen.length === 1)
  await restart()
  await publish(topic, [messageFor('k', 'depois')])
  await until('it goes on', () => seen.length === 2, RECONNECT_MS)
  await consumer.close()
  return seen
}

/** Publishes, ends the broker's process with SIGKILL, starts it again. @returns the messages that are delivered then */
export async function survivors(
  { one, publish }: BrokerBench,
  topic: string,
  restart: () => Promise<unknown>,
): Promise<unknown[]> {
  await publish(
    topic,
    Array.from({ length: 20 }, (_, n) => messageFor(`k${n}`, n)),
  )
  await restart()
  const seen: unknown[] = []
  const isNew = firstComes()
  const handle = async ([message]: readonly Envelope[]) => void (isNew(message) && seen.push(message?.body))
  const consumer = one.broker.consume({ topic, group, handle })
  await until('what is left is handled', async () => seen.length >= 20)
  await consumer.close()
  return seen.sort((a, b) => Number(a) - Number(b))
}
