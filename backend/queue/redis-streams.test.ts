/**
 * The broker on Redis Streams, with real Redis and MariaDB.
 */
import t from 'tap'
import { until } from '../../test/testing/until.ts'
import { startServers } from '../testing/servers.ts'
import { backgroundTrace } from '../trace.ts'
import { encodeEnvelope } from './envelope.ts'
import { group, openBench } from './testing/broker-bench.ts'
import { brokerCases } from './testing/broker-cases.ts'
import { deliveredAgain, storedAfterwards } from './testing/difference-cases.ts'
import { failureCases } from './testing/failure-cases.ts'
import { messageFor } from './testing/messaging.ts'
import { restartCases } from './testing/restart-cases.ts'

// A kill loses nothing that was answered; with the setting of the lab it could, on a busy disk (docs/brokers.md).
const servers = await startServers(t, ['--appendfsync', 'always'])
const bench = await openBench(t, {})
brokerCases(t, bench)
failureCases(t, bench)

t.test('each message is acknowledged alone: a new consumer gets only the one that is not finished', async t => {
  t.strictSame(await deliveredAgain(bench, 'de-novo'), ['falha', 'fim'])
})

t.test('a stream is trimmed to what is not acknowledged; a group that has not begun keeps everything', async t => {
  t.ok((await storedAfterwards(bench, 'guarda')) < 250, 'acknowledged by its only group')
  t.equal(await storedAfterwards(bench, 'guarda-outro'), 250, 'another group has not begun')
})

t.test('trimming spares what is pending', async t => {
  const { redis } = bench.one.toolkit
  const trace = backgroundTrace()
  const stream = 'queue:claim:0'
  await redis.run(trace, 'XGROUP', 'CREATE', stream, group, '0', 'MKSTREAM')
  await redis.run(trace, 'XADD', stream, '*', 'message', encodeEnvelope(messageFor('k', 'primeira')))
  // A consumer that was killed after the delivery: the entry is pending, and its consumer does not exist any more.
  await redis.run(trace, 'XREADGROUP', 'GROUP', group, 'morto', 'STREAMS', stream, '>')
  const seen: unknown[] = []
  const pausesMs = Array(1_000).fill(20)
  let broken = true
  const consumer = bench.one.broker.consume({
    topic: 'claim',
    group,
    pausesMs,
    batch: 50,
    handle: async messages => {
      if (broken && messages.some(({ body }) => body === 'primeira')) throw new Error('not yet')
      for (const { body } of messages) seen.push(body)
    },
  })
  for (let n = 0; n < 300; n++) {
    await redis.run(trace, 'XADD', stream, '*', 'message', encodeEnvelope(messageFor(`outra-${n}`, n)))
  }
  await until('all others are handled', () => seen.length === 300)
  broken = false
  await until('it was claimed, and is handled', () => seen.includes('primeira'))
  await consumer.close()
  t.equal(seen.length, 301)
})

const restart = async () => {
  await servers.redis?.kill()
  await servers.startRedis()
}
restartCases(t, bench, 'Redis', restart)

t.test('no lane began again because of a defect of this program', async t => {
  const lines = [...bench.one.lines, ...bench.two.lines]
  t.strictSame(
    lines.filter(line => /TypeError|is not a function|undefined|ERR /.test(line)),
    [],
  )
})
