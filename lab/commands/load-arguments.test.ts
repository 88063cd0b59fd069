import t from 'tap'
import { parseLoadArguments, reportLines } from './load-arguments.ts'

t.test('parseLoadArguments() has a default for everything', async t => {
  t.strictSame(parseLoadArguments([]), {
    path: '/status',
    plan: { count: 300, rate: 100, concurrency: 50 },
    cache: 'none',
    keepAlive: false,
  })
  t.match(parseLoadArguments(['/perfil', '--count=10', '--rate=0.5', '--cache=ttl', '--keep-alive']), {
    path: '/perfil',
    plan: { count: 10, rate: 0.5, concurrency: 50 },
    cache: 'ttl',
    keepAlive: true,
  })
})

t.test('parseLoadArguments() refuses words that it does not have', async t => {
  for (const word of ['status', '--count', '--count=many', '--cache=off', '--fast', '--constructor=1'])
    t.equal(parseLoadArguments([word]), undefined, word)
})

t.test('reportLines() draws the shares, and leaves out what did not happen', async t => {
  const lines = reportLines({
    count: 4,
    frontends: { frontend1: 3, frontend2: 1 },
    backends: {},
    statuses: { 200: 4 },
    errors: {},
    retries: 1,
    connections: { new: 4, reused: 0 },
    resolved: { query: 4 },
    p50: 1.25,
    p99: null,
    max: 3,
    seconds: 2,
  })
  t.ok(lines.includes(`   frontend1           3   75 %  ${'█'.repeat(30)}`))
  t.ok(lines.includes(' tempos · times      p50 1.3 ms   p99 –   max 3.0 ms'))
  t.notOk(lines.some(line => /erros|backends/.test(line)))
})
