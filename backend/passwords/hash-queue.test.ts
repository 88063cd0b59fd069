import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { FakeClock } from '#shared/clock.ts'
import { HashQueue } from './hash-queue.ts'

const here = { abandoned: false }

/** A queue on a fake clock, and work that ends when the test says so. */
function setUp({ concurrency = 2, longestWait = 1_000 } = {}) {
  const clock = new FakeClock()
  const queue = new HashQueue(concurrency, longestWait, clock)
  const ends: (() => void)[] = []
  const begin = (waiter: { abandoned: boolean } = here) =>
    queue.run(waiter, () => new Promise<void>(resolve => ends.push(resolve)))
  /** The oldest work ends, after so many milliseconds. */
  const end = async (ms: number) => {
    clock.advance(ms)
    ends.shift()?.()
    await turn()
  }
  return { queue, begin, end }
}

/** The status with which it is refused, or undefined while it runs or waits. */
async function refusal(work: Promise<void>): Promise<number | undefined> {
  return Promise.race([
    work.then(
      () => undefined,
      ({ status }) => status,
    ),
    turn(undefined),
  ])
}

t.test('run() runs a few at a time, lets the others wait, and begins them in their order', async t => {
  const { queue, begin, end } = setUp()
  const work = [begin(), begin(), begin(), begin()]
  t.strictSame(queue.load, { running: 2, waiting: 2 })
  await end(50)
  t.strictSame(queue.load, { running: 2, waiting: 1 })
  await work[0]
  for (let i = 0; i < 3; i++) await end(50)
  await Promise.all(work)
  t.strictSame(queue.load, { running: 0, waiting: 0 })
})

t.test('run() refuses with 503 what would wait longer than a second at the measured pace', async t => {
  const { queue, begin, end } = setUp()
  begin()
  begin()
  // At 50 ms each, two at a time, 40 of them take a second.
  for (let i = 0; i < 40; i++) t.equal(await refusal(begin()), undefined)
  const refused = begin()
  await t.rejects(refused, { name: 'Refusal', message: /try again in 2 s/ })
  // The machine becomes slow: 200 ms each. The average approaches it, and fewer may wait.
  for (let i = 0; i < 40; i++) await end(100) // two run at a time, so each takes 200 ms
  while (queue.load.waiting < 9) begin()
  t.equal(await refusal(begin()), undefined)
  t.equal(await refusal(begin()), 503)
})

t.test('run() never refuses when a place is free, so a slow pace is measured again', async t => {
  const { begin, end } = setUp()
  begin()
  await end(60_000)
  const [first, second] = [begin(), begin()]
  t.strictSame([await refusal(first), await refusal(second)], [undefined, undefined])
  t.equal(await refusal(begin()), 503, 'a minute each: nothing may wait')
  for (let i = 0; i < 60; i++) {
    await end(20)
    begin()
  }
  t.equal(await refusal(begin()), undefined)
})

t.test('run() drops requests whose client has closed the connection', async t => {
  const { queue, begin, end } = setUp({ concurrency: 1 })
  begin()
  const gone = { abandoned: false }
  const [first, second, third] = [begin(gone), begin(gone), begin()]
  gone.abandoned = true
  await Promise.all([t.rejects(first, { name: 'Abandoned' }), t.rejects(second, { name: 'Abandoned' }), end(50)])
  t.strictSame(queue.load, { running: 1, waiting: 0 })
  await end(50)
  await third
})

t.test('run() hands the place over even if the work fails', async t => {
  const { queue, begin, end } = setUp({ concurrency: 1 })
  const failing = queue.run(here, async () => {
    throw new Error('no')
  })
  const next = begin()
  await t.rejects(failing, /no/)
  await end(50)
  await next
  t.strictSame(queue.load, { running: 0, waiting: 0 })
})
