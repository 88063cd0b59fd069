/**
 * The broker on Kafka: the tests of the other engine, with a real Kafka as a private process. Skipped, with the reason, where Java or Maven
 * is missing or Kafka cannot be fetched.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Admin } from '@platformatic/kafka'
import t from 'tap'
import { startKafka } from '../../lab/kafka.ts'
import { findKafka } from '../../lab/kafka-jars.ts'
import { until } from '../../test/testing/until.ts'
import { prefix, startServers } from '../testing/servers.ts'
import { KafkaConsumer } from './kafka-consumer.ts'
import { clientSettings } from './kafka-options.ts'
import { laneOf } from './lanes.ts'
import { group, openBench } from './testing/broker-bench.ts'
import { brokerCases } from './testing/broker-cases.ts'
import { deliveredAgain, storedAfterwards } from './testing/difference-cases.ts'
import { failureCases } from './testing/failure-cases.ts'
import { messageFor } from './testing/messaging.ts'
import { restartCases } from './testing/restart-cases.ts'

const found = await findKafka()
if ('why' in found) {
  t.test('the broker on Kafka', { skip: found.why }, async () => {})
} else {
  const folder = mkdtempSync(join(tmpdir(), 'kafka-test-'))
  const place = { address: `${prefix}.7`, folder: join(folder, 'kafka'), logFile: join(folder, 'kafka.log') }
  let [kafka] = await Promise.all([startKafka({ ...place, jars: found.jars }), startServers(t)])
  t.teardown(async () => {
    await kafka.kill()
    rmSync(folder, { recursive: true, force: true })
  })
  const bench = await openBench(t, { BROKER: `kafka://${prefix}.7:9092` })
  brokerCases(t, bench)
  failureCases(t, bench)

  t.test(
    'a position is acknowledged: a new consumer also gets what was handled after the unfinished message',
    async t => {
      t.strictSame(await deliveredAgain(bench, 'de-novo'), ['falha', 1, 2, 3, 'fim'])
    },
  )

  t.test('what was acknowledged stays: a group can read it again', async t => {
    t.ok((await storedAfterwards(bench, 'guarda')) >= 250)
  })

  t.test('a consumer that comes back after its next message was removed goes on with the oldest one', async t => {
    const { one, two, publish } = bench
    const first = one.broker.consume({ topic: 'apagada', group, handle: async () => {} })
    const committed = async () => (await bench.countsOf('apagada'))?.groups[0]?.lag === 0
    await publish('apagada', [messageFor('k', 'antes')])
    await until('it is acknowledged', committed)
    await first.close()
    await publish(
      'apagada',
      [1, 2, 3].map(body => messageFor('k', body)),
    )
    const admin = new Admin(clientSettings({ name: 'retention', bootstrap: [`${prefix}.7:9092`] }))
    t.teardown(() => admin.close())
    const partitions = [{ partition: laneOf('k'), offset: -1n }] // up to the end
    await admin.deleteRecords({ topics: [{ name: 'apagada', partitions }] })
    const seen: unknown[] = []
    const second = two.broker.consume({
      topic: 'apagada',
      group,
      handle: async ([message]) => void seen.push(message?.body),
    })
    await publish('apagada', [messageFor('k', 'depois')])
    await until('it reads on', () => seen.includes('depois'))
    await second.close()
    t.notOk(seen.includes('antes'))
  })

  t.test('a consumer that is closed before its topics exist joins no group', async t => {
    const { clock, events, log } = bench.one.toolkit
    const topics = Promise.withResolvers<void>()
    const { dead } = bench.one
    const consumer = new KafkaConsumer({
      ...{ topics: [], bootstrap: [`${prefix}.7:9092`], dead, name: 'fechado', clock, events, log },
      ...{ topic: 'ordem', group, handle: async () => {}, ready: () => topics.promise },
    })
    let isClosed = false
    const closing = consumer.close().then(() => {
      isClosed = true
    })
    topics.resolve()
    await until('it is closed', () => isClosed)
    await closing
    t.strictSame(consumer.lanes, [])
  })

  const restart = async () => {
    await kafka.kill()
    kafka = await startKafka({ ...place, jars: found.jars })
  }
  restartCases(t, bench, 'Kafka', restart)
}
