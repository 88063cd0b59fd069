import t from 'tap'
import { COST, formatPhc, isCheaperThan, parsePhc } from './phc.ts'

/** The example in the README of the reference implementation (github.com/P-H-C/phc-winner-argon2). */
const LINE = '$argon2id$v=19$m=65536,t=2,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b2dWRWJTmaaJObG'

t.test('formatPhc() is the inverse of parsePhc()', async t => {
  const phc = parsePhc(LINE)
  t.match(phc, { cost: { memory: 65536, passes: 2, parallelism: 4 }, salt: Buffer.from('somesalt') })
  t.equal(phc && formatPhc(phc), LINE)
})

t.test('parsePhc() accepts only argon2id of version 1.3', async t => {
  for (const line of [
    '',
    'plain text',
    LINE.replace('argon2id', 'argon2i'),
    LINE.replace('v=19', 'v=16'),
    LINE.replace('m=65536', 'm=99999999'),
    `${LINE}$`,
    '$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW',
  ]) {
    t.equal(parsePhc(line), undefined, line)
  }
})

// An attacker who can write one row of the table could make each login use 10 GB of memory, or two threads for minutes. A cost that
// argon2 itself refuses (no pass, less than 8 KiB for a lane) would be a 500 for that user, where others get 401.
t.test('parsePhc() refuses a cost that is too high or impossible (RFC 9106 §3.1)', async t => {
  for (const cost of ['m=9999999,t=2,p=1', 'm=19456,t=999,p=1', 'm=19456,t=2,p=99', 'm=7,t=1,p=1', 'm=64,t=0,p=1']) {
    t.equal(parsePhc(LINE.replace('m=65536,t=2,p=4', cost)), undefined, cost)
  }
  t.ok(parsePhc(LINE.replace('m=65536,t=2,p=4', 'm=262144,t=16,p=16')), 'the highest')
  t.ok(parsePhc(LINE.replace('m=65536,t=2,p=4', 'm=8,t=1,p=1')), 'the lowest')
})

t.test('isCheaperThan() is true for a hash that should be made again', async t => {
  t.notOk(isCheaperThan(COST, COST))
  t.ok(isCheaperThan({ ...COST, passes: 1 }, COST))
  t.ok(isCheaperThan({ ...COST, memory: 4096 }, COST))
  t.notOk(isCheaperThan({ ...COST, memory: 2 * COST.memory }, COST), 'a higher cost is fine')
})
