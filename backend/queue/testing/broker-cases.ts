/**
 * What every engine of the broker does: the same tests run on Redis Streams and on Kafka.
 *
 * Read beside: failure-cases.ts, ../redis-streams.test.ts, ../kafka.test.ts; docs/brokers.md (what differs)
 * Touches the world: through the broker.
 */
import type { Test } from 'tap'
import { until } from '../../../test/testing/until.ts'
import type { Envelope } from '../envelope.ts'
import { LANES } from '../lanes.ts'
import { isFirstTime } from '../once.ts'
import { type BrokerBench, firstComes, group, numbered } from './broker-bench.ts'
import { messageFor, testTrace } from './messaging.ts'

export function brokerCases(t: Test, bench: BrokerBench): void {
  const { one, two, publish, countsOf } = bench

  t.test('two consumers share the lanes; each message is handled once, and those of a key in order', async t => {
    const keys = Array.from({ length: 20 }, (_, n) => `chave-${n}`)
    const seen: { by: string; key: string; n: unknown }[] = []
    const isNew = firstComes()
    const consumers = [one, two].map(({ broker }, index) =>
      broker.consume({
        topic: 'ordem',
        group,
        handle: async ([message]) => {
          if (isNew(message)) seen.push({ by: `consumer ${index}`, key: message?.key ?? '', n: message?.body })
        },
      }),
    )
    await until('both have half of the lanes', () => consumers.every(({ lanes }) => lanes.length === LANES / 2))
    await publish('ordem', numbered(keys, 5))
    await until('all are handled', () => seen.length >= 100)
    for (const key of keys) {
      t.strictSame(
        seen.filter(one => one.key === key).map(({ n }) => n),
        [0, 1, 2, 3, 4],
        key,
      )
    }
    t.equal(new Set(seen.map(({ by }) => by)).size, 2, 'both have handled some')
    await until('all are acknowledged', async () => {
      const counts = (await countsOf('ordem'))?.groups[0]
      return counts?.lag === 0 && !counts.pending
    })
    t.strictSame((await countsOf('ordem'))?.groups[0]?.consumers.toSorted(), ['backend1', 'backend2'])
    await consumers[0]?.close()
    await until('the other one has all lanes', () => consumers[1]?.lanes.length === LANES)
    await publish('ordem', [messageFor('chave-0', 'depois'), messageFor('chave-1', 'depois')])
    await until('the rest is handled', () => seen.length >= 102)
    await consumers[1]?.close()
  })

  t.test(
    'messages that are published at the same moment are all delivered, those of a key in the order of the calls',
    async t => {
      const numbers = Array.from({ length: 60 }, (_, n) => n)
      const publishing = numbers.map(n => one.broker.publish(testTrace, 'junto', messageFor(`k${n % 2}`, n)))
      t.strictSame(
        (await Promise.allSettled(publishing)).filter(({ status }) => status === 'rejected'),
        [],
      )
      const seen: number[] = []
      const isNew = firstComes()
      const consumer = one.broker.consume({
        topic: 'junto',
        group,
        handle: async ([message]) => void (isNew(message) && seen.push(Number(message?.body))),
      })
      await until('all are handled', () => seen.length >= numbers.length)
      for (const parity of [0, 1]) {
        t.strictSame(
          seen.filter(n => n % 2 === parity),
          numbers.filter(n => n % 2 === parity),
          `k${parity}`,
        )
      }
      await consumer.close()
    },
  )

  t.test('each group gets every message', async t => {
    const seen: string[] = []
    const consumers = ['leitor', 'outro'].map(group => {
      const isNew = firstComes()
      return one.broker.consume({
        topic: 'dois',
        group,
        handle: async ([message]) => void (isNew(message) && seen.push(`${group} ${message?.body}`)),
      })
    })
    await publish('dois', [messageFor('k', 1), messageFor('k', 2)])
    await until('both have seen both', () => seen.length === 4)
    t.strictSame(seen.toSorted(), ['leitor 1', 'leitor 2', 'outro 1', 'outro 2'])
    await Promise.all(consumers.map(consumer => consumer.close()))
  })

  t.test(
    'the outbox publishes what was committed, and publishes again after a crash; the effect is there once',
    async t => {
      const { mysql } = one.toolkit
      let deliveries = 0
      let effects = 0
      const consumer = two.broker.consume({
        topic: 'caixa',
        group,
        handle: async ([message]) => {
          deliveries++
          const isNew = await mysql.transaction(testTrace, s => isFirstTime(s, group, message as Envelope))
          if (isNew) effects++
        },
      })
      const message = messageFor('k', 'uma vez')
      await t.rejects(
        mysql.transaction(testTrace, async statements => {
          await one.outbox.add(statements, 'caixa', messageFor('k', 'nunca'))
          throw new Error('rolled back')
        }),
      )
      await mysql.transaction(testTrace, statements => one.outbox.add(statements, 'caixa', message))
      one.outbox.wake()
      await until('it is handled', () => effects === 1)
      // As after a crash between publishing and deleting: the row is still there. Another host publishes it.
      await mysql.transaction(testTrace, statements => one.outbox.add(statements, 'caixa', message))
      two.outbox.start()
      await until('it was delivered again', () => deliveries >= 2)
      t.equal(effects, 1)
      await until(
        'the outbox is empty',
        async () => (await mysql.rows(testTrace, 'SELECT seq FROM queue_outbox')).length === 0,
      )
      await consumer.close()
    },
  )

  t.test('an unknown topic or group is a defect of the program', async t => {
    await t.rejects(one.broker.publish(testTrace, 'nenhum', messageFor('k', 1)), /there is no topic nenhum/)
    const handle = async () => {}
    t.throws(() => one.broker.consume({ topic: 'ordem', group: 'x', handle }), /no group x/)
  })
}
