import t from 'tap'
import { Spawned } from '../test/testing/spawned.ts'
import { FakeClock, systemClock } from './clock.ts'

t.test('FakeClock.advance() calls what falls due, in order of time, each at its own time', async t => {
  const clock = new FakeClock()
  const calls: [string, number][] = []
  const note = (name: string) => () => calls.push([name, clock.now()])
  clock.after(30, note('third'))
  clock.after(10, note('first'))
  clock.after(10, note('second'))
  clock.after(31, note('not yet'))
  clock.advance(30)
  t.strictSame(calls, [
    ['first', 10],
    ['second', 10],
    ['third', 30],
  ])
  t.equal(clock.now(), 30)
})

t.test('FakeClock.pending is how long each timer still takes, the next one first', async t => {
  const clock = new FakeClock()
  clock.after(750, () => {})
  const cancelled = clock.after(100, () => {})
  clock.after(500, () => {})
  t.strictSame(clock.pending, [100, 500, 750])
  cancelled.cancel()
  clock.advance(200)
  t.strictSame(clock.pending, [300, 550])
})

t.test('FakeClock.advance() calls what its callbacks ask for meanwhile', async t => {
  const clock = new FakeClock()
  const ticks: number[] = []
  const tick = () => {
    ticks.push(clock.now())
    clock.after(10, tick)
  }
  clock.after(10, tick)
  clock.advance(35)
  t.strictSame(ticks, [10, 20, 30])
})

t.test('FakeClock.after() can be cancelled, also from another callback', async t => {
  const clock = new FakeClock()
  const never = clock.after(20, () => t.fail('this was cancelled'))
  clock.after(10, () => never.cancel())
  clock.advance(100)
  t.equal(clock.now(), 100)
})

t.test('FakeClock.epoch() moves with now(), from the start that was asked for', async t => {
  const clock = new FakeClock(Date.UTC(2030, 5, 1))
  clock.advance(1500)
  t.equal(new Date(clock.epoch()).toISOString(), '2030-06-01T00:00:01.500Z')
})

t.test('systemClock.after() calls back once, not before its time, unless cancelled', async t => {
  const keepAlive = setInterval(() => {}, 1000)
  t.teardown(() => clearInterval(keepAlive))
  const started = systemClock.now()
  systemClock.after(0, () => t.fail('this was cancelled')).cancel()
  await new Promise<void>(resolve => systemClock.after(5, resolve))
  t.ok(systemClock.now() - started >= 4)
  const [before, epoch, after] = [Date.now(), systemClock.epoch(), Date.now()]
  t.ok(before <= epoch && epoch <= after)
})

t.test('systemClock.after() takes a time longer than setTimeout can', async t => {
  // setTimeout() with 2³¹ ms or more fires after 1 ms. So the long timer must not have fired before a short one that is set later.
  const keepAlive = setInterval(() => {}, 1000)
  t.teardown(() => clearInterval(keepAlive))
  let fired = false
  const long = systemClock.after(2 ** 31 * 1000, () => {
    fired = true
  })
  await new Promise<void>(resolve => systemClock.after(10, resolve))
  long.cancel()
  t.notOk(fired)
})

t.test('systemClock.after() does not keep a process alive', async t => {
  const source = `import { systemClock } from '#shared/clock.ts'; systemClock.after(60_000, () => {})`
  const program = new Spawned(t, [process.execPath, '--input-type=module-typescript', '-e', source])
  t.strictSame(await program.ended, { code: 0, signal: null })
})
