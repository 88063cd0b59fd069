import t from 'tap'
import { describe } from '../test/network/trial.ts'
import type { Visit } from '../test/network/visitors.ts'
import { soakReport } from './soak-report.ts'

t.test('soakReport() has a row for each sixth of the time, with the failures and the memory of that time', async t => {
  const visits = Array.from({ length: 60 }, (_, index): Visit => {
    const failed = index >= 50
    return {
      kind: 'read',
      at: index * 6_000,
      ms: index,
      verdict: failed ? 'failed' : 'right',
      why: failed ? '503' : '',
    }
  })
  const samples = [
    { at: 30_000, faults: 1, processes: [100, 50].map(megabytes => ({ host: 'a', megabytes, descriptors: 20 })) },
  ]
  const report = { ...describe(visits, 0), lostSessions: 0, lostWrites: 2, unreadable: [], begin: 0, end: 0 }
  const text = soakReport({ seed: 7, rate: 10, faults: 1, report, visits, samples })
  t.match(text, 'seed 7: 60 requests at 10 a second, 1 faults')
  t.match(text, '| 10 | 0 | 0 | 0 | 0 | 2 | 0 |')
  t.match(text, /\| 0\.0–1\.0 \| \d+ \| 0 \| [\d.]+ \| \d+ \| 150 \| 40 \|/)
  t.match(text, /\| 4\.9–5\.9 \| \d+ \| 10 \|/)
  t.match(text, '- 10 × 503')
})
