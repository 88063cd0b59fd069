import t from 'tap'
import { checkPlan, dueAt } from './schedule.ts'

t.test('dueAt() depends on the rate alone: a slow answer delays no later request', async t => {
  const plan = { count: 3, rate: 20, concurrency: 1 }
  t.strictSame(
    [0, 1, 2].map(index => dueAt(index, plan)),
    [0, 50, 100],
  )
})

t.test('checkPlan() names the number that is out of range', async t => {
  const plan = { count: 100, rate: 0.5, concurrency: 200 }
  t.equal(checkPlan(plan), plan)
  t.throws(() => checkPlan({ ...plan, rate: 501 }), { name: 'RangeError', message: 'rate=501: de 1 a 500 · 1 to 500' })
  t.throws(() => checkPlan({ ...plan, count: 1.5 }), { message: /^count=1.5/ })
  t.throws(() => checkPlan({ ...plan, concurrency: 0 }), { message: /^concurrency=0/ })
  t.throws(() => checkPlan({ ...plan, rate: Number.NaN }), { message: /^rate=NaN/ })
})
