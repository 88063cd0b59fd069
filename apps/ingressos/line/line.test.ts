/** The script in Redis against the plain line: the same answers to the same requests at the same times. */
import t from 'tap'
import { systemClock } from '#shared/clock.ts'
import { Events } from '#shared/events.ts'
import { RedisConnection } from '../../../backend/redis/redis.ts'
import { seeded } from '../../../backend/testing/random.ts'
import { prefix, Servers } from '../../../backend/testing/servers.ts'
import { backgroundTrace } from '../../../backend/trace.ts'
import { REQUEST_LIMIT, SaleLine } from './line.ts'
import { type LineRules, WaitingLine } from './waiting-line.ts'

const RULES: LineRules = { rate: 5, claimMs: 2_000, settleMs: 500, admissionMs: 8_000, absentMs: 6_000 }

const servers = new Servers(t)
await servers.startRedis()
const redis = new RedisConnection({
  url: `redis://${prefix}.4:6379`,
  name: 'line-test',
  clock: systemClock,
  events: new Events('line-test'),
  state: () => 'up',
})
t.teardown(() => redis.close())
const trace = backgroundTrace()

/** The time of the test, in milliseconds. */
let now = 1_000_000
const line = new SaleLine(redis, RULES, () => now)
let events = 0

t.test('SaleLine does the same as WaitingLine, for any sequence of requests', async t => {
  for (let seed = 1; seed <= 12; seed++) {
    const numbers = seeded(seed)
    const random = (below: number) => Math.floor(numbers() * below)
    const plain = new WaitingLine(RULES)
    const event = ++events
    const people = 4 + random(12)
    let available = 1 + random(8)
    for (let step = 0; step < 120; step++) {
      now += random(10) === 0 ? random(7_000) : random(300)
      if (random(15) === 0) available = random(8)
      // People of each round are others, so that the limit of requests of one user is not reached.
      const user = 1_000 * seed + random(people)
      const action = random(5)
      const at = `seed ${seed}, step ${step}`
      if (action === 0) {
        const { position, admitted } = await line.join(trace, event, user, available)
        t.strictSame({ position, admitted }, plain.join(String(user), available, now), at)
      } else if (action < 4) {
        const seen = await line.look(trace, event, user, available)
        const expected = plain.look(String(user), available, now)
        t.strictSame(seen && { position: seen.position, admitted: seen.admitted }, expected, at)
      } else {
        await line.done(trace, user, 'key', event)
        plain.reserved(String(user), now)
      }
    }
  }
})

t.test('WaitingLine: the first join counts, and joining again changes nothing', async t => {
  const plain = new WaitingLine({ ...RULES, rate: 1 })
  const places = ['ana', 'bruno', 'carla', 'ana', 'ana', 'carla'].map(user => plain.join(user, 10, 0)?.position)
  t.strictSame(places, [1, 2, 3, 1, 1, 3])
})

t.test('WaitingLine: a user who asks a hundred times as often is not admitted sooner', async t => {
  const plain = new WaitingLine({ ...RULES, rate: 1, absentMs: 60_000 })
  for (const user of ['first', 'second', 'third', 'bot']) plain.join(user, 10, 0)
  const admitted: string[] = []
  for (let at = 0; at < 5_000; at += 10) {
    if (plain.look('bot', 10, at)?.admitted && !admitted.includes('bot')) admitted.push('bot')
    if (at % 1_000 !== 990) continue
    for (const user of ['third', 'second', 'first'])
      if (plain.look(user, 10, at)?.admitted && !admitted.includes(user)) admitted.push(user)
  }
  t.strictSame(admitted, ['first', 'second', 'third', 'bot'])
})

t.test('WaitingLine: not more people are admitted than there are seats, until their claims end', async t => {
  const plain = new WaitingLine({ ...RULES, rate: 100 })
  const turn = (user: string, at: number) => plain.join(user, 2, at)?.admitted
  t.strictSame([turn('a', 0), turn('b', 0), turn('c', 0)], [true, true, false])
  t.equal(turn('c', RULES.claimMs - 1), false, 'a and b have time to reserve')
  t.equal(turn('c', RULES.claimMs), true)
})

t.test('WaitingLine: the place is kept for absentMs, and lost after that', async t => {
  const rules = { ...RULES, rate: 1, admissionMs: 60_000 }
  const plain = new WaitingLine(rules)
  plain.join('a', 1, 0)
  plain.join('b', 1, 0)
  t.equal(plain.join('c', 1, 0)?.position, 3)
  t.match(plain.look('b', 1, RULES.absentMs), { position: 2, admitted: true }, 'back in time')
  t.equal(plain.look('c', 1, RULES.absentMs * 2)?.admitted, true)
  const absent = new WaitingLine({ ...rules, claimMs: RULES.absentMs + 1 })
  for (const user of ['a', 'b', 'c']) absent.join(user, 1, 0)
  absent.look('c', 1, RULES.absentMs)
  t.match(absent.look('c', 1, RULES.absentMs + 1), { admitted: true }, 'b is passed over')
  t.equal(absent.look('b', 1, RULES.absentMs + 2), undefined)
})

t.test('SaleLine limits the requests of one user, and says when the next one is possible (RFC 6585 §4)', async t => {
  const user = 77
  for (let i = 0; i < REQUEST_LIMIT.burst; i++) await line.count(trace, user)
  const refused = await line.count(trace, user).catch(error => error)
  t.match(refused, { status: 429, headers: ['Retry-After', '1'] })
  await line.count(trace, 78)
  now += 1_000
  for (let i = 0; i < REQUEST_LIMIT.perSecond; i++) await line.count(trace, user)
  t.match(await line.count(trace, user).catch(error => error), { status: 429 })
})

t.test('SaleLine.mayReserve() marks a key only for a user whose turn it is, until done()', async t => {
  const event = ++events
  const ask = () => line.mayReserve(trace, event, 90, 5, 'k')
  t.match(await ask(), { busy: false, inLine: undefined })
  await line.join(trace, event, 90, 5)
  t.match(await ask(), { busy: false, inLine: { admitted: true } })
  t.match(await ask(), { busy: true })
  await line.done(trace, 90, 'k', event)
  t.match(await ask(), { busy: false, inLine: { admitted: true } }, 'no other user is waiting: the turn is not over')
})

t.test('SaleLine works after Redis has lost the script', async t => {
  await redis.run(trace, 'SCRIPT', 'FLUSH')
  t.equal((await line.join(trace, ++events, 91, 5)).position, 1)
})
