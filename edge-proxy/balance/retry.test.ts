import t from 'tap'
import { costsBudget, isRepeatable, mayRetry, RETRY_WITHIN_MS, RetryBudget } from './retry.ts'

t.test('isRepeatable() is for idempotent methods without a body (RFC 9110 §9.2.2)', async t => {
  for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']) {
    t.ok(isRepeatable(method, false))
    t.notOk(isRepeatable(method, true))
  }
  for (const method of ['POST', 'PATCH', 'BREW']) t.notOk(isRepeatable(method, false))
})

t.test('mayRetry() follows the table', async t => {
  t.ok(mayRetry('not connected', false, 0), 'nothing was sent')
  for (const mishap of ['stale connection', 'closed early', 'silent', 'gateway status'] as const) {
    t.notOk(mayRetry(mishap, false, 0), mishap)
    t.ok(mayRetry(mishap, true, 0), mishap)
  }
  t.notOk(mayRetry('not connected', true, RETRY_WITHIN_MS + 1), 'too late')
})

t.test('costsBudget() is for requests that a backend has had', async t => {
  for (const mishap of ['not connected', 'stale connection'] as const) t.notOk(costsBudget(mishap), mishap)
  for (const mishap of ['closed early', 'silent', 'gateway status'] as const) t.ok(costsBudget(mishap), mishap)
})

t.test('RetryBudget allows retries for a fifth of the requests, after a full initial credit', async t => {
  const budget = new RetryBudget()
  let spent = 0
  while (budget.spend()) spent++
  t.equal(spent, RetryBudget.MOST)
  for (let i = 0; i < 100; i++) {
    budget.earn()
    if (budget.spend()) spent++
  }
  t.ok(Math.abs(spent - RetryBudget.MOST - 20) <= 1, `${spent - RetryBudget.MOST} of 100`)
})
