import t from 'tap'
import { AdminError } from '#shared/admin.ts'
import { DEFAULT_LIMITS, RateLimits } from './rate-limits.ts'
import { limitRoutes, readLimits } from './switch.ts'

t.test('POST /limits changes what it names, and keeps the rest', async t => {
  const limits = new RateLimits(DEFAULT_LIMITS, 3, '127.20.0')
  const post = limitRoutes(limits)['POST /limits']
  t.strictSame(post?.({ scope: 'everyone' }), { ...DEFAULT_LIMITS, scope: 'everyone' })
  t.strictSame(post?.({ logins: { perSecond: 0.1, burst: 3 } }), {
    ...DEFAULT_LIMITS,
    scope: 'everyone',
    logins: { perSecond: 0.1, burst: 3 },
  })
  t.equal(limits.settings.logins.burst, 3)
})

t.test('readLimits() says what is wrong and what would be right', async t => {
  const cases: [body: unknown, message: RegExp][] = [
    [undefined, /the body is an object/],
    [[], /the body is an object/],
    ['everyone', /the body is an object/],
    [{ scope: 'all' }, /scope is one of others, everyone, nobody, not "all"/],
    [{ scopes: 'everyone' }, /has no "scopes"; it takes scope, requests, logins/],
    [{ requests: 5 }, /requests is an object with some of: perSecond, burst/],
    [{ requests: { perSecond: 0, burst: 1 } }, /requests.perSecond is a number from 0.001 to 10000, not 0/],
    [{ requests: { perSecond: '5', burst: 1 } }, /not "5"/],
    [{ logins: { perSecond: 1, burst: 1.5 } }, /logins.burst is a whole number/],
    [{ logins: { perSecond: 1 } }, /logins.burst .* not undefined/],
    [{ logins: { perSecond: 1, burst: 1, x: 1 } }, /logins has no "x"/],
  ]
  for (const [body, message] of cases) {
    t.throws(() => readLimits(body, DEFAULT_LIMITS), { name: 'AdminError', status: 400, message })
  }
  t.ok(new AdminError(400, '') instanceof Error)
})
