import t from 'tap'
import { DEFAULT_THRESHOLDS, type Health, inDoubt, observe, UNKNOWN } from './health.ts'

/** Health after checks, `+` passed and `-` failed. */
const after = (checks: string, health: Health = UNKNOWN): Health =>
  [...checks].reduce((known, check) => observe(known, check === '+', DEFAULT_THRESHOLDS), health)

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

t.test('inDoubt() says when to look again soon', async t => {
  t.notOk(inDoubt(UNKNOWN))
  t.notOk(inDoubt(after('+')))
  t.ok(inDoubt(after('+-')))
  t.notOk(inDoubt(after('+---')))
  t.ok(inDoubt(after('+---+')))
})
