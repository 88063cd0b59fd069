import t from 'tap'
import { systemClock } from '#shared/clock.ts'
import { openEdge } from '../testing/edge.ts'
import { exchange } from '../testing/raw-client.ts'
import { DEFAULT_LIMITS, RateLimits } from './rate-limits.ts'

const statuses = (received: string) => [...received.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => Number(status))

const REQUEST = 'GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n'
const LAST = 'GET /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'

t.test('an edge answers 429 with Retry-After to one request too many, and keeps the connection open', async t => {
  const requests = { perSecond: 0.01, burst: 2 }
  const limits = new RateLimits({ ...DEFAULT_LIMITS, scope: 'everyone', requests }, 1, '127.20.0')
  const { port } = await openEdge(t, [], { limits })
  const received = await exchange(port, REQUEST + REQUEST + REQUEST + LAST)
  t.strictSame(
    statuses(received),
    [503, 503, 429, 429],
    'there is no backend here, so a request within the limit gets 503',
  )
  t.match(received, /\r\nRetry-After: (?:99|100)\r\n/)
  t.match(received, /application\/problem\+json/)
  t.match(received, /"limit":"requests"/)
  t.match(received, /this edge allows 2 at once and 0.6 a minute/)
})

t.test('an edge does not limit requests for /healthz, nor by default requests from its own lab', async t => {
  const requests = { perSecond: 0.01, burst: 1 }
  const limits = new RateLimits({ ...DEFAULT_LIMITS, scope: 'everyone', requests }, 1, '127.20.0')
  const { port } = await openEdge(t, [], { limits })
  const health = 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n'
  const received = await exchange(port, health + health + health + REQUEST + LAST)
  t.strictSame(statuses(received), [200, 200, 200, 503, 429])
  limits.settings = { ...limits.settings, scope: 'others' }
  t.strictSame(statuses(await exchange(port, REQUEST + REQUEST + LAST)), [503, 503, 503])
})

t.test('a refused login closes the connection when its body has not been read', async t => {
  const logins = { perSecond: 0.01, burst: 1 }
  const limits = new RateLimits({ ...DEFAULT_LIMITS, scope: 'everyone', logins }, 1, '127.20.0')
  limits.check('127.0.0.1', { method: 'POST', path: '/login' }, systemClock.now())
  const { port } = await openEdge(t, [], { limits })
  const received = await exchange(port, 'POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n')
  t.strictSame(statuses(received), [429])
  t.match(received, /attempts to log in/)
  t.match(received, /\r\nConnection: close\r\n/)
})
