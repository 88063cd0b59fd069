/**
 * A real Redis that refuses commands, or closes connections.
 */
import { Redis } from 'ioredis'
import t from 'tap'
import { until } from '../../test/testing/until.ts'
import { startBackend } from '../testing/backend.ts'
import { Browser } from '../testing/browser.ts'
import { prefix, startServers } from '../testing/servers.ts'

await startServers(t)
const backend = await startBackend(t, 1)
const direct = new Redis({ host: `${prefix}.4` })
t.teardown(() => direct.disconnect())

/** A state of Redis in which it answers, but does not write; and the commands that end it. */
const states: [name: string, begin: string[][], end: string[][]][] = [
  ['READONLY, a replica', [['REPLICAOF', `${prefix}.99`, '6379']], [['REPLICAOF', 'NO', 'ONE']]],
  [
    'MASTERDOWN, a replica without its master',
    [
      ['CONFIG', 'SET', 'replica-serve-stale-data', 'no'],
      ['REPLICAOF', `${prefix}.99`, '6379'],
    ],
    [
      ['REPLICAOF', 'NO', 'ONE'],
      ['CONFIG', 'SET', 'replica-serve-stale-data', 'yes'],
    ],
  ],
  [
    'NOREPLICAS, too few replicas',
    [['CONFIG', 'SET', 'min-replicas-to-write', '1']],
    [['CONFIG', 'SET', 'min-replicas-to-write', '0']],
  ],
  ['OOM, no memory', [['CONFIG', 'SET', 'maxmemory', '1']], [['CONFIG', 'SET', 'maxmemory', '0']]],
]

for (const [name, begin, end] of states) {
  t.test(`${name}: every change is 503, also in a transaction, whose error is only EXECABORT`, async t => {
    const ana = new Browser()
    await ana.login(backend)
    for (const [command = '', ...args] of begin) await direct.call(command, ...args)
    const logout = await ana.ask(backend, '/logout', { method: 'POST', headers: { cookie: ana.cookie ?? '' } })
    const login = await new Browser().ask(backend, '/login', {
      json: { username: 'ana', password: 'ana-no-laboratorio' },
    })
    for (const [command = '', ...args] of end) await direct.call(command, ...args)
    t.match(logout, { status: 503, json: { dependency: 'redis' } })
    // A script that has deleted something may go on without memory, so this login can succeed.
    if (!name.startsWith('OOM')) t.match(login, { status: 503, json: { dependency: 'redis' } })
    await until('the session is there again', async () => (await ana.ask(backend, '/perfil')).status === 200)
    t.equal((await ana.ask(backend, '/logout', { method: 'POST' })).status, 204)
  })
}

t.test('after Redis has closed its connections, requests wait for the next one instead of failing', async t => {
  const ana = new Browser()
  await ana.login(backend)
  for (let i = 0; i < 10; i++) {
    await direct.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    const answers = await Promise.all(Array.from({ length: 10 }, () => ana.ask(backend, '/perfil')))
    t.strictSame([...new Set(answers.map(({ status }) => status))], [200])
  }
  t.strictSame(
    backend.lines.filter(line => line.startsWith('error')),
    [],
  )
})
