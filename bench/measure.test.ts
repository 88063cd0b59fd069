import { spawn } from 'node:child_process'
import t from 'tap'
import { cpuSeconds, median, pssMegabytes, table } from './measure.ts'

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

t.test('table() shows ours as a multiple of each peer', async t => {
  const rows = [
    { name: 'ours', perCpuSecond: 80_000, extra: {} },
    { name: 'BIND', perCpuSecond: 100_000, extra: {} },
  ]
  t.match(table('www A', 'queries', 'ours', rows), /\| BIND \| 100,000 \| 0.80 \|$/)
})
