import t from 'tap'
import { quantile, Tally } from './tally.ts'

const result = { status: 200, frontend: 'frontend1', backend: 'backend1', ms: 1, retries: 0 }

t.test('Tally.report() counts frontends, backends, statuses, errors, retries and connections', async t => {
  const tally = new Tally()
  tally.add({ ...result, connection: 'new', resolved: 'query' })
  tally.add({ ...result, connection: 'reused', resolved: 'kept', backend: 'backend2', ms: 3, retries: 2 })
  tally.add({ ...result, connection: 'new', resolved: 'query', frontend: 'frontend2', backend: undefined, status: 502 })
  tally.fail('ECONNREFUSED')
  t.strictSame(tally.report(2), {
    count: 4,
    frontends: { frontend1: 2, frontend2: 1 },
    backends: { backend1: 1, backend2: 1 },
    statuses: { 200: 2, 502: 1 },
    errors: { ECONNREFUSED: 1 },
    retries: 2,
    connections: { new: 2, reused: 1 },
    resolved: { kept: 1, query: 2 },
    p50: 1,
    p99: 3,
    max: 3,
    seconds: 2,
  })
})

t.test('Tally.report() without any response has no times', async t => {
  t.match(new Tally().report(0), { count: 0, p50: null, p99: null, max: null })
})

t.test('quantile() is the nearest rank', async t => {
  const hundred = Array.from({ length: 100 }, (_, i) => i + 1)
  t.strictSame(
    [0, 0.5, 0.99, 0.991, 1].map(q => quantile(hundred, q)),
    [1, 50, 99, 100, 100],
  )
})
