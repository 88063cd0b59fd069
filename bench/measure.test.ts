import { spawn } from 'node:child_process'
import t from 'tap'
import { alternate, cpuSeconds, median, pssMegabytes } from './measure.ts'

t.test('median() is the middle value, or the mean of the two in the middle', async t => {
  t.equal(median([3, 1, 2]), 2)
  t.equal(median([4, 1, 3, 2]), 2.5)
})

t.test('cpuSeconds() counts the time of a child that computed, and none of one that slept', async t => {
  const busy = spawn(process.execPath, [
    '-e',
    'for (const end = Date.now() + 400; Date.now() < end;); setTimeout(() => {}, 1e5); console.log()',
  ])
  const idle = spawn('sleep', ['100'])
  await new Promise(done => busy.stdout.once('data', done))
  t.ok(cpuSeconds(busy.pid ?? 0) >= 0.1)
  t.ok(cpuSeconds(idle.pid ?? 0) < cpuSeconds(busy.pid ?? 0))
  t.ok(cpuSeconds(process.pid) >= cpuSeconds(busy.pid ?? 0), 'descendants count too')
  t.ok(pssMegabytes(busy.pid ?? 0) > pssMegabytes(idle.pid ?? 0))
  busy.kill()
  idle.kill()
})

t.test('alternate(): the columns of a program are those that it has, each the median over its rounds', async t => {
  const peer = (name: string) => ({ name, pid: process.pid })
  const times = [3, 1, 2].values()
  const figures = await alternate([peer('server'), peer('loop')], 3, async ({ name }) =>
    name === 'loop' ? { work: 1 } : { work: 1, extra: { 'p99 ms': times.next().value ?? 0 } },
  )
  t.strictSame(
    figures.map(({ name, extra }) => ({ name, extra })),
    [
      { name: 'server', extra: { 'p99 ms': 2 } },
      { name: 'loop', extra: {} },
    ],
  )
})
