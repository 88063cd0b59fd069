import t from 'tap'
import { answered, type Ban, checkPassed, failed, isBanned, NOT_BANNED } from './ban.ts'

/** A ban after events at the time `now`: `+` answered, `-` failed, `c` a check passed. */
const after = (events: string, ban: Ban = NOT_BANNED, now = 0): Ban =>
  [...events].reduce((known, event) => EVENTS[event as keyof typeof EVENTS](known, now), ban)

const EVENTS = { '+': answered, '-': failed, c: checkPassed }

t.test('failed() bans after three failures in a row; a response in between begins the count again', async t => {
  t.notOk(after('--').until > 0)
  t.notOk(after('--+--').until > 0)
  t.equal(after('---').until, 1000)
  t.equal(after('--+---').until, 1000)
})

t.test(
  'failed() bans again at the first failure after a ban, each time for twice as long, at most a minute',
  async t => {
    let ban = after('---')
    const lengths = [ban.until]
    for (let i = 0; i < 8; i++) {
      const now = ban.until
      ban = after('c-', ban, now)
      lengths.push(ban.until - now)
    }
    t.same(lengths, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000])
  },
)

t.test('failed() does not count requests that were open when the ban began', async t => {
  t.same(after('-'.repeat(100)), { failures: 0, times: 1, until: 1000, awaitsCheck: true })
})

t.test('checkPassed() ends a ban, after its time and not before', async t => {
  const ban = after('---')
  t.ok(isBanned(ban, 999))
  t.ok(isBanned(checkPassed(ban, 999), 999))
  t.ok(isBanned(ban, 60_000), 'time alone does not end a ban: no request of a user is used as a trial')
  t.notOk(isBanned(checkPassed(ban, 1000), 1000))
})

t.test('answered() forgives a ban after as long as it was', async t => {
  const ban = after('---')
  t.same(answered(ban, 5000), ban, 'it has not ended')
  const probation = after('c+', ban, 1999)
  t.equal(probation.times, 1)
  t.equal(failed(probation, 1999).until, 1999 + 2000, 'on probation, one failure is enough')
  t.same(answered(probation, 2000), NOT_BANNED)
  t.notOk(failed(answered(probation, 2000), 2000).until > 2000, 'after that, three are needed again')
  t.equal(answered(NOT_BANNED, 0), NOT_BANNED)
})

t.test(
  'a backend that fails every third request is soon banned most of the time, and one that recovers is not',
  async t => {
    let ban = NOT_BANNED
    let banned = 0
    for (let now = 0; now < 600_000; now += 100) {
      ban = checkPassed(ban, now)
      if (isBanned(ban, now)) banned++
      else ban = now % 300 === 0 ? failed(failed(failed(ban, now), now), now) : answered(ban, now)
    }
    t.ok(banned > 5000, `${banned} of 6000 ticks`)
    for (let now = 700_000; now < 900_000; now += 100) ban = after('c+', ban, now)
    t.same(ban, NOT_BANNED)
  },
)
