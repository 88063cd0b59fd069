/**
 * The broker on Kafka: the tests of the other engine, with a real Kafka as a private process. Skipped, with the reason, where Java or Maven
 * is missing or Kafka cannot be fetched.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { startKafka } from '../../lab/kafka.ts'
import { findKafka } from '../../lab/kafka-jars.ts'
import { prefix, startServers } from '../testing/servers.ts'
import { openBench } from './testing/broker-bench.ts'
import { brokerCases } from './testing/broker-cases.ts'
import { deliveredAgain, storedAfterwards } from './testing/difference-cases.ts'
import { failureCases } from './testing/failure-cases.ts'
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
    t.equal(await storedAfterwards(bench, 'guarda'), 250)
  })

  const restart = async () => {
    await kafka.kill()
    kafka = await startKafka({ ...place, jars: found.jars })
  }
  restartCases(t, bench, 'Kafka', restart)
}
