import t from 'tap'
import { FRESH_MS, PAUSE_MS, shouldFetch } from './jwks-refresh.ts'

t.test('shouldFetch(): when there are no keys, when they are old, and for an unknown key', async t => {
  t.ok(shouldFetch({ fetchedAt: undefined, attemptedAt: undefined }, 'known', 0))
  t.notOk(shouldFetch({ fetchedAt: 0, attemptedAt: 0 }, 'known', FRESH_MS - 1))
  t.ok(shouldFetch({ fetchedAt: 0, attemptedAt: 0 }, 'known', FRESH_MS))
  t.ok(shouldFetch({ fetchedAt: 0, attemptedAt: 0 }, 'unknown', PAUSE_MS))
})

t.test('shouldFetch(): never twice within the pause, whatever the reason', async t => {
  for (const need of ['known', 'unknown'] as const) {
    t.notOk(shouldFetch({ fetchedAt: undefined, attemptedAt: 0 }, need, PAUSE_MS - 1))
    t.notOk(shouldFetch({ fetchedAt: 0, attemptedAt: 1000 }, need, 1000 + PAUSE_MS - 1))
  }
})
