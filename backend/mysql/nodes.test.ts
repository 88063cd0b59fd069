/**
 * A list of MySQL servers: the first one that works is used. Two plain servers stand for two nodes of a cluster; what they have of Galera
 * is tested in lab/ha.test.ts.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { systemClock } from '#shared/clock.ts'
import { Events } from '#shared/events.ts'
import type { Child } from '../../lab/child.ts'
import { startMariadb } from '../../lab/mariadb.ts'
import { prefix } from '../testing/servers.ts'
import { Trace } from '../trace.ts'
import { MySql } from './mysql.ts'

const folder = mkdtempSync(join(tmpdir(), 'mysql-nodes-'))
const children = new Map<string, Child>()
const start = async (last: string) => {
  const place = { folder: join(folder, last), logFile: join(folder, `${last}.log`) }
  children.set(last, await startMariadb({ ...place, address: `${prefix}.${last}` }))
}
t.teardown(async () => {
  await Promise.all([...children.values()].map(child => child.kill()))
  rmSync(folder, { recursive: true, force: true })
})

await Promise.all([start('3'), start('63')])
const mysql = new MySql({
  url: new URL(`mysql://lab:lab@${prefix}.3,${prefix}.63:3306/meutrabalho`),
  clock: systemClock,
  events: new Events('test'),
  state: () => 'up',
  prepare: async () => {},
})
t.teardown(() => mysql.close())
const trace = new Trace('t')
const server = async () => (await mysql.rows<{ data: string }>(trace, 'SELECT @@datadir AS data'))[0]?.data
const isServer = (last: string, data: string | undefined) => data === `${join(folder, last, 'data')}/`

t.test('statements go to the first node; when it dies, the same statement goes to the next one', async t => {
  await mysql.probe()
  t.ok(isServer('3', await server()))
  await children.get('3')?.kill()
  t.ok(isServer('63', await server()), 'no error in between')
})

t.test('the first node is used again when it has passed a probe', async t => {
  await mysql.probe()
  t.ok(isServer('63', await server()), 'a probe of a dead node changes nothing')
  await start('3')
  t.ok(isServer('63', await server()), 'it runs, but has not been probed yet')
  await mysql.probe()
  t.ok(isServer('3', await server()))
})

t.test('without any node every statement is refused, and /status gives the reason for each node', async t => {
  await Promise.all([...children.values()].map(child => child.kill()))
  await t.rejects(mysql.rows(trace, 'SELECT 1'), { name: 'Unavailable', status: 503 })
  await t.rejects(mysql.probe(), {
    name: 'Unavailable',
    message: new RegExp(`${prefix}.3:3306: ECONNREFUSED; ${prefix}.63:3306: ECONNREFUSED`),
  })
})
