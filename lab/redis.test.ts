import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import t, { type Test } from 'tap'
import { loopbackPrefix } from '../test/testing/loopback.ts'
import { scratch } from '../test/testing/scratch.ts'
import type { Child } from './child.ts'
import { startRedis } from './redis.ts'

const address = `${loopbackPrefix()}.4`

function start(t: Test, folder: string, more: { port?: number; extra?: string[] } = {}): Promise<Child> {
  const onChild = (child: Child) => t.teardown(() => child.kill())
  return startRedis({ address, folder: join(folder, 'redis'), logFile: join(folder, 'redis.log'), onChild, ...more })
}

async function command<T>(ask: (client: Redis) => Promise<T>, port = 6379): Promise<T> {
  const client = new Redis({ host: address, port, retryStrategy: null })
  try {
    return await ask(client)
  } finally {
    client.disconnect()
  }
}

t.test('startRedis() keeps its data over a stop, and over a kill', async t => {
  const folder = scratch(t)
  const first = await start(t, folder)
  await command(client => client.set('session', 'ana'))
  await first.stop()
  t.equal(await first.ended, 0)

  const second = await start(t, folder)
  t.equal(await command(client => client.get('session')), 'ana')
  await command(client => client.set('session', 'bruno'))
  await second.kill()

  const third = await start(t, folder)
  t.equal(await command(client => client.get('session')), 'bruno')
  await third.stop()
})

t.test('startRedis() listens on its own address alone', async t => {
  const child = await start(t, scratch(t))
  const elsewhere = new Redis({ host: address.replace(/4$/, '5'), lazyConnect: true, retryStrategy: null })
  elsewhere.on('error', () => {}) // refused, as is checked below
  await t.rejects(elsewhere.connect())
  await child.stop()
})

t.test('startRedis() takes further settings', async t => {
  const child = await start(t, scratch(t), { port: 6390, extra: ['--maxmemory', '10mb'] })
  t.strictSame(await command(client => client.config('GET', 'maxmemory'), 6390), ['maxmemory', '10485760'])
  await child.stop()
})

t.test('startRedis() says what is damaged, and what to do', async t => {
  const folder = scratch(t)
  const first = await start(t, folder)
  await first.stop()
  writeFileSync(join(folder, 'redis', 'appendonlydir', 'appendonly.aof.manifest'), 'garbage\n')
  await t.rejects(start(t, folder), {
    name: 'ChildFailure',
    message:
      /^redis .* ended before it was ready \(1\): Invalid AOF manifest.*; se os dados em .* make it anew: npm run lab -- reset$/,
  })
})

t.test('startRedis() says that a Redis runs and does not answer, where, and what to do', async t => {
  const folder = scratch(t)
  const onChild = (child: Child) => {
    t.teardown(() => child.kill())
    child.signal('SIGSTOP')
  }
  const logFile = join(folder, 'redis.log')
  await t.rejects(startRedis({ address, folder: join(folder, 'redis'), logFile, onChild, readyWithinMs: 100 }), {
    name: 'ChildFailure',
    message: `redis está rodando, mas não responde em ${address}:6379 há 0.1 s (log: ${logFile}) · runs, but has not answered at ${address}:6379 for 0.1 s: se não melhorar, volte ao estado inicial · if it stays like this, return to the initial state: npm run lab -- reset`,
  })
})

t.test('startRedis() says when its port is in use', async t => {
  const first = await start(t, scratch(t))
  await t.rejects(start(t, scratch(t)), {
    message: /^redis .* ended before it was ready \(1\).*Address already in use/,
  })
  await first.stop()
})
