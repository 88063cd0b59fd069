import t from 'tap'
import { atOnce, inSlices, type Steps } from './sliced.ts'

function* count(to: number): Steps<string> {
  for (let i = 0; i < to; i++) yield
  return `${to} steps`
}

t.test('atOnce() and inSlices() do the same work', async t => {
  for (const steps of [0, 1, 63, 64, 65, 10_000]) {
    t.equal(atOnce(count(steps)), `${steps} steps`)
    t.equal(await inSlices(count(steps)), `${steps} steps`)
  }
})

t.test('inSlices() lets the event loop turn between two slices', async t => {
  let turns = 0
  let done = false
  const turn = () => {
    turns++
    if (!done) setImmediate(turn)
  }
  setImmediate(turn)
  await inSlices(count(10_000))
  done = true
  t.ok(turns >= 100, `${turns} turns in 10,000 steps`)
})

t.test('inSlices() fails as the work fails', async t => {
  const failing = function* (): Steps<void> {
    yield* count(1000)
    throw new RangeError('the thousandth step')
  }
  await t.rejects(inSlices(failing()), { name: 'RangeError' })
  t.throws(() => atOnce(failing()), { name: 'RangeError' })
})
