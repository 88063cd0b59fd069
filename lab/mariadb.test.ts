import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import t, { type Test } from 'tap'
import { loopbackPrefix } from '../test/testing/loopback.ts'
import { isAlive } from '../test/testing/processes.ts'
import { scratch } from '../test/testing/scratch.ts'
import type { Child } from './child.ts'
import { DATABASE, DATABASE_USER, startMariadb } from './mariadb.ts'

const address = `${loopbackPrefix()}.3`
/** Every process that was started on the way, mariadb-install-db among them. */
const started: Child[] = []

function start(t: Test, folder: string): Promise<Child> {
  const onChild = (child: Child) => {
    started.push(child)
    t.teardown(() => child.kill())
  }
  return startMariadb({ address, folder: join(folder, 'mysql'), logFile: join(folder, 'mysql.log'), onChild })
}

async function query(sql: string, as: { user: string; password?: string } = DATABASE_USER) {
  const connection = await createConnection({ host: address, ...as, database: DATABASE })
  const [rows] = await connection.query(sql)
  await connection.end()
  return rows
}

t.test('startMariadb() makes the database on its first start, and keeps it after', async t => {
  const folder = scratch(t)
  const first = await start(t, folder)
  t.match(await query('SELECT username, role FROM users ORDER BY id'), [
    { username: 'ana', role: 'admin' },
    { username: 'bruno', role: 'aluno' },
  ])
  t.strictSame(await query('SELECT VERSION() LIKE "%MariaDB%" AS ours, @@port AS port'), [{ ours: 1, port: 3306 }])
  t.strictSame(await query('SELECT @@tmpdir AS tmpdir'), [{ tmpdir: join(folder, 'mysql', 'tmp') }])
  await t.rejects(query('SELECT 1', { user: 'root' }), { code: 'ER_ACCESS_DENIED_ERROR' }, 'root only from the machine')
  await query('UPDATE users SET name = "Ana Maria" WHERE id = 1')
  await first.stop()

  const second = await start(t, folder)
  t.match(await query('SELECT name FROM users WHERE id = 1'), [{ name: 'Ana Maria' }])
  await second.kill()
  const third = await start(t, folder)
  t.match(await query('SELECT COUNT(*) AS n FROM users'), [{ n: 2 }], 'power off does not harm it')
  await third.stop()

  // A student deletes the data and not the folder around it.
  rmSync(join(folder, 'mysql', 'data'), { recursive: true })
  const fourth = await start(t, folder)
  t.match(await query('SELECT name FROM users WHERE id = 1'), [{ name: 'Ana Souza' }])
  await fourth.stop()
})

t.test('startMariadb() makes an installation again that was interrupted', async t => {
  const folder = scratch(t)
  started.length = 0
  const interrupted = start(t, folder)
  t.equal(started.length, 1, 'the installation runs')
  started[0]?.signal('SIGKILL')
  await t.rejects(interrupted, { name: 'ChildFailure', message: /^mysql .* could not be installed \(SIGKILL\)/ })
  t.notOk(existsSync(join(folder, 'mysql', 'data')))
  mkdirSync(join(folder, 'mysql', 'data.unfinished'), { recursive: true })
  writeFileSync(join(folder, 'mysql', 'data.unfinished', 'half'), '')

  const child = await start(t, folder)
  t.match(await query('SELECT COUNT(*) AS n FROM users'), [{ n: 2 }])
  t.notOk(existsSync(join(folder, 'mysql', 'data', 'half')))
  await child.stop()
})

t.test('startMariadb() fills a database again that was interrupted before it was full', async t => {
  const folder = scratch(t)
  const first = await start(t, folder)
  await query('DROP TABLE users')
  rmSync(join(folder, 'mysql', 'seeded'))
  await first.stop()
  const second = await start(t, folder)
  t.match(await query('SELECT COUNT(*) AS n FROM users'), [{ n: 2 }])
  await second.stop()
})

t.test('startMariadb() names a table that was deleted, and what to do', async t => {
  const folder = scratch(t)
  const first = await start(t, folder)
  await query('CREATE TABLE migrations (number INT)')
  await query('INSERT INTO migrations VALUES (1)')
  await query('DROP TABLE users')
  await first.stop()
  await t.rejects(start(t, folder), {
    message:
      'mysql: falta uma tabela no banco meutrabalho (apagada?): users, user_changes; volte ao estado inicial · a table is missing in the database meutrabalho (deleted?): users, user_changes; return to the initial state: npm run lab -- reset',
  })
})

t.test('startMariadb() runs in a folder whose path is too long for a socket (unix(7))', async t => {
  const child = await start(t, join(scratch(t), 'd'.repeat(100)))
  t.match(await query('SELECT COUNT(*) AS n FROM users'), [{ n: 2 }])
  await child.stop()
})

t.test('startMariadb() says what is damaged and what to do, and leaves nothing running', async t => {
  const folder = scratch(t)
  mkdirSync(join(folder, 'mysql', 'data'), { recursive: true })
  started.length = 0
  await t.rejects(start(t, folder), {
    name: 'ChildFailure',
    message:
      /^mysql .* ended before it was ready \(1\): \[ERROR\] .*mysql\.db.*; se os dados em .*\/mysql .* damaged, make it anew: npm run lab -- reset$/,
  })
  t.strictSame(
    started.map(child => isAlive(child.pid)),
    [false],
  )
  t.match(readFileSync(join(folder, 'mysql.log'), 'utf8'), 'Aborting')
})

t.test('startMariadb() says when its port is in use, also by another lab', async t => {
  const first = await start(t, scratch(t))
  await t.rejects(start(t, scratch(t)), {
    message: /^mysql .* ended before it was ready \(1\).*Address already in use|Do you already have another/,
  })
  await first.stop()
})
