/**
 * A list of MySQL servers: the first one that works is used. Two plain servers take the place of two nodes of a cluster; the features of Galera
 * are tested in test/network/ha.test.ts.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import t from 'tap'
import { systemClock } from '#shared/clock.ts'
import { Events } from '#shared/events.ts'
import type { Child } from '../../lab/child.ts'
import { DATABASE, DATABASE_USER, startMariadb } from '../../lab/mariadb.ts'
import { isStopped } from '../../test/testing/processes.ts'
import { until } from '../../test/testing/until.ts'
import { prefix } from '../testing/servers.ts'
import { Trace } from '../trace.ts'
import { MySql, type MySqlOptions } from './mysql.ts'
import { MySqlNodes } from './nodes.ts'

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

const url = new URL(`mysql://lab:lab@${prefix}.3,${prefix}.63:3306/meutrabalho`)
const connect = (prepare: MySqlOptions['prepare'] = async () => {}) => {
  const mysql = new MySql({ url, clock: systemClock, events: new Events('test'), state: () => 'up', prepare })
  t.teardown(() => mysql.close())
  return mysql
}

await Promise.all([start('3'), start('63')])
const mysql = connect()
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

t.test('a transaction on a node that stops before COMMIT is executed on the next node, and only there', async t => {
  const stopped = children.get('3')
  t.teardown(() => stopped?.signal('SIGCONT'))
  let tries = 0
  await mysql.transaction(trace, async statements => {
    if (++tries === 1) {
      stopped?.signal('SIGSTOP')
      await until('the node has stopped', () => isStopped(stopped?.pid ?? 0))
    }
    await statements.change("UPDATE users SET name = 'changed' WHERE id = 1")
  })
  t.ok(tries >= 2, `${tries} tries`)
  stopped?.signal('SIGCONT')
  // FOR UPDATE waits for the transaction that still has the row locked.
  const nameAt = async (host: string) => {
    const connection = await createConnection({ host, ...DATABASE_USER, database: DATABASE })
    const [[row]] = await connection.query<RowDataPacket[]>('SELECT name FROM users WHERE id = 1 FOR UPDATE')
    connection.destroy()
    return row?.name
  }
  t.equal(await nameAt(`${prefix}.63`), 'changed')
  t.not(await nameAt(`${prefix}.3`), 'changed', 'the node has received the statement, and rolled it back')
})

t.test('a node that answers with a lock wait timeout is left out, and the next one executes the statement', async t => {
  await until('the first node is used', async () => {
    await mysql.probe()
    return isServer('3', await server())
  })
  const refuse = `BEGIN NOT ATOMIC
    IF @@datadir = ? THEN SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1205; END IF;
    DO 1; END`
  await mysql.transaction(trace, statements => statements.change(refuse, [`${join(folder, '3', 'data')}/`]))
  t.ok(isServer('63', await server()))
})

// The next three ask again with new connections, because a node of a busy machine may fail its probe: it answers within a second, or is left out.

t.test('a node that is left out while its probe is under way stays out until the next probe', async () => {
  await until('the second node is used after the probe', async () => {
    const nodes = new MySqlNodes(url)
    const first = nodes.current
    const probing = nodes.probe()
    nodes.leaveOut(first)
    await probing.catch(() => {})
    const used = nodes.current
    await nodes.end()
    return used !== first
  })
})

t.test('a probe does not wait behind the statements that use all connections of a node', async () => {
  const nodes = new MySqlNodes(url)
  t.teardown(() => nodes.end())
  const first = nodes.current
  const inUse = await Promise.all(Array.from({ length: 8 }, () => first.pool.getConnection()))
  const used = async () => {
    await nodes.probe().catch(() => {})
    return nodes.current
  }
  await until('the first node is left out', async () => (await used()) !== first)
  for (const connection of inUse) connection.release()
  await until('the first node is used again', async () => (await used()) === first)
})

t.test('a probe passes when one node fails in the middle of it and another one works', async () => {
  await until('the second node is prepared in the same probe', async () => {
    let prepared = 0
    const beginner = connect(async connection => {
      if (++prepared === 1) connection.destroy()
      await connection.query('SELECT 1')
    })
    return beginner.probe().then(
      () => prepared === 2,
      () => false,
    )
  })
})

t.test('without any node every statement is refused, and /status gives the reason for each node', async t => {
  await Promise.all([...children.values()].map(child => child.kill()))
  await t.rejects(mysql.rows(trace, 'SELECT 1'), { name: 'Unavailable', status: 503 })
  await t.rejects(mysql.probe(), {
    name: 'Unavailable',
    message: new RegExp(`${prefix}.3:3306: ECONNREFUSED; ${prefix}.63:3306: ECONNREFUSED`),
  })
})
