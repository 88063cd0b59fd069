import t from 'tap'
import type { Attempt } from './attempts.ts'
import { faultsShownBy } from './comparison.ts'

const attempts = (...outcomes: Attempt['outcome'][]) => outcomes.map(outcome => ({ outcome }) as Attempt)
const faults = (status: number | undefined, wait: number, ...outcomes: Attempt['outcome'][]) =>
  faultsShownBy({ status, wait }, attempts(...outcomes), 750, [503]).map(({ outcome }) => outcome)

t.test('faultsShownBy() finds a silent backend at fault when another one answered quickly', async t => {
  t.same(faults(200, 5, 'silent'), ['silent'])
  t.same(faults(200, 5, 'silent', 'silent'), ['silent', 'silent'])
})

t.test('faultsShownBy() finds no fault when every backend takes long for the same request', async t => {
  t.same(faults(200, 2_000, 'silent', 'silent'), [])
})

t.test('faultsShownBy() finds a 503 at fault only when another backend does not answer so', async t => {
  t.same(faults(200, 5, 'gateway status'), ['gateway status'])
  t.same(faults(404, 5, 'gateway status'), ['gateway status'])
  t.same(faults(503, 5, 'gateway status', 'gateway status'), [])
})

t.test('faultsShownBy() finds a closed connection at fault, but not an idle one that had become stale', async t => {
  t.same(faults(200, 5, 'closed early', 'stale connection'), ['closed early'])
})

t.test('faultsShownBy() finds no fault without a response', async t => {
  t.same(faults(undefined, 5, 'silent', 'gateway status', 'closed early'), [])
})
