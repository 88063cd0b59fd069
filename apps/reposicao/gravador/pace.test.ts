import t from 'tap'
import { Pace } from './pace.ts'

t.test('reserve(): the first batch begins at once, and the next ones wait for their time', async t => {
  const pace = new Pace(1000)
  t.equal(pace.reserve(100, 0), 0)
  t.equal(pace.reserve(100, 0), 100)
  t.equal(pace.reserve(50, 150), 50)
  t.equal(pace.reserve(1, 200), 50)
})

t.test('reserve(): a pause is not made up for', async t => {
  const pace = new Pace(1000)
  pace.reserve(100, 0)
  t.equal(pace.reserve(100, 60_000), 0)
  t.equal(pace.reserve(100, 60_000), 100)
})
