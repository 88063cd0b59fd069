/**
 * `npm start` as a process: its output and its exit code.
 */
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { scratch } from '../test/testing/scratch.ts'
import { type Spawned, unprivileged } from '../test/testing/spawned.ts'
import { LAUNCHER, npmStart, prefix, processesOf } from './testing/npm-start.ts'

/** Ends with exit code 1, one sentence, and nothing left running. */
async function refuses(t: Test, lab: Spawned, folder: string, sentence: RegExp): Promise<void> {
  t.strictSame(await lab.ended, { code: 1, signal: null })
  const said = lab.output.split('\n').filter(line => line !== '' && !/^[+·] /.test(line))
  t.equal(said.length, 1, lab.output)
  t.match(said[0], sentence)
  t.strictSame(processesOf(folder), [], 'nothing is left running')
}

t.test('npm start: everything runs, a second one is refused, and SIGTERM ends it all', async t => {
  const folder = scratch(t)
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
    `\nnpm start: já há um laboratório ligado nesta pasta · a lab is running in this folder already (pid ${lab.process.pid}): npm run lab -- status, npm run lab -- down\n`,
  )
  const elsewhere = scratch(t)
  await refuses(
    t,
    npmStart(t, elsewhere),
    elsewhere,
    /^npm start: .*\(mysql, TCP\): .* in use by another program or another lab \(.*\); a second lab has other addresses: LAB_PREFIX=[\d.]+ npm start$/,
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

t.test('npm start -- --help prints the options, and starts nothing', async t => {
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
const skip = lowIsForRoot ? false : 'this system lets every user bind low ports'
t.test('npm start: low ports without the right to bind them get one sentence', { skip }, async t => {
  // Below a folder that every user may write to, so that only the ports are wrong.
  const folder = join(scratch(t), '..', `lab-unprivileged-${process.pid}`)
  const lab = npmStart(t, folder, { LAB_PORTS: 'low' }, unprivileged(LAUNCHER))
  await refuses(
    t,
    lab,
    folder,
    /^npm start: .*:53 \(ns1, TCP\): .* only root may use this port.*LAB_PORTS=high npm start$/,
  )
})
