/**
 * How a lab ends: by a signal at any moment, by `npm run lab -- down`, by a kill; and that nothing it started outlives it.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { scratch } from '../test/testing/scratch.ts'
import type { Spawned } from '../test/testing/spawned.ts'
import { until } from '../test/testing/until.ts'
import { labCommand, npmStart, processesOf } from './testing/npm-start.ts'

/** A folder that has been started in before: that saves the installation of the database. */
const warm = scratch(t)

t.test('npm start: a signal at any moment of a start ends everything', async t => {
  const moments: [string, (lab: Spawned, folder: string) => Promise<unknown>][] = [
    ['at once', async () => {}],
    ['when it listens', (_, folder) => until('the control socket', () => existsSync(join(folder, 'control.sock')))],
    ['in mariadb-install-db', (_, folder) => until('it runs', () => existsSync(join(folder, 'mysql/data.unfinished')))],
    ['while mariadbd starts', (_, folder) => until('it is installed', () => existsSync(join(folder, 'mysql/data')))],
    ['after the databases', lab => lab.says(/^\+ mysql /m)],
    ['after the first backend', lab => lab.says(/^\+ backend/m)],
  ]
  for (const [index, [moment, reached]] of moments.entries()) {
    const folder = moment.includes('maria') ? scratch(t) : warm
    const lab = npmStart(t, folder)
    await reached(lab, folder)
    const signal = index % 2 === 0 ? 'SIGTERM' : 'SIGINT'
    lab.process.kill(signal)
    const { code, signal: endedBy } = await lab.ended
    // Before Node has run its first line, no handler of the signal exists.
    t.ok(code === 0 || (moment === 'at once' && endedBy === signal), `${moment}: ${code} ${endedBy}\n${lab.output}`)
    t.notMatch(lab.output, /npm start:|died|\berror\b/i, moment)
    t.strictSame(processesOf(folder), [], `${signal} ${moment}: nothing is left running`)
  }
})

t.test('npm run lab -- reset and down report their progress; down leaves nothing running', async t => {
  const lab = npmStart(t, warm)
  await lab.says(/^ready/m)
  const reset = labCommand(t, warm, 'reset')
  t.match(await reset.ended, { code: 0 })
  t.match(reset.output, /^ {2}1 de · of (\d+) {2}- \w+\n[\s\S]*^ \1 de · of \1 {2}\+ \w+\n mysql /m)
  const down = labCommand(t, warm, 'down', '--json')
  t.match(await down.ended, { code: 0 })
  t.match(down.output, /^ (\d+) de · of \1 {2}- (mysql|redis)\n/m)
  t.match(down.output, `{"stopped":${lab.process.pid}}\n`)
  t.strictSame(await lab.ended, { code: 0, signal: null })
  t.strictSame(processesOf(warm), [])
})

t.test('npm run lab -- down ends a lab that was stopped with Ctrl-Z, and one that is just starting', async t => {
  const lab = npmStart(t, warm)
  await until('the control socket', () => existsSync(join(warm, 'control.json')))
  t.match(await labCommand(t, warm, 'down').ended, { code: 0 })
  t.strictSame(await lab.ended, { code: 0, signal: null })

  const stopped = npmStart(t, warm)
  await stopped.says(/^\+ redis/m)
  stopped.process.kill('SIGSTOP')
  t.match(await labCommand(t, warm, 'down').ended, { code: 0 })
  t.strictSame(await stopped.ended, { code: 0, signal: null })
  t.strictSame(processesOf(warm), [])
})

t.test('npm start: nothing outlives a launcher that is killed', async t => {
  const folder = scratch(t)
  const installing = npmStart(t, folder)
  await until('mariadb-install-db runs', () => existsSync(join(folder, 'mysql/data.unfinished')))
  installing.process.kill('SIGKILL')
  await until('nothing is left running', () => processesOf(folder).length === 0)

  const killed = npmStart(t, warm)
  await killed.says(/^ready/m)
  killed.process.kill('SIGKILL')
  await until('nothing is left running', () => processesOf(warm).length === 0)
  t.ok(existsSync(join(warm, 'control.sock')), 'a killed launcher cannot tidy up')
  t.match(readFileSync(join(warm, 'logs', 'frontend1.log'), 'utf8'), / stopped\n$/, 'its children close in order')
})

t.test('npm start: after a kill, of two at the same moment one starts', async t => {
  const labs = [npmStart(t, warm), npmStart(t, warm)]
  const outcomes = await Promise.all(labs.map(lab => Promise.race([lab.says(/^ready/m), lab.ended])))
  const refused = outcomes.filter(outcome => 'code' in outcome)
  t.match(refused, [{ code: 1 }], labs.map(lab => lab.output).join('\n---\n'))
  const winner = labs.find(lab => /^ready/m.test(lab.output))
  winner?.process.kill('SIGTERM')
  t.strictSame(await winner?.ended, { code: 0, signal: null })
  t.strictSame(processesOf(warm), [])
})
