/**
 * A real Redis that refuses commands, or closes connections.
 */
import { mkdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
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

/** A state of Redis in which it answers, but does not write; and what ends it. */
const states: [name: string, begin: () => Promise<unknown>, end: () => Promise<unknown>][] = [
  [
    'READONLY, a replica',
    () => direct.call('REPLICAOF', `${prefix}.99`, '6379'),
    () => direct.call('REPLICAOF', 'NO', 'ONE'),
  ],
  [
    'MASTERDOWN, a replica without its master',
    async () => {
      await direct.config('SET', 'replica-serve-stale-data', 'no')
      await direct.call('REPLICAOF', `${prefix}.99`, '6379')
    },
    async () => {
      await direct.call('REPLICAOF', 'NO', 'ONE')
      await direct.config('SET', 'replica-serve-stale-data', 'yes')
    },
  ],
  [
    'NOREPLICAS, too few replicas',
    () => direct.config('SET', 'min-replicas-to-write', '1'),
    () => direct.config('SET', 'min-replicas-to-write', '0'),
  ],
  ['OOM, no memory', () => direct.config('SET', 'maxmemory', '1'), () => direct.config('SET', 'maxmemory', '0')],
  [
    'MISCONF, the snapshot cannot be written',
    async () => {
      mkdirSync(await snapshot())
      await direct.config('SET', 'save', '3600 1')
      await saveInBackground('err')
    },
    async () => {
      rmdirSync(await snapshot())
      await saveInBackground('ok')
      await direct.config('SET', 'save', '')
    },
  ],
]

/** The file of the snapshot. Where a folder has its name, Redis cannot write it. */
async function snapshot(): Promise<string> {
  const [, folder = ''] = (await direct.config('GET', 'dir')) as string[]
  const [, file = ''] = (await direct.config('GET', 'dbfilename')) as string[]
  return join(folder, file)
}

async function saveInBackground(result: 'ok' | 'err'): Promise<void> {
  await direct.bgsave()
  await until(`the snapshot ends: ${result}`, async () =>
    (await direct.info('persistence')).includes(`rdb_last_bgsave_status:${result}`),
  )
}

for (const [name, begin, end] of states) {
  t.test(`${name}: every change is 503, also in a transaction, whose error is only EXECABORT`, async t => {
    const ana = new Browser()
    await ana.login(backend)
    await begin()
    const logout = await ana.ask(backend, '/logout', { method: 'POST', headers: { cookie: ana.cookie ?? '' } })
    const login = await new Browser().ask(backend, '/login', {
      json: { username: 'ana', password: 'ana-no-laboratorio' },
    })
    await end()
    t.match(logout, { status: 503, json: { dependency: 'redis' } })
    t.match(login, { status: 503, json: { dependency: 'redis' } })
    await until('the session is there again', async () => (await ana.ask(backend, '/perfil')).status === 200)
    t.equal((await ana.ask(backend, '/logout', { method: 'POST' })).status, 204)
  })
}

t.test('after Redis has closed its connections, requests wait for the next one instead of failing', async t => {
  const ana = new Browser()
  // The case before this one may have been seen by a probe: then Redis is down until the next one.
  await until('the probe has found Redis up', async () => (await ana.ask(backend, '/status')).json.redis === 'up')
  t.equal((await ana.login(backend)).status, 200)
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
