/**
 * Who has asked too much, or too long, for this edge and for nginx.
 *
 * Read beside: nginx.conf, side-by-side.ts, docs/in-bind-nginx-express.md
 * Touches the world: nginx, edges and backends on loopback addresses of this test's own.
 */
import t from 'tap'
import { RateLimits } from '../limits/rate-limits.ts'
import { openEdge } from '../testing/edge.ts'
import { asker, besideNginx, namedBackends, skip } from './side-by-side.ts'

t.test('limits: the same burst, then 429; logins are counted by themselves', { skip }, async t => {
  const backends = await namedBackends(1)
  // nginx lets one more through than its `burst`.
  const settings = { requests: { perSecond: 10, burst: 5 }, logins: { perSecond: 1 / 6, burst: 3 } }
  const limits = new RateLimits({ scope: 'everyone', ...settings }, 1, '172.20.0')
  const { port } = await openEdge(t, backends, { limits })
  const nginx = await besideNginx(t, { backends, limited: true })
  for (const ask of [asker(port), nginx]) {
    const logins = await Promise.all([1, 2, 3, 4].map(() => ask('/login', ['Content-Length: 0'], 'POST')))
    t.same(logins.map(({ status }) => status).sort(), [200, 200, 200, 429])
  }
  // Logins count as requests here, and in nginx they have left the other bucket alone.
  limits.settings = { ...limits.settings }
  for (const ask of [asker(port), nginx]) {
    const answers = await Promise.all(Array.from({ length: 30 }, () => ask('/x')))
    const passed = answers.filter(({ status }) => status === 200).length
    t.ok(passed >= 5 && passed <= 10, `${passed} of 30 passed: 5 at once, and one every 100 ms`)
    t.equal(answers.filter(({ status }) => status === 429).length, 30 - passed)
  }
})

t.test('limits of a head: too long a line is 414, too many fields 431 here and 400 there', { skip }, async t => {
  const backends = await namedBackends(1)
  const { port } = await openEdge(t, backends)
  const nginx = await besideNginx(t, { backends })
  const long = 'x'.repeat(9000)
  t.same([(await asker(port)(`/${long}`)).status, (await nginx(`/${long}`)).status], [414, 414])
  t.same([(await asker(port)('/x', [`A: ${long}`])).status, (await nginx('/x', [`A: ${long}`])).status], [431, 400])
})
