/**
 * Sessions and messages with Redis Sentinel, in real processes: the master dies, a replica is promoted, and no session and no message is lost.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import t from 'tap'
import { Child } from '../../lab/child.ts'
import { findServer, startRedis } from '../../lab/redis.ts'
import { until } from '../../test/testing/until.ts'
import type { Envelope } from '../queue/envelope.ts'
import { insist } from '../queue/testing/broker-bench.ts'
import { messageFor, startMessaging, testTrace } from '../queue/testing/messaging.ts'
import { startBackend } from '../testing/backend.ts'
import { Browser } from '../testing/browser.ts'
import { prefix, Servers } from '../testing/servers.ts'

const folder = mkdtempSync(join(tmpdir(), 'sentinel-test-'))
const address = `${prefix}.4`
const children: Child[] = []
t.teardown(async () => {
  await Promise.all(children.map(child => child.kill()))
  rmSync(folder, { recursive: true, force: true })
})

const startOne = async (port: number, extra: string[] = []) => {
  const place = { folder: join(folder, String(port)), logFile: join(folder, `${port}.log`) }
  // All of 127/8 is one machine: without this the replica would be announced as 127.0.0.1.
  const announced = ['--replica-announce-ip', address]
  const atOnce = ['--repl-diskless-sync-delay', '0'] // the default is to wait five seconds for further replicas
  const child = await startRedis({ ...place, address, port, extra: [...announced, ...atOnce, ...extra] })
  children.push(child)
  return child
}

/** A Sentinel writes its state into its configuration file, so each one has its own. */
function startSentinel(port: number): void {
  const file = join(folder, `sentinel-${port}.conf`)
  const lines = [
    `port ${port}`,
    `bind ${address}`,
    `dir ${folder}`,
    'protected-mode no',
    `sentinel announce-ip ${address}`,
    `sentinel monitor lab ${address} 6379 2`,
    // Long enough that a busy machine does not look like a dead master.
    'sentinel down-after-milliseconds lab 4000',
    'sentinel failover-timeout lab 5000',
  ]
  writeFileSync(file, `${lines.join('\n')}\n`)
  const command = [findServer(folder), file, '--sentinel']
  children.push(Child.start({ name: `sentinel-${port}`, logFile: join(folder, `sentinel-${port}.log`), command }))
}

t.test('the master dies, a replica is promoted, and all sessions are still there', async t => {
  const master = await startOne(6379)
  await startOne(6380, ['--replicaof', `${address} 6379`])
  await startOne(6381, ['--replicaof', `${address} 6379`])
  const first = new Redis({ host: address, port: 6379 })
  first.on('error', () => {}) // it is killed below
  t.teardown(() => first.disconnect())
  // Before that a login is refused with 503: no replica confirms that it has the session (WAIT).
  await until('both replicas are in step with the master', async () => {
    return (await first.info('replication')).match(/state=online/g)?.length === 2
  })
  const ports = [26379, 26380, 26381]
  for (const port of ports) startSentinel(port)
  const asked = new Redis({ host: address, port: 26379 })
  asked.on('error', () => {}) // it may not be listening yet
  t.teardown(() => asked.disconnect())
  await until('the Sentinels have found the replicas and each other', async () => {
    const text = String(await asked.call('INFO', 'sentinel').catch(() => ''))
    return /status=ok.*slaves=2,sentinels=3/.test(text)
  })

  const servers = new Servers(t)
  await servers.startMysql()
  const env = { REDIS_URL: `redis-sentinel://${ports.map(port => `${address}:${port}`).join(',')}#lab` }
  const one = await startBackend(t, 1, { env })
  const two = await startBackend(t, 2, { env })
  const ana = new Browser()
  const bruno = new Browser()
  t.equal((await ana.login(one)).status, 200)
  t.equal((await bruno.login(two, 'bruno')).status, 200)
  const { session } = (await ana.ask(two, '/perfil')).json
  for (const port of [6380, 6381]) {
    const replica = new Redis({ host: address, port })
    replica.on('error', () => {}) // it is stopped below
    t.teardown(() => replica.disconnect())
    await until(`the replica at ${port} has both sessions`, async () => (await replica.keys('session:*')).length === 2)
  }

  const topics = ['lido', 'guardado'].map(name => ({ name, groups: ['leitor'] }))
  const { broker } = await startMessaging(t, 3, topics, env)
  const consume = (topic: string) => {
    const bodies = new Set<unknown>()
    const handle = async (messages: readonly Envelope[]) => {
      for (const { body } of messages) bodies.add(body)
    }
    broker.consume({ topic, group: 'leitor', handle })
    return bodies
  }
  const publish = (topic: string, bodies: readonly number[]) =>
    Promise.all(
      bodies.map(body => insist(() => broker.publish(testTrace, topic, messageFor(`chave ${body % 3}`, body)))),
    )
  const read = consume('lido')
  await publish('lido', [1, 2, 3])
  await until('the consumer works', () => read.size === 3)
  // Nothing reads these before the fail-over.
  await publish('guardado', [1, 2, 3, 4, 5, 6])

  await master.kill()
  t.equal((await ana.ask(one, '/perfil')).status, 503, 'never 401: a user is not treated as anonymous')
  for (const backend of [one, two]) {
    await until(
      `${backend.address} has found the new master`,
      async () => (await ana.ask(backend, '/perfil')).status === 200,
      30_000,
    )
  }
  t.strictSame((await ana.ask(two, '/perfil')).json.session, session, 'the same session')
  t.equal((await bruno.ask(one, '/perfil')).status, 200)
  t.equal((await new Browser().login(one)).status, 200, 'the new master accepts new sessions')
  t.equal((await bruno.ask(two, '/logout', { method: 'POST' })).status, 204)

  await publish('lido', [4, 5, 6])
  await until('the lanes of the consumer have found the new master', () => read.size === 6)
  const kept = consume('guardado')
  await until('every message that was published before is there', () => kept.size === 6)
  await broker.close()

  await startOne(6379)
  await until('the old master has become a replica', async () => {
    const old = new Redis({ host: address, port: 6379, lazyConnect: true })
    const info = await old.info('replication').catch(() => '')
    old.disconnect()
    return /role:slave/.test(info)
  })
  t.equal((await ana.ask(one, '/perfil')).status, 200, 'nothing changes when the old master is back')

  await Promise.all(children.map(child => child.kill()))
  for (const backend of [one, two]) {
    await until(
      'the probe has found that no Redis is left',
      async () => (await ana.ask(backend, '/status')).json.redis === 'down',
    )
    t.equal((await ana.ask(backend, '/perfil')).status, 503)
  }
})
