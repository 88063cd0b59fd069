/**
 * A list of MySQL servers: the first one that works is used. Two plain servers take the place of two nodes of a cluster; the features of Galera
 * are tested in lab/ha.test.ts.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import t from 'tap'
import { systemClock } from '#shared/clock.ts'
import { Events } from '#shared/events.ts'
import type { Child } from '../../lab/child.ts'
import { startMariadb } from '../../lab/mariadb.ts'
import { until } from '../../test/testing/until.ts'
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

t.test('a connection on which a probe was refused is closed', async t => {
  const [place] = await mysql.rows<{ data: string; socket: string }>(
    trace,
    'SELECT @@datadir AS data, @@socket AS socket',
  )
  const root = await createConnection({ socketPath: resolve(place?.data ?? '', place?.socket ?? ''), user: 'root' })
  const openConnections = async () => {
    const sql = "SELECT COUNT(*) AS open FROM information_schema.PROCESSLIST WHERE USER = 'lab'"
    return (await root.query<RowDataPacket[]>(sql))[0][0]?.open
  }
  // An error of the statement, not of the connection: as the lock wait timeout of a node of Galera that joins.
  await root.query("GRANT USAGE ON *.* TO 'lab' WITH MAX_QUERIES_PER_HOUR 1")
  await root.query('KILL USER lab')
  // One probe may pass; fewer others than a pool has connections. On a busy machine a probe may also fail because it is slow.
  const probe = () => mysql.probe().catch(() => {})
  for (let n = 0; n < 6; n++) await probe()
  await until('no connection stays open', async () => (await openConnections()) === 0)
  await root.query("GRANT USAGE ON *.* TO 'lab' WITH MAX_QUERIES_PER_HOUR 0")
  let used: string | undefined
  await until('the first node is used again', async () => {
    await probe()
    used = await server().catch(() => undefined)
    return isServer('3', used)
  })
  t.ok(isServer('3', used))
  await root.end()
})

t.test('without any node every statement is refused, and /status gives the reason for each node', async t => {
  await Promise.all([...children.values()].map(child => child.kill()))
  await t.rejects(mysql.rows(trace, 'SELECT 1'), { name: 'Unavailable', status: 503 })
  await t.rejects(mysql.probe(), {
    name: 'Unavailable',
    message: new RegExp(`${prefix}.3:3306: ECONNREFUSED; ${prefix}.63:3306: ECONNREFUSED`),
  })
})
