import t from 'tap'
import { Unavailable } from '../refusal.ts'
import { afterFailure, RETRY_PAUSES_MS, triesAreOver, Unprocessable } from './retry-rule.ts'

t.test('afterFailure() tries five times, with growing pauses', async t => {
  const verdicts = [1, 2, 3, 4, 5].map(tries => afterFailure(new Error('paper'), tries))
  t.strictSame(
    verdicts.slice(0, 4),
    [200, 1_000, 3_000, 9_000].map(afterMs => ({ what: 'retry', afterMs, reason: 'paper' })),
  )
  t.strictSame(verdicts[4], { what: 'dead', reason: 'paper' })
  t.strictSame(
    RETRY_PAUSES_MS,
    [...RETRY_PAUSES_MS].sort((a, b) => a - b),
  )
})

t.test(
  'afterFailure() waits for a dependency, without a limit, and sends a message that cannot be handled to the dead letters at once',
  async t => {
    t.match(afterFailure(new Unavailable('mysql', 'down'), 100), { what: 'wait', reason: 'down' })
    t.match(afterFailure(new Unprocessable('no such type'), 1), { what: 'dead', reason: 'no such type' })
    t.equal(afterFailure(new Error('x'.repeat(5_000)), 1).reason.length, 500)
  },
)

t.test('triesAreOver() counts tries that have begun', async t => {
  t.strictSame(
    [0, 4, 5, 6].map(tries => triesAreOver(tries)),
    [false, false, true, true],
  )
})
