/**
 * A silent master and the message of a Sentinel, with real servers: the second Redis sends the message. (A Sentinel itself sends it only after a fail-over, which takes
 * seconds: test/network/ha.test.ts has one.)
 */
import { join } from 'node:path'
import { Redis } from 'ioredis'
import t from 'tap'
import { startRedis } from '../../lab/redis.ts'
import { isStopped } from '../../test/testing/processes.ts'
import { until } from '../../test/testing/until.ts'
import { prefix } from '../testing/servers.ts'
import { FAILOVER_OPTIONS } from './failover-options.ts'
import { followMaster, masterNamedIn } from './follow-master.ts'

t.test('masterNamedIn() is the new address, for the own group of servers only', async t => {
  const message = 'lab 172.20.0.4 6379 172.20.0.73 6380'
  t.strictSame(masterNamedIn(message, 'lab'), { host: '172.20.0.73', port: 6380 })
  t.equal(masterNamedIn(message, 'other'), undefined)
  t.equal(masterNamedIn('', 'lab'), undefined)
})

t.test('followMaster() closes a connection to a silent server when a Sentinel names another master', async t => {
  const folder = t.testdir()
  const start = async (name: string, address: string) => {
    const child = await startRedis({ address, folder: join(folder, name), logFile: join(folder, `${name}.log`) })
    t.teardown(() => child.kill())
    return child
  }
  const [host, other] = [`${prefix}.4`, `${prefix}.73`]
  const server = await start('redis', host)
  await start('sentinel', other)
  const sentinel = new Redis({ host: other })
  const client = new Redis({ host, ...FAILOVER_OPTIONS, replyMapping: 'legacy', maxRetriesPerRequest: 0 })
  client.on('error', () => {}) // it is closed below
  const end = followMaster(client, { sentinels: [{ host: other, port: 6379 }], name: 'lab' })
  t.teardown(() => {
    end()
    client.disconnect()
    sentinel.disconnect()
  })
  let closed = 0
  client.on('close', () => closed++)
  const subscribers = async () => Number(((await sentinel.call('PUBSUB', 'NUMSUB', '+switch-master')) as string[])[1])
  await until('the messages are subscribed to', async () => (await subscribers()) === 1)
  t.equal(await client.ping(), 'PONG')

  await sentinel.publish('+switch-master', `lab ${other} 6379 ${host} 6379`)
  await sentinel.publish('+switch-master', `another-group ${host} 6379 ${other} 6379`)
  server.signal('SIGSTOP')
  t.teardown(() => server.signal('SIGCONT'))
  await until('the server has stopped', () => isStopped(server.pid ?? 0))
  // The rejection is expected before the message is sent: the connection may be closed before the sender gets its reply.
  const unanswered = t.rejects(client.ping(), 'the connection is closed: this client has no time-out for commands')
  await sentinel.publish('+switch-master', `lab ${host} 6379 ${other} 6379`)
  await unanswered
  t.equal(closed, 1, 'not closed for the address that is in use, nor for another group')

  server.signal('SIGCONT')
  await until('the client is connected again', async () => (await client.ping().catch(() => '')) === 'PONG')
  end()
  await until('the subscription has ended, too', async () => (await subscribers()) === 0)
})
