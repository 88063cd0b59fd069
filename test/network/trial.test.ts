import t from 'tap'
import { describe } from './trial.ts'
import type { Visit } from './visitors.ts'

const visit = (at: number, changes: Partial<Visit> = {}): Visit => ({
  kind: 'read',
  at,
  ms: 10,
  verdict: 'right',
  why: '',
  ...changes,
})

t.test('describe() counts failures by kind, and takes the last bad request for the time to notice', async t => {
  const visits = [
    visit(500),
    visit(1100, { verdict: 'failed', why: 'GET /perfil 502' }),
    visit(1300, { ms: 1500 }),
    visit(1200, { kind: 'write', verdict: 'failed', why: 'PATCH /usuarios/:id ECONNRESET' }),
    visit(2900, { kind: 'login', verdict: 'failed', why: 'POST /login 503' }),
    visit(3500, { verdict: 'failed', why: 'GET /perfil 502' }),
  ]
  t.match(describe(visits, 1000, 3000), {
    requests: 6,
    failedReads: 2,
    failedWrites: 1,
    failedLogins: 1,
    wrong: 0,
    slow: 1,
    slowestMs: 1500,
    noticed: 0.3,
    recovered: 0.5,
    reasons: [
      ['GET /perfil 502', 2],
      ['PATCH /usuarios/:id ECONNRESET', 1],
      ['POST /login 503', 1],
    ],
  })
})

t.test('describe() has no time to notice where nothing was bad', async t => {
  const report = describe([visit(500), visit(1500)], 1000, 3000)
  t.equal(report.noticed, undefined)
  t.equal(report.recovered, undefined)
})

t.test('describe() counts the half million visits of a soak of half an hour', async t => {
  const visits = Array.from({ length: 500_000 }, (_, at) => visit(at, at % 2 === 0 ? {} : { ms: 1500 }))
  t.match(describe(visits, 1000, 400_000), { requests: 500_000, slow: 250_000, slowestMs: 1500, noticed: 398.999 })
})
