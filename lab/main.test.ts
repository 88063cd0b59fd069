/**
 * `npm start` as a process: what it says, what it exits with, and that nothing it started outlives it.
 */
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { loopbackPrefix } from '../test/testing/loopback.ts'
import { processesWith } from '../test/testing/processes.ts'
import { scratch } from '../test/testing/scratch.ts'
import { Spawned, unprivileged } from '../test/testing/spawned.ts'
import { until } from '../test/testing/until.ts'

const prefix = loopbackPrefix()
/** A folder that has been started in before: that saves the installation of the database. */
const warm = scratch(t)
const LAUNCHER = [process.execPath, 'lab/main.ts']

function npmStart(t: Test, folder: string, env: Record<string, string> = {}, command = LAUNCHER): Spawned {
  return new Spawned(t, command, { env: { LAB_DIR: folder, LAB_PREFIX: prefix, DRAIN_GRACE: '0', ...env } })
}

/** Whatever the launcher starts inherits its LAB_DIR; each test has a folder of its own. */
const processesOf = (folder: string) => processesWith(`LAB_DIR=${folder}`)

/** Ends with exit code 1, one sentence, and nothing left running. */
async function refuses(t: Test, lab: Spawned, folder: string, sentence: RegExp): Promise<void> {
  t.strictSame(await lab.ended, { code: 1, signal: null })
  const said = lab.output.split('\n').filter(line => line !== '' && !line.startsWith('+ '))
  t.equal(said.length, 1, lab.output)
  t.match(said[0], sentence)
  t.strictSame(processesOf(folder), [], 'nothing is left running')
}

t.test('npm start: everything runs, a second one is refused, and SIGTERM ends it all', async t => {
  const folder = warm
  const lab = npmStart(t, folder)
  await lab.says(/^ready in .*\n/m)
  const [last] = lab.output.trimEnd().split('\n').slice(-1)
  t.match(last, /^ready/, 'the last line')
  for (const name of ['mysql', 'redis', 'ns1', 'backend1', 'backend3', 'frontend1', 'frontend3']) {
    t.match(lab.output, new RegExp(`^\\+ ${name} +${prefix.replaceAll('.', '\\.')}\\.\\d+:\\d+ `, 'm'))
  }
  const before = processesOf(folder)
  t.ok(before.length >= 9, `${before.length} processes`)

  const second = npmStart(t, folder)
  t.strictSame(await second.ended, { code: 1, signal: null })
  t.equal(
    second.output,
    `\nnpm start: já há um laboratório ligado nesta pasta · a lab is running in this folder already (pid ${lab.process.pid}): npm run lab -- status\n`,
  )
  const elsewhere = scratch(t)
  await refuses(
    t,
    npmStart(t, elsewhere),
    elsewhere,
    /^npm start: .*\(mysql, TCP\): .* in use by another program; end it/,
  )
  t.strictSame(processesOf(folder), before, 'the first one has lost nothing')

  lab.process.kill('SIGTERM')
  t.strictSame(await lab.ended, { code: 0, signal: null })
  t.match(lab.output, /^tudo desligado · all stopped\n$/m)
  t.strictSame(processesOf(folder), [])
  t.notOk(existsSync(join(folder, 'control.sock')))
  for (const name of ['ns1', 'backend2', 'frontend3']) {
    t.match(readFileSync(join(folder, 'logs', `${name}.log`), 'utf8'), / stopped\n$/, `${name} closed in order`)
  }
})

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
    // Before Node has run its first line, nobody is there who could answer the signal.
    t.ok(code === 0 || (moment === 'at once' && endedBy === signal), `${moment}: ${code} ${endedBy}\n${lab.output}`)
    t.notMatch(lab.output, /npm start:|died|\berror\b/i, moment)
    t.strictSame(processesOf(folder), [], `${signal} ${moment}: nothing is left running`)
  }
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

t.test('npm start -- --help says what can be said, and starts nothing', async t => {
  const folder = join(scratch(t), 'never')
  const help = npmStart(t, folder, {}, [...LAUNCHER, '--edge=own', '--help'])
  t.strictSame(await help.ended, { code: 0, signal: null })
  t.match(help.output, /^npm start \[-- .*\n(.*\n)*.*LAB_PREFIX=127\.20\.0/)
  t.notOk(existsSync(folder))
})

t.test('npm start: what it cannot use gets one sentence, and exit code 1', async t => {
  const file = join(scratch(t), 'lab')
  writeFileSync(file, '')
  await refuses(t, npmStart(t, file), file, /^npm start: .*\/lab: .* is a file where a folder is needed; move it away/)

  const damaged = scratch(t)
  mkdirSync(join(damaged, 'mysql', 'data'), { recursive: true })
  await refuses(
    t,
    npmStart(t, damaged),
    damaged,
    /^npm start: mysql .* ended before it was ready \(1\).*mysql\.db.*: npm run lab -- reset$/,
  )

  await refuses(
    t,
    npmStart(t, damaged, { LAB_PORTS: '53' }),
    damaged,
    /^npm start: LAB_PORTS="53": .* one of auto, low, high/,
  )
  await refuses(
    t,
    npmStart(t, damaged, {}, [...LAUNCHER, '--dns=bind']),
    damaged,
    /^npm start: --dns="bind": .* one of own, dns2/,
  )
})

t.test('npm start: a port in use gets one sentence that names the place', async t => {
  const folder = scratch(t)
  const other = createServer().listen(9100, `${prefix}.21`)
  await once(other, 'listening')
  t.teardown(() => other.close())
  await refuses(
    t,
    npmStart(t, folder),
    folder,
    /^npm start: [\d.]+:9100 \(frontend2, TCP\): .* in use by another program/,
  )
})

const lowIsForRoot = Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8')) > 80
const skip = lowIsForRoot ? false : 'this system lets everybody bind low ports'
t.test('npm start: low ports without the right to bind them get one sentence', { skip }, async t => {
  // Below a folder that everybody may write to, so that the ports are all that is wrong.
  const folder = join(scratch(t), '..', `lab-nobody-${process.pid}`)
  const lab = npmStart(t, folder, { LAB_PORTS: 'low' }, unprivileged(LAUNCHER))
  await refuses(
    t,
    lab,
    folder,
    /^npm start: .*:53 \(ns1, TCP\): .* only root may use this port.*LAB_PORTS=high npm start$/,
  )
})
