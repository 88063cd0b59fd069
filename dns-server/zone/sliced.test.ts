import t from 'tap'
import { runAtOnce, runInSlices, type Sliced } from './sliced.ts'

function* count(to: number): Sliced<string> {
  for (let i = 0; i < to; i++) yield
  return `${to} steps`
}

t.test('runAtOnce() and runInSlices() do the same work', async t => {
  for (const steps of [0, 1, 63, 64, 65, 10_000]) {
    t.equal(runAtOnce(count(steps)), `${steps} steps`)
    t.equal(await runInSlices(count(steps)), `${steps} steps`)
  }
})

t.test('runInSlices() gives the event loop a turn between two slices', async t => {
  let turns = 0
  let done = false
  const turn = () => {
    turns++
    if (!done) setImmediate(turn)
  }
  setImmediate(turn)
  await runInSlices(count(10_000))
  done = true
  t.ok(turns >= 100, `${turns} turns in 10,000 steps`)
})

t.test('runInSlices() throws the error of the work', async t => {
  const failing = function* (): Sliced<void> {
    yield* count(1000)
    throw new RangeError('the thousandth step')
  }
  await t.rejects(runInSlices(failing()), { name: 'RangeError' })
  t.throws(() => runAtOnce(failing()), { name: 'RangeError' })
})
