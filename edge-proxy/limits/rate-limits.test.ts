import t from 'tap'
import { DEFAULT_LIMITS, type LimitSettings, RateLimits, type Scope } from './rate-limits.ts'

const GET = { method: 'GET', path: '/' }
const LOGIN = { method: 'POST', path: '/login' }
const STRANGER = '203.0.113.7'

const limitsOf = (scope: Scope, settings: Partial<LimitSettings> = {}, edges = 1) =>
  new RateLimits({ ...DEFAULT_LIMITS, ...settings, scope }, edges, '172.20.0')

/** How many of `count` requests are let through at the same moment. */
function passed(limits: RateLimits, address: string, count: number, head = GET, now = 0): number {
  let through = 0
  for (let i = 0; i < count; i++) if (limits.check(address, head, now) === undefined) through++
  return through
}

t.test('RateLimits.check() does not limit loopback and the lab, unless the scope is everyone', async t => {
  for (const address of ['127.0.0.1', '127.20.0.2', '::1', '172.20.0.1']) {
    t.equal(passed(limitsOf('others'), address, 1000), 1000, address)
    t.equal(passed(limitsOf('everyone'), address, 1000), DEFAULT_LIMITS.requests.burst, address)
  }
  t.equal(passed(limitsOf('others'), STRANGER, 1000), DEFAULT_LIMITS.requests.burst)
  t.equal(passed(limitsOf('others'), '172.20.1.1', 1000), DEFAULT_LIMITS.requests.burst, 'a neighbour of the lab')
  t.equal(passed(limitsOf('nobody'), STRANGER, 1000), 1000)
})

t.test('RateLimits.check() counts each client separately', async t => {
  const limits = limitsOf('everyone', { requests: { perSecond: 1, burst: 2 } })
  t.equal(passed(limits, STRANGER, 5), 2)
  t.equal(passed(limits, '203.0.113.8', 5), 2)
  t.equal(limits.clients, 2)
  t.equal(limits.refused, 6)
})

t.test('RateLimits.check() has a lower limit for POST /login, and only for that', async t => {
  const settings = { logins: { perSecond: 0.1, burst: 3 } }
  t.equal(passed(limitsOf('everyone', settings), STRANGER, 10, LOGIN), 3)
  t.equal(passed(limitsOf('everyone', settings), STRANGER, 10, { method: 'POST', path: '/login?x' }), 3)
  t.equal(passed(limitsOf('everyone', settings), STRANGER, 10, { method: 'POST', path: '/auth/login?x' }), 3)
  t.equal(passed(limitsOf('everyone', settings), STRANGER, 10, { method: 'GET', path: '/login' }), 10)
  t.equal(passed(limitsOf('everyone', settings), STRANGER, 10, { method: 'POST', path: '/logins' }), 10)
  const refused = limitsOf('everyone', { logins: { perSecond: 0.1, burst: 1 } })
  refused.check(STRANGER, LOGIN, 0)
  t.match(refused.check(STRANGER, LOGIN, 2500), { rule: 'logins', retryAfter: 8 })
})

t.test('RateLimits.check() counts a login in both buckets', async t => {
  const limits = limitsOf('everyone', { requests: { perSecond: 1, burst: 2 }, logins: { perSecond: 1, burst: 9 } })
  t.equal(passed(limits, STRANGER, 5, LOGIN), 2)
  t.match(limits.check(STRANGER, LOGIN, 0), { rule: 'requests', retryAfter: 1 })
})

t.test('RateLimits gives each edge its share: three edges together allow as much as one alone would', async t => {
  const settings = { requests: { perSecond: 30, burst: 150 } }
  const edges = [1, 2, 3].map(() => limitsOf('everyone', settings, 3))
  const burst = edges.reduce((sum, edge) => sum + passed(edge, STRANGER, 1000), 0)
  t.equal(burst, 150)
  const later = edges.reduce((sum, edge) => sum + passed(edge, STRANGER, 1000, GET, 1000), 0)
  t.equal(later, 30)
})

t.test('RateLimits deletes the client that was silent longest, so that many clients use bounded memory', async t => {
  const limits = limitsOf('everyone', { requests: { perSecond: 0.01, burst: 1 } })
  limits.check('regular', GET, 0)
  for (let i = 0; i < 50_000; i++) {
    limits.check(`client${i}`, GET, i)
    if (i % 5000 === 0) t.ok(limits.check('regular', GET, i), 'one that keeps asking is remembered')
  }
  t.equal(limits.clients, 10_000)
  t.equal(limits.check('client0', GET, 50_000), undefined, 'a client that was deleted begins with a full bucket')
})

t.test('RateLimits.settings deletes the counts', async t => {
  const limits = limitsOf('everyone', { requests: { perSecond: 1, burst: 1 } })
  t.equal(passed(limits, STRANGER, 3), 1)
  limits.settings = { ...limits.settings, requests: { perSecond: 1, burst: 2 } }
  t.equal(passed(limits, STRANGER, 3), 2)
  limits.settings = { ...limits.settings, scope: 'nobody' }
  t.equal(passed(limits, STRANGER, 3), 3)
})
