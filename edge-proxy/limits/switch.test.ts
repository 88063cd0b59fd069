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
    [undefined, /the body must be a JSON object/],
    [[], /the body must be a JSON object/],
    ['everyone', /the body must be a JSON object/],
    [{ scope: 'all' }, /"scope" must be one of others, everyone, .*, not "all"/],
    [{ scopes: 'everyone' }, /the body has no member "scopes"; its members are scope, requests, logins/],
    [{ requests: 5 }, /requests must be a JSON object with some of: perSecond, burst/],
    [{ requests: { perSecond: 0, burst: 1 } }, /"requests.perSecond" must be a number from 0.001 to 10000, not 0/],
    [{ requests: { perSecond: '5', burst: 1 } }, /not "5"/],
    [{ logins: { perSecond: 1, burst: 1.5 } }, /"logins.burst" must be a whole number/],
    [{ logins: { perSecond: 1 } }, /"logins.burst" must be .*, not missing/],
    [{ logins: { perSecond: 1, burst: 1, x: 1 } }, /logins has no member "x"/],
  ]
  for (const [body, message] of cases) {
    t.throws(() => readLimits(body, DEFAULT_LIMITS), { name: 'AdminError', status: 400, message })
  }
  t.ok(new AdminError(400, '') instanceof Error)
})
