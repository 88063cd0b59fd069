import { once } from 'node:events'
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import t from 'tap'
import { scratch } from '../test/testing/scratch.ts'
import { Spawned } from '../test/testing/spawned.ts'
import { until } from '../test/testing/until.ts'
import { readConfig } from './config.ts'
import { openControl } from './control.ts'
import { ask, controlRecord, order, statusOf } from './control-client.ts'
import { Launcher } from './launcher.ts'

const socketIn = (folder: string) => join(folder, 'control.sock')
const idle = (folder: string) => new Launcher({ ...readConfig({}), folder }, 'high', () => {})

t.test('ask() gets the status of the lab that runs in a folder', async t => {
  const folder = scratch(t)
  const control = await openControl(folder, idle(folder))
  t.teardown(control.close)
  const status = await ask(folder, 'GET', '/status')
  t.match(status, { pid: process.pid, ports: 'high' })
  t.match(status.components[0], { name: 'mysql', state: 'stopped', port: 3306 })
})

t.test('ask() passes on the reason of a refusal', async t => {
  const folder = scratch(t)
  const control = await openControl(folder, idle(folder))
  t.teardown(control.close)
  for (const [path, why] of [
    ['/stop?name=backend9', /^"backend9" .* there is no such component; there are: mysql, redis, ns1, .*frontend3\b/],
    ['/start?name=', /^"" .* there is no such component; there are: mysql/],
    ['/stop?name=backend1', /^backend1 .* is not running: npm run lab -- start backend1$/],
    ['/fly', /there is no such command: \/fly$/],
  ] as const) {
    await t.rejects(ask(folder, 'POST', path), { name: 'CommandError', message: why }, path)
  }
})

t.test('ask() reports that no lab runs', async t => {
  const here = t.testdir({ file: '' })
  for (const folder of [here, join(here, 'missing'), join(here, 'file')]) {
    await t.rejects(ask(folder, 'GET', '/status'), {
      name: 'NotRunning',
      message: 'nenhum laboratório está ligado aqui · no lab is running here: npm start',
    })
  }
})

t.test('openControl() keeps a second lab out, and names the first', async t => {
  const folder = scratch(t)
  const control = await openControl(folder, idle(folder))
  t.teardown(control.close)
  await t.rejects(openControl(folder, idle(folder)), {
    name: 'AlreadyRunning',
    message: `a lab is running in this folder already (pid ${process.pid}): npm run lab -- status, npm run lab -- down`,
  })
  t.match(await ask(folder, 'GET', '/status'), { pid: process.pid }, 'the first one is still there')
})

t.test('openControl() keeps a second lab out even when the first cannot answer', async t => {
  // Stopped with Ctrl-Z, for example: the kernel accepts the connection, and nothing is read.
  const folder = scratch(t)
  const mute = createServer().listen(socketIn(folder))
  await once(mute, 'listening')
  t.teardown(() => mute.close())
  await t.rejects(openControl(folder, idle(folder)), { message: /already \(.*it does not answer\)/ })
  // And a command is not left waiting.
  for (const asked of [statusOf(folder), order(folder, '/stop?name=backend1')]) {
    await t.rejects(asked, { name: 'CommandError', message: /the lab does not answer \(stopped with Ctrl-Z\? fg\)/ })
  }
})

t.test('openControl() replaces the socket of a lab that was killed', async t => {
  const folder = scratch(t)
  const killed = new Spawned(t, [
    process.execPath,
    '-e',
    `require('net').createServer().listen('${socketIn(folder)}', () => console.log('up'))`,
  ])
  await killed.says(/up/)
  killed.process.kill('SIGKILL')
  await killed.ended
  t.ok(existsSync(socketIn(folder)))
  await t.rejects(ask(folder, 'GET', '/status'), { name: 'NotRunning' })
  const control = await openControl(folder, idle(folder))
  t.match(await ask(folder, 'GET', '/status'), { pid: process.pid })
  control.close()
  t.notOk(existsSync(socketIn(folder)))
})

t.test('openControl() replaces what is not a socket', async t => {
  for (const put of [(path: string) => writeFileSync(path, 'not a socket'), (path: string) => mkdirSync(path)]) {
    const folder = scratch(t)
    put(socketIn(folder))
    const control = await openControl(folder, idle(folder))
    t.teardown(control.close)
    t.ok(statSync(socketIn(folder)).isSocket())
  }
})

t.test(
  'openControl() uses a short path elsewhere when the path in the folder is too long for a socket (unix(7))',
  async t => {
    const folder = join(scratch(t), 'd'.repeat(100))
    mkdirSync(folder)
    const control = await openControl(folder, idle(folder))
    const { socket = '', pid } = controlRecord(folder) ?? {}
    t.ok(statSync(socket).isSocket())
    t.notOk(socket.startsWith(folder))
    t.equal(statSync(dirname(socket)).mode & 0o077, 0, 'in a folder of this user alone')
    t.equal(pid, process.pid)
    t.match(await ask(folder, 'GET', '/status'), { pid: process.pid })
    await t.rejects(openControl(folder, idle(folder)), { name: 'AlreadyRunning' })
    control.close()
    t.notOk(existsSync(socket) || existsSync(join(folder, 'control.json')))
    await t.rejects(statusOf(folder), { name: 'NotRunning' })
  },
)

t.test('the answer to `down` ends when the lab has ended', async t => {
  const folder = scratch(t)
  const lab = idle(folder)
  let ended = 0
  const control = await openControl(folder, lab, () => ended++)
  const ordered = ask(folder, 'POST', '/down')
  await until('the order has come', () => ended === 1)
  await control.finish()
  await t.rejects(ordered, { name: 'NotRunning', message: /the lab has ended/ })
  control.close()
})
