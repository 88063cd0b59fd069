import t from 'tap'
import { FakeClock } from './clock.ts'
import { untilQuiet } from './drain.ts'

const TIMES = { interval: 100, looks: 2, patience: 1_000 }

/** Runs untilQuiet(); each step is what happens before the next look. @returns how many looks it took */
async function looksUntilQuiet(steps: readonly { arrive?: number; open?: number }[]): Promise<number> {
  const clock = new FakeClock()
  let [accepted, open, done] = [0, 0, false]
  const waiting = untilQuiet({ accepted: () => accepted, open: () => open }, TIMES, clock).then(() => (done = true))
  let looks = 0
  while (!done && looks < 100) {
    const { arrive = 0, open: now = 0 } = steps[looks] ?? {}
    accepted += arrive
    open = now
    looks++
    clock.advance(TIMES.interval)
    for (let turn = 0; turn < 5; turn++) await new Promise(resolve => setImmediate(resolve))
  }
  await waiting
  return looks
}

t.test('untilQuiet() waits for as many looks in a row as were asked for', async t => {
  t.equal(await looksUntilQuiet([]), 2)
  t.equal(await looksUntilQuiet([{ arrive: 1 }]), 3, 'a new connection begins the count again')
  t.equal(await looksUntilQuiet([{}, { arrive: 3 }]), 4)
  t.equal(await looksUntilQuiet([{ open: 1 }, { open: 1 }]), 4, 'so does one that is open')
})

t.test('untilQuiet() does not wait longer than its limit', async t => {
  t.equal(await looksUntilQuiet(Array.from({ length: 50 }, () => ({ arrive: 1 }))), 10)
})

t.test('untilQuiet() accepts what is waiting: one connection in each turn of the loop', async t => {
  let waiting = 5
  let accepted = 0
  const turn = () => {
    if (waiting-- > 0) accepted++
    if (waiting > 0) setImmediate(turn)
  }
  setImmediate(turn)
  await untilQuiet({ accepted: () => accepted }, { ...TIMES, patience: 0 }, new FakeClock())
  t.equal(accepted, 5)
})
