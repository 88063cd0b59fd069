import t from 'tap'
import { type Health, inDoubt, observe, type Thresholds, UNKNOWN } from './health.ts'

const THRESHOLDS: Thresholds = { rise: 2, fall: 3 }

/** Health after checks, `+` passed and `-` failed. */
const after = (checks: string, health: Health = UNKNOWN): Health =>
  [...checks].reduce((known, check) => observe(known, check === '+', THRESHOLDS), health)

t.test('observe() lets the first check decide alone', async t => {
  t.match(after('+'), { healthy: true, known: true })
  t.match(after('-'), { healthy: false, known: true })
})

t.test('observe() takes three failures in a row to go down, and two passes to come up', async t => {
  t.ok(after('+--').healthy)
  t.notOk(after('+---').healthy)
  t.ok(after('+--+--').healthy, 'a pass in between starts the count again')
  t.notOk(after('-+').healthy)
  t.ok(after('-++').healthy)
  t.notOk(after('-+-+').healthy)
})

t.test('observe() leaves a component up that fails now and then', async t => {
  const presumedUp: Health = { healthy: true, disagreeing: 0, known: true }
  t.ok(after('++-+--+--+', presumedUp).healthy)
  t.notOk(after('---', presumedUp).healthy, 'known from the start: the first check does not decide alone')
  t.ok(after('--', presumedUp).healthy)
})

t.test('inDoubt() is true when the next check should be made soon', async t => {
  t.notOk(inDoubt(UNKNOWN))
  t.notOk(inDoubt(after('+')))
  t.ok(inDoubt(after('+-')))
  t.notOk(inDoubt(after('+---')))
  t.ok(inDoubt(after('+---+')))
})
