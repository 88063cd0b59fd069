/**
 * The table of failures is made from its figures, and a row shows what was measured.
 */
import { existsSync, readFileSync } from 'node:fs'
import t from 'tap'
import { DOCUMENT, FIGURES, publishedResults } from './faults.ts'
import { type FaultReport, type FaultResult, faultsDocument } from './faults-document.ts'

const REPORT: FaultReport = {
  requests: 2500,
  failedReads: 1,
  failedWrites: 2,
  failedLogins: 3,
  wrong: 0,
  lostSessions: 0,
  lostWrites: 0,
  unreadable: [],
  slow: 4,
  slowestMs: 1234,
  lastFailure: 2.31,
  noticed: undefined,
  usedAgain: 0.44,
  reasons: [['GET /perfil 503 (redis)', 5]],
}
const RUN = { seed: 1, rate: 200, before: 1.5, during: 6, after: 5, date: '2026-11-28', machine: 'M', loadAverage: 2 }
const RESULT: FaultResult = { site: 'lab', row: { hosts: ['redis'], kind: 'kill -9' }, report: REPORT, run: RUN }

t.test('faultsDocument() has a row for each result, and a dash for what was not seen', async t => {
  const text = faultsDocument([RESULT])
  t.match(
    text,
    '| redis | kill -9 | 2500 | 1 | 2 | 3 | 0 | 0 | 0 | 4 | 1.2 s | 2.3 s | – | 0.4 s | 5 × GET /perfil 503 (redis) |',
  )
  t.match(text, 'Measured 2026-11-28, M; seed 1, 200 requests a second; load average 2.')
  t.notMatch(text, '## This lab with replicated databases')
  t.throws(() => faultsDocument([]), RangeError)
})

t.test('faultsDocument() names each run that the rows of a table come from', async t => {
  const other: FaultResult = { ...RESULT, site: 'ha', run: { ...RUN, date: '2026-11-29', loadAverage: 9 } }
  const text = faultsDocument([{ ...RESULT, site: 'ha' }, { ...RESULT, site: 'ha' }, other])
  t.match(text, 'Measured 2 of 3 rows: 2026-11-28, M;')
  t.match(text, 'Measured 1 of 3 rows: 2026-11-29, M; seed 1, 200 requests a second; load average 9.')
})

const skip = existsSync(FIGURES) ? false : 'the table was measured before its figures were kept'
t.test('the published table is made of the published figures', { skip }, async t => {
  t.equal(readFileSync(DOCUMENT, 'utf8'), faultsDocument(publishedResults()))
})
