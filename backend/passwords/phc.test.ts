import t from 'tap'
import { COST, formatPhc, isCheaperThan, parsePhc } from './phc.ts'

/** The example in the README of the reference implementation (github.com/P-H-C/phc-winner-argon2). */
const LINE = '$argon2id$v=19$m=65536,t=2,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b2dWRWJTmaaJObG'

t.test('parsePhc() and formatPhc() are each other’s inverse', async t => {
  const phc = parsePhc(LINE)
  t.match(phc, { cost: { memory: 65536, passes: 2, parallelism: 4 }, salt: Buffer.from('somesalt') })
  t.equal(phc && formatPhc(phc), LINE)
})

t.test('parsePhc() knows nothing but argon2id of version 1.3', async t => {
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

t.test('isCheaperThan() tells what should be hashed again', async t => {
  t.notOk(isCheaperThan(COST, COST))
  t.ok(isCheaperThan({ ...COST, passes: 1 }, COST))
  t.ok(isCheaperThan({ ...COST, memory: 4096 }, COST))
  t.notOk(isCheaperThan({ ...COST, memory: 2 * COST.memory }, COST), 'dearer is fine')
})
