/**
 * Migrations on a real MariaDB: each file is applied once, by one of many backends; a file that was changed later is refused.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createPool, type RowDataPacket } from 'mysql2/promise'
import t from 'tap'
import { DATABASE, DATABASE_USER } from '../../lab/mariadb.ts'
import { prefix, Servers } from '../testing/servers.ts'
import { migrate, readMigrations } from './migrations.ts'

const REAL = new URL('../../db/migrations/', import.meta.url)

t.test('readMigrations() requires numbered files without a gap', async t => {
  const path = mkdtempSync(join(tmpdir(), 'migrations-'))
  const folder = pathToFileURL(`${path}/`)
  t.teardown(() => rmSync(path, { recursive: true }))
  writeFileSync(join(path, '001-first.sql'), 'SELECT 1')
  t.match(readMigrations(folder), [{ number: 1, name: '001-first.sql', sql: 'SELECT 1' }])
  writeFileSync(join(path, '003-third.sql'), 'SELECT 3')
  t.throws(() => readMigrations(folder), /003-third.sql: the next file must be named 002-what-it-does.sql/)
  t.ok(readMigrations(REAL).length >= 2)
})

t.test('migrate()', async t => {
  const servers = new Servers(t)
  await servers.startMysql()
  const pool = createPool({ host: `${prefix}.3`, ...DATABASE_USER, database: DATABASE, connectionLimit: 8 })
  t.teardown(() => pool.end())
  const real = readMigrations(REAL)
  const asOneBackend = async (migrations = real, table = 'migrations') => {
    const connection = await pool.getConnection()
    return migrate(connection, migrations, table).finally(() => connection.release())
  }

  t.test('six backends that start together apply each file once', async t => {
    const done = await Promise.all(Array.from({ length: 6 }, () => asOneBackend()))
    t.strictSame(
      done.flat(),
      real.map(({ name }) => name),
    )
    t.equal(done.filter(names => names.length > 0).length, 1, 'all by the same backend')
    const [rows] = await pool.query<RowDataPacket[]>('SELECT number, name FROM migrations ORDER BY number')
    t.match(
      rows,
      real.map(({ number, name }) => ({ number, name })),
    )
    t.strictSame(await asOneBackend(), [], 'a later start finds all files applied')
  })

  t.test('a statement that was executed but not recorded before a crash is recorded now', async t => {
    await pool.query('DELETE FROM migrations')
    t.strictSame(
      await asOneBackend(),
      real.map(({ name }) => name),
    )
  })

  t.test('a file that was changed after it was applied is refused', async t => {
    const [first, ...others] = real
    if (!first) return t.fail()
    const changed = [{ ...first, checksum: '0'.repeat(64) }, ...others]
    await t.rejects(asOneBackend(changed), /001-user-changes.sql was changed after it was applied/)
  })

  t.test('an application has its own table, and its own numbers', async t => {
    const sql = 'CREATE TABLE notes (id INT PRIMARY KEY)'
    const own = [{ number: 1, name: '001-notes.sql', sql, checksum: '2'.repeat(64) }]
    t.strictSame(await asOneBackend(own, 'notes_migrations'), ['001-notes.sql'])
    t.strictSame(await asOneBackend(own, 'notes_migrations'), [])
    t.strictSame(await asOneBackend(), [])
  })

  t.test('a file that cannot be applied is named, and the lock is released', async t => {
    const broken = { number: real.length + 1, name: '999-broken.sql', sql: 'CREATE TABEL x', checksum: '1'.repeat(64) }
    await t.rejects(asOneBackend([...real, broken]), {
      message: /999-broken.sql failed/,
      code: 'ER_PARSE_ERROR',
      cause: { code: 'ER_PARSE_ERROR' },
    })
    t.strictSame(await asOneBackend(), [])
  })
})
