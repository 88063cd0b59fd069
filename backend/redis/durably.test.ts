/**
 * Writes that must outlive a fail-over: there is a response only when a replica has them, too. Here Redis has no replica and one is required, so each of them is an error.
 */
import t from 'tap'
import { systemClock } from '#shared/clock.ts'
import { Events } from '#shared/events.ts'
import { SaleLine } from '../../apps/ingressos/line/line.ts'
import { RedisStreams } from '../queue/redis-streams.ts'
import { messageFor } from '../queue/testing/messaging.ts'
import { RedisStore } from '../sessions/redis-store.ts'
import { prefix, Servers } from '../testing/servers.ts'
import { backgroundTrace } from '../trace.ts'
import { RedisConnection } from './redis.ts'

const servers = new Servers(t)
await servers.startRedis()
const url = `redis://${prefix}.4:6379`
const common = { clock: systemClock, events: new Events('durably-test'), name: 'durably-test' }
const redis = new RedisConnection({ ...common, url, state: () => 'up', replicas: 1 })
t.teardown(() => redis.close())
const trace = backgroundTrace()
const NO_REPLICA = { name: 'Unavailable', dependency: 'redis', message: /no replica of Redis has received/ }

t.test('a message is published when a replica has it', async t => {
  const topics = [{ name: 'assunto', groups: ['leitor'] }]
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const broker = new RedisStreams({ ...common, redis, redisUrl: url, topics, log } as never)
  await t.rejects(broker.publish(trace, 'assunto', messageFor('chave', 1)), NO_REPLICA)
})

t.test('a place in the line of a sale is in a response when a replica has it; a look waits for none', async t => {
  const line = new SaleLine(redis, { rate: 5, claimMs: 2_000, settleMs: 500, admissionMs: 8_000, absentMs: 6_000 })
  await t.rejects(line.join(trace, 1, 7, 10), NO_REPLICA)
  t.match(await line.look(trace, 1, 7, 10), { position: 1 })
})

t.test('a session is ended when a replica has it', async t => {
  const user = { username: 'ana' } as never
  await t.rejects(new RedisStore(redis).end(trace, { key: 'chave', user }), NO_REPLICA)
})
