import t from 'tap'
import { type ExperimentSample, reportOf } from './observation.ts'

const sample = (at: number, status: number | null, more: Partial<ExperimentSample> = {}): ExperimentSample => ({
  at,
  ms: 10,
  status,
  retries: 0,
  ...more,
})
const note = (at: number, about: string, up: boolean) => ({ at, by: 'frontend1', about, up, why: 'L4CON' })

t.test('reportOf() counts what ended after the action, and finds when it was noticed and over', async t => {
  const samples = [
    sample(-500, 503),
    sample(-5, 200, { ms: 20 }),
    sample(100, null, { error: 'ECONNRESET' }),
    sample(200, 200, { ms: 900, retries: 1 }),
    sample(300, 503),
    sample(400, 200),
    sample(1900, 200),
  ]
  const notes = [note(-100, 'backend2', true), note(700, 'backend1', false), note(1900, 'backend2', false)]
  t.match(reportOf('/perfil', samples, notes, 'backend2'), {
    path: '/perfil',
    count: 6,
    failed: 2,
    retried: 1,
    failures: { ECONNRESET: 1, 503: 1 },
    slowest: 900,
    noticed: { at: 1900, by: 'frontend1', about: 'backend2', up: false },
    recovered: 410,
    health: { length: 2 },
  })
})

t.test('reportOf() says nothing about what was not observed', async t => {
  t.match(reportOf('/status', [sample(0, 200)], [], 'backend2'), { failed: 0, noticed: null, recovered: null })
  t.match(reportOf('/status', [sample(0, 200), sample(10, 502)], [], undefined), { failed: 1, recovered: null })
  const tooShort = [sample(0, 503), sample(100, 200), sample(900, 200)]
  t.match(reportOf('/status', tooShort, [], undefined), { failed: 1, recovered: null }, 'the next one may fail again')
  t.match(reportOf('/status', [], [], undefined), { count: 0, slowest: null })
})
