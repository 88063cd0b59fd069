/**
 * The broker on Redis Streams, with real Redis and MariaDB.
 */
import t from 'tap'
import { until } from '../../test/testing/until.ts'
import { startServers } from '../testing/servers.ts'
import { backgroundTrace } from '../trace.ts'
import { encodeEnvelope } from './envelope.ts'
import { LANES, laneOf } from './lanes.ts'
import { keysFor } from './redis-names.ts'
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
  t.ok((await storedAfterwards(bench, 'guarda-outro')) >= 250, 'another group has not begun')
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

t.test('a handler that takes long does not keep its consumer from renewing its leases', async t => {
  const { redis, config } = bench.one.toolkit
  const { name } = config.who.host
  const trace = backgroundTrace()
  const { lease, members } = keysFor('divide', LANES - 1, group)
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  let handling = false
  const first = bench.one.broker.consume({
    topic: 'divide',
    group,
    handle: async () => {
      handling = true
      await released
    },
  })
  await until('the first consumer has all lanes', () => first.lanes.length === LANES)
  const inLastLane = Array.from({ length: 100 }, (_, n) => `k${n}`).find(key => laneOf(key) === LANES - 1) ?? ''
  await bench.publish('divide', [messageFor(inLastLane, 1)])
  await until('its handler has begun', () => handling)
  const second = bench.two.broker.consume({ topic: 'divide', group, handle: async () => {} })
  await until('the first consumer gives lanes back, and the second one takes them', () => second.lanes.length > 0)
  const counted = async () => Number(await redis.run(trace, 'ZSCORE', members, name))
  const before = await counted()
  await until('the first consumer renews its leases', async () => (await counted()) > before)
  t.ok(first.lanes.includes(LANES - 1), 'the handler is still in progress')
  release()
  await until('its lane is given back', async () => (await redis.run(trace, 'GET', lease)) !== name)
  await Promise.all([first.close(), second.close()])
})

t.test('after a batch with a bad message, a consumer that is being closed begins no further try', async t => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const alone: unknown[] = []
  await bench.publish(
    'fecha',
    [1, 2, 3].map(body => messageFor('k', body)),
  )
  const consumer = bench.one.broker.consume({
    topic: 'fecha',
    group,
    batch: 3,
    handle: async ([first, second]) => {
      if (second !== undefined) throw new Error('one of them is bad')
      alone.push(first?.body)
      await released
    },
  })
  await until('the first message is handled alone', () => alone.length === 1)
  const closing = consumer.close()
  await until('its other lanes are given back', () => consumer.lanes.length === 1)
  release()
  await closing
  t.strictSame(alone, [1])
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
