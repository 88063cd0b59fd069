/** The arithmetic of the comparison of one core and two. */
import t from 'tap'
import { gainTexts, rateOnOwnCores } from './two-cores.ts'

t.test('rateOnOwnCores() is limited by the busiest thread, and by all threads together', async t => {
  const before = new Map([['1', 5]])
  t.equal(rateOnOwnCores(100, before, new Map([['1', 7]]), 1), 50)
  const unequal = new Map([
    ['1', 7],
    ['2', 1],
  ])
  t.equal(rateOnOwnCores(100, before, unequal, 2), 50, 'the busiest thread')
  const many = new Map(['1', '2', '3', '4'].map(thread => [thread, thread === '1' ? 7 : 2]))
  t.equal(rateOnOwnCores(100, before, many, 2), 25, 'four threads on two cores')
})

t.test('gainTexts() has the ratio of the two gains, where the peer was measured', async t => {
  t.strictSame(gainTexts([1.8, 2]), ['1.80', '2.00', '0.90'])
  t.equal(gainTexts([1.8]), undefined)
})
