/**
 * The login throttle: the rule, the same rule in Redis, and POST /login at two backends.
 */
import t from 'tap'
import { FakeClock, systemClock } from '#shared/clock.ts'
import { Events } from '#shared/events.ts'
import { RedisConnection } from '../redis/redis.ts'
import { Abandoned } from '../refusal.ts'
import { startBackend } from '../testing/backend.ts'
import { Browser } from '../testing/browser.ts'
import { seeded } from '../testing/random.ts'
import { prefix, startServers } from '../testing/servers.ts'
import { Trace } from '../trace.ts'
import { addressKey, LoginThrottle } from './login-throttle.ts'
import { MemoryCounters } from './memory-counters.ts'
import { RedisCounters } from './redis-counters.ts'
import { ACCOUNT, ADDRESS, MEMORY_MS, pauseAfter } from './throttle-rule.ts'

t.test('pauseAfter() is 0 at first, then doubles, and has a maximum', async t => {
  t.strictSame(
    [0, 1, 4, 5, 6, 7, 8, 13, 14, 1000].map(failures => pauseAfter(failures, ACCOUNT)),
    [0, 0, 0, 1000, 2000, 4000, 8000, 256_000, 300_000, 300_000],
  )
  t.ok(ADDRESS.longest < MEMORY_MS && ACCOUNT.longest < MEMORY_MS, 'a counter is kept longer than its pause')
})

t.test('addressKey() shortens an IPv6 address to its /64', async t => {
  t.equal(addressKey('203.0.113.7'), 'address:203.0.113.7')
  t.equal(addressKey('2001:db8:1:2:3:4:5:6'), 'address:2001:db8:1:2::/64')
  t.equal(addressKey('2001:db8:1:2::1'), 'address:2001:db8:1:2::/64')
  t.equal(addressKey('2001:db8::1'), 'address:2001:db8:0:0::/64')
  t.equal(addressKey('2001:0db8::'), 'address:2001:db8:0:0::/64')
  t.equal(addressKey('::ffff:203.0.113.7'), 'address:203.0.113.7', 'IPv4-mapped')
  t.equal(addressKey('::1'), 'address:0:0:0:0::/64')
})

t.test('LoginThrottle: an attempt whose client has left before its password was checked does not count', async t => {
  const clock = new FakeClock()
  const throttle = new LoginThrottle({ counters: new MemoryCounters(), clock, mode: 'on', prefix: '172.20.0' })
  const attempt = (verify: () => Promise<string>) => throttle.guard(new Trace('t'), 'bruno', '203.0.113.9', verify)
  const left = async () => {
    throw new Abandoned()
  }
  for (let i = 0; i < 2 * ADDRESS.free; i++) await t.rejects(attempt(left), { name: 'Abandoned' })
  t.equal(await attempt(async () => 'logged in'), 'logged in')
})

t.test('with the real Redis', async t => {
  const servers = await startServers(t)
  const clock = new FakeClock(Date.now())

  t.test('RedisCounters and MemoryCounters give the same results (seeded, 400 steps)', async t => {
    const url = `redis://${prefix}.4`
    const redis = new RedisConnection({
      url,
      name: 'test',
      clock: systemClock,
      events: new Events('test'),
      state: () => 'up',
    })
    t.teardown(() => redis.close())
    await redis.probe()
    const inRedis = new RedisCounters(redis)
    const inMemory = new MemoryCounters()
    const trace = new Trace('t')
    const random = seeded(20261122)
    const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)] as T
    let now = 1_790_000_000_000
    for (let step = 0; step < 400; step++) {
      const account = `account:${pick(['a', 'b'])}`
      const address = `address:${pick(['1', '2', '3'])}`
      now += pick([1, 500, 1000, 4000, 60_000])
      const kind = random()
      if (kind < 0.2) {
        const method = kind < 0.1 ? 'forgive' : 'takeBack'
        await inRedis[method](trace, account, address)
        await inMemory[method](trace, account, address)
        continue
      }
      const counted = [
        { key: account, rule: { free: 3, longest: 20_000 } },
        { key: address, rule: { free: 6, longest: 5_000 } },
      ]
      const [expected, found] = [
        await inMemory.attempt(trace, counted, now),
        await inRedis.attempt(trace, counted, now),
      ]
      if (found !== expected) return t.fail(`step ${step}: ${found} in Redis, ${expected} in memory`)
    }
    t.pass('400 steps')
  })

  const env = { LOGIN_THROTTLE: 'on' }
  const one = await startBackend(t, 1, { env, clock })
  const two = await startBackend(t, 2, { env, clock })
  const guess = (backend: { url: string }, username: string, password: string, address = '203.0.113.1') =>
    new Browser().ask(backend, '/login', { json: { username, password }, headers: { 'x-forwarded-for': address } })
  const RIGHT = 'bruno-no-laboratorio'

  t.test('after five failures an account has to wait, at every backend, and longer each time', async t => {
    for (let i = 0; i < 5; i++) t.equal((await guess(i % 2 ? one : two, 'bruno', 'wrong')).status, 401)
    const waits: number[] = []
    for (let i = 0; i < 5; i++) {
      const refused = await guess(i % 2 ? one : two, 'bruno', RIGHT, `203.0.113.${10 + i}`)
      t.equal(refused.status, 429, 'even with the right password, and from another address')
      waits.push(Number(refused.headers['retry-after']))
      clock.advance(Number(refused.headers['retry-after']) * 1000)
      t.equal((await guess(one, 'bruno', 'wrong')).status, 401)
    }
    t.strictSame(waits, [1, 2, 4, 8, 16])
    t.equal((await guess(one, 'ana', 'ana-no-laboratorio')).status, 200, 'other accounts are not affected')
    const page = await new Browser().ask(two, '/login', {
      form: { username: 'bruno', password: 'x' },
      headers: { accept: 'text/html' },
    })
    t.match(page, { status: 429, text: /Muitas tentativas/, headers: { 'retry-after': '32' } })
  })

  t.test('after the pause the right password is accepted, and the count is reset', async t => {
    clock.advance(32_000)
    t.equal((await guess(one, 'bruno', RIGHT)).status, 200)
    for (let i = 0; i < 5; i++) t.equal((await guess(two, 'bruno', 'wrong')).status, 401)
    clock.advance(1_000)
    t.equal((await guess(one, 'bruno', RIGHT)).status, 200)
  })

  t.test('a hundred attempts at the same time are a hundred failures, not one', async t => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => guess(one, 'ana', 'wrong', '203.0.113.77')))
    const count = (wanted: number) => answers.filter(({ status }) => status === wanted).length
    // On a busy machine some are not checked (503): they do not count, so others may come after them.
    const unchecked = count(503)
    t.ok(count(401) <= 5, `${count(401)} passwords were checked, ${unchecked} could not be`)
    t.equal(count(401) + count(429) + unchecked, 100)
  })

  t.test('one password on many accounts: the address has to wait', async t => {
    const statuses: number[] = []
    for (let i = 0; i < 32; i++) statuses.push((await guess(one, `unknown${i}`, 'password1', '203.0.113.99')).status)
    t.equal(statuses.indexOf(429), 30)
    t.equal((await guess(two, 'unknown', 'x', '203.0.113.100')).status, 401, 'another address')
  })

  t.test('an address that the client wrote into X-Forwarded-For is ignored: the entry of the edge counts', async t => {
    // The edge appends its entry; the ones before it came from the client.
    const claimed = '198.51.100.1, 203.0.113.99'
    t.equal((await guess(one, 'unknown', 'x', claimed)).status, 429)
  })

  t.test('lab addresses are exempt unless the throttle is switched on', async t => {
    const three = await startBackend(t, 3, { clock })
    for (let i = 0; i < 7; i++) {
      t.equal((await guess(three, 'unknown-in-the-lab', 'x', `${prefix}.1`)).status, 401)
    }
    const outside = []
    for (let i = 0; i < 7; i++) outside.push((await guess(three, 'user-outside', 'x', '192.0.2.1')).status)
    t.strictSame(outside, [401, 401, 401, 401, 401, 429, 429])
  })

  // While MySQL is down, people try the right password again and again. None of these attempts was wrong.
  t.test('an attempt whose password could not be checked does not count', async t => {
    await servers.mysql?.kill()
    for (let i = 0; i < 6; i++) t.equal((await guess(one, 'bruno', RIGHT, '203.0.113.200')).status, 503)
    await servers.startMysql()
    t.equal((await guess(one, 'bruno', RIGHT, '203.0.113.200')).status, 200)
  })
})
