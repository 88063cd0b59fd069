import t from 'tap'
import { answered, type Ban, failed, NOT_BANNED } from './ban.ts'

/** A ban after events at `now` = 0, `+` answered and `-` failed. */
const after = (events: string, ban: Ban = NOT_BANNED, now = 0): Ban =>
  [...events].reduce((known, event) => (event === '+' ? answered(known) : failed(known, now)), ban)

t.test('failed() bans after three failures in a row, each time twice as long', async t => {
  t.notOk(after('--').until > 0)
  t.equal(after('---').until, 1000)
  t.equal(after('------').until, 2000)
  t.equal(after('---'.repeat(3)).until, 4000)
  t.equal(after('---'.repeat(20)).until, 60_000, 'never longer than a minute')
})

t.test('answered() forgives everything but the ban that is running', async t => {
  t.notOk(after('--+--').until > 0)
  const ban = after('---+')
  t.same(ban, { failures: 0, times: 0, until: 1000 })
  t.equal(after('---', ban, 5000).until, 6000)
  t.equal(answered(NOT_BANNED), NOT_BANNED)
})
