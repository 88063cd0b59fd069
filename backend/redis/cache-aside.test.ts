/** With real Redis: two processes that share it are two instances here. */
import t from 'tap'
import { systemClock } from '#shared/clock.ts'
import { Events } from '#shared/events.ts'
import { until } from '../../test/testing/until.ts'
import { Unavailable } from '../refusal.ts'
import { prefix, Servers } from '../testing/servers.ts'
import { backgroundTrace } from '../trace.ts'
import { CacheAside } from './cache-aside.ts'
import { RedisConnection } from './redis.ts'

const servers = new Servers(t)
await servers.startRedis()
let state: 'up' | 'down' = 'up'
const redis = new RedisConnection({
  url: `redis://${prefix}.4:6379`,
  name: 'cache-test',
  clock: systemClock,
  events: new Events('cache-test'),
  state: () => state,
})
t.teardown(() => redis.close())
const trace = backgroundTrace()
const options = { redis, clock: systemClock, name: 'test', keptMs: 60_000, localMs: 0 }
const caches = [new CacheAside(options), new CacheAside(options)] as const

t.test('CacheAside loads a missing value once, however many readers there are', async t => {
  let loads = 0
  const { promise: loaded, resolve: finish } = Promise.withResolvers<void>()
  const load = async () => {
    loads++
    await loaded
    return { seats: 7 }
  }
  const reads = Array.from({ length: 60 }, (_, index) => caches[index % 2 === 0 ? 0 : 1].read(trace, 'one', load))
  await until('one reader loads', () => loads === 1)
  finish()
  const found = await Promise.all(reads)
  t.equal(loads, 1)
  for (const { value } of found) t.strictSame(value, { seats: 7 })
  t.equal(found.filter(({ status }) => status === 'test; fwd=miss; stored').length, 1)
  t.equal(found.filter(({ status }) => status === 'test; fwd=miss; collapsed').length, 59)
  t.strictSame(await caches[1].read(trace, 'one', load), { value: { seats: 7 }, status: 'test; hit' })
})

t.test(
  'CacheAside: a reader that may load only after another one has stored the value does not load it again',
  async t => {
    const { promise: stored, resolve: store } = Promise.withResolvers<unknown>()
    let waiting = false
    const late = new CacheAside({
      ...options,
      redis: {
        run: async (trace, ...command) => {
          if (command[0] === 'SET' && command.includes('NX')) {
            waiting = true
            await stored
          }
          return redis.run(trace, ...command)
        },
      },
    })
    const read = late.read(trace, 'six', async () => t.fail('it was stored already'))
    await until('the late reader has not found the value', () => waiting)
    store(await caches[0].read(trace, 'six', async () => 6))
    t.strictSame(await read, { value: 6, status: 'test; fwd=miss; collapsed' })
    t.strictSame(await caches[1].read(trace, 'six', async () => 0), { value: 6, status: 'test; hit' })
  },
)

t.test('CacheAside: a reader whose right to load has expired leaves the right of the next reader alone', async t => {
  const slow = Promise.withResolvers<number>()
  let loads = 0
  const first = caches[0].read(trace, 'seven', () => {
    loads++
    return slow.promise
  })
  await until('the first reader loads', () => loads === 1)
  await redis.run(trace, 'DEL', 'test:seven:loading') // as when its time is over
  await redis.run(trace, 'SET', 'test:seven:loading', 'of the next reader', 'NX')
  slow.resolve(7)
  t.match(await first, { value: 7, status: 'test; fwd=miss; stored' })
  t.equal(await redis.run(trace, 'GET', 'test:seven:loading'), 'of the next reader')
})

t.test('CacheAside.remove(): the next reader loads the value', async t => {
  let value = 1
  const read = async () => (await caches[0].read(trace, 'two', async () => value)).value
  t.equal(await read(), 1)
  value = 2
  t.equal(await read(), 1)
  await caches[1].remove(trace, ['two'])
  t.equal(await read(), 2)
})

t.test('CacheAside: a load that fails is not stored, and does not keep others from loading', async t => {
  const failing = async () => {
    throw new Error('no database')
  }
  await t.rejects(caches[0].read(trace, 'three', failing), { message: 'no database' })
  t.match(await caches[1].read(trace, 'three', async () => 3), { value: 3, status: 'test; fwd=miss; stored' })
})

t.test('CacheAside with localMs uses a value again without asking Redis', async t => {
  const local = new CacheAside({ ...options, localMs: 60_000 })
  t.match(await local.read(trace, 'four', async () => 4), { status: 'test; fwd=miss; stored' })
  t.match(await local.read(trace, 'four', async () => 5), { value: 4, status: 'test; hit; detail=local' })
})

t.test('CacheAside does not load a value again when Redis goes down before it is stored', async t => {
  let loads = 0
  const failing = new CacheAside({
    ...options,
    redis: {
      run: async (trace, ...command) => {
        if (loads > 0) throw new Unavailable('redis', 'Redis has gone down')
        return redis.run(trace, ...command)
      },
    },
  })
  const load = async () => ++loads
  t.match(await failing.read(trace, 'eight', load), { value: 1, status: 'test; fwd=bypass; detail=redis-is-down' })
  t.equal(loads, 1)
})

t.test('CacheAside reads the source while Redis is down; an error of the source is passed on', async t => {
  await servers.redis?.kill()
  state = 'down'
  t.match(await caches[0].read(trace, 'five', async () => 5), {
    value: 5,
    status: 'test; fwd=bypass; detail=redis-is-down',
  })
  const unavailable = async () => {
    throw new Unavailable('mysql', 'MySQL is down')
  }
  await t.rejects(caches[0].read(trace, 'five', unavailable), { message: 'MySQL is down' })
})
