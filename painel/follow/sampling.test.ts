import t from 'tap'
import { nextShare } from './sampling.ts'

t.test('nextShare() follows every request while a person can look at them', async t => {
  t.equal(nextShare(1, 0), 1)
  t.equal(nextShare(1, 40), 1)
})

t.test('nextShare() goes down at once under load, to about 20 journeys a second, in powers of two', async t => {
  t.equal(nextShare(1, 500), 1 / 32)
  t.equal(nextShare(1 / 32, 16), 1 / 32, 'and stays there')
  t.equal(nextShare(1, 1_000_000), 1 / 256, 'never below')
})

t.test('nextShare() comes back step by step', async t => {
  let share = 1 / 32
  for (let second = 0; second < 5; second++) share = nextShare(share, 0)
  t.equal(share, 1)
})
