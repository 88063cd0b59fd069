/**
 * Limits on the rate of requests and on the size of a head, at this edge and at nginx.
 *
 * Read beside: nginx.conf, side-by-side.ts, docs/in-bind-nginx-express.md
 * Touches the world: nginx, edges and backends on loopback addresses that only this test uses.
 */
import t from 'tap'
import { RateLimits } from '../limits/rate-limits.ts'
import { openEdge } from '../testing/edge.ts'
import { besideNginx, namedBackends, requestsTo, skip } from './side-by-side.ts'

t.test('limits: the same burst, then 429; logins have a limit of their own', { skip }, async t => {
  const backends = await namedBackends(1)
  // nginx allows one request more than its `burst`.
  const settings = { requests: { perSecond: 10, burst: 5 }, logins: { perSecond: 1 / 6, burst: 3 } }
  const limits = new RateLimits({ scope: 'everyone', ...settings }, 1, '172.20.0')
  const { port } = await openEdge(t, backends, { limits })
  const nginx = await besideNginx(t, { backends, limited: true })
  for (const ask of [requestsTo(port), nginx]) {
    const logins = await Promise.all([1, 2, 3, 4].map(() => ask('/login', ['Content-Length: 0'], 'POST')))
    t.same(logins.map(({ status }) => status).sort(), [200, 200, 200, 429])
  }
  // At this edge a login also counts as a request, so its buckets are filled again here; at nginx it does not.
  limits.settings = { ...limits.settings }
  for (const ask of [requestsTo(port), nginx]) {
    const answers = await Promise.all(Array.from({ length: 30 }, () => ask('/x')))
    const passed = answers.filter(({ status }) => status === 200).length
    t.ok(passed >= 5 && passed <= 10, `${passed} of 30 passed: 5 at once, and one every 100 ms`)
    t.equal(answers.filter(({ status }) => status === 429).length, 30 - passed)
  }
})

t.test('limits of a head: a long request line is 414; a long field is 431 here and 400 at nginx', { skip }, async t => {
  const backends = await namedBackends(1)
  const { port } = await openEdge(t, backends)
  const nginx = await besideNginx(t, { backends })
  const long = 'x'.repeat(9000)
  t.same([(await requestsTo(port)(`/${long}`)).status, (await nginx(`/${long}`)).status], [414, 414])
  t.same(
    [(await requestsTo(port)('/x', [`A: ${long}`])).status, (await nginx('/x', [`A: ${long}`])).status],
    [431, 400],
  )
})
