import t from 'tap'
import { describe } from './trial.ts'
import { BUSY, type Visit } from './visitors.ts'

const visit = (at: number, changes: Partial<Visit> = {}): Visit => ({
  kind: 'read',
  at,
  ms: 10,
  verdict: 'right',
  why: '',
  ...changes,
})

t.test('describe() counts failures by kind, and the time until the last request that failed', async t => {
  const visits = [
    visit(500),
    visit(1100, { verdict: 'failed', why: 'GET /perfil 502' }),
    visit(1300, { ms: 1500 }),
    visit(1200, { kind: 'write', verdict: 'failed', why: 'PATCH /usuarios/:id ECONNRESET' }),
    visit(3500, { verdict: 'failed', why: 'GET /perfil 502' }),
    visit(3900, { kind: 'login', verdict: 'failed', why: `POST /login ${BUSY}` }),
  ]
  t.match(describe(visits, 1000), {
    requests: 6,
    failedReads: 2,
    failedWrites: 1,
    failedLogins: 1,
    wrong: 0,
    slow: 1,
    slowestMs: 1500,
    lastFailure: 2.5,
    reasons: [
      ['GET /perfil 502', 2],
      ['PATCH /usuarios/:id ECONNRESET', 1],
      [`POST /login ${BUSY}`, 1],
    ],
  })
})

t.test('describe() has no last failure where none failed since the beginning of the fault', async t => {
  const before = visit(500, { verdict: 'failed', why: 'GET /perfil 502' })
  t.equal(describe([before, visit(1500)], 1000).lastFailure, undefined)
})

t.test('describe() counts the half million visits of a soak of half an hour', async t => {
  const failed = { verdict: 'failed', why: 'GET /perfil 502' } as const
  const visits = Array.from({ length: 500_000 }, (_, at) => visit(at, at % 2 === 0 ? failed : { ms: 1500 }))
  const found = { requests: 500_000, failedReads: 250_000, slow: 250_000, slowestMs: 1500, lastFailure: 498.998 }
  t.match(describe(visits, 1000), found)
})
