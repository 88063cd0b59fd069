/**
 * Migrations on a real MariaDB: once each, by one of many, and none that was changed afterwards.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPool, type RowDataPacket } from 'mysql2/promise'
import t from 'tap'
import { DATABASE, DATABASE_USER } from '../../lab/mariadb.ts'
import { prefix, Servers } from '../testing/servers.ts'
import { migrate, readMigrations } from './migrations.ts'

const REAL = new URL('../../db/migrations/', import.meta.url)

t.test('readMigrations() wants numbered files without a gap', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'migrations-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, '001-first.sql'), 'SELECT 1')
  t.match(readMigrations(folder), [{ number: 1, name: '001-first.sql', sql: 'SELECT 1' }])
  writeFileSync(join(folder, '003-third.sql'), 'SELECT 3')
  t.throws(() => readMigrations(folder), /003-third.sql: a file named 002-what-it-does.sql comes here/)
  t.ok(readMigrations(REAL).length >= 2)
})

t.test('migrate()', async t => {
  const servers = new Servers(t)
  await servers.startMysql()
  const pool = createPool({ host: `${prefix}.3`, ...DATABASE_USER, database: DATABASE, connectionLimit: 8 })
  t.teardown(() => pool.end())
  const real = readMigrations(REAL)
  const asOneBackend = async (migrations = real) => {
    const connection = await pool.getConnection()
    return migrate(connection, migrations).finally(() => connection.release())
  }

  t.test('six backends that start together apply each file once', async t => {
    const done = await Promise.all(Array.from({ length: 6 }, () => asOneBackend()))
    t.strictSame(
      done.flat(),
      real.map(({ name }) => name),
    )
    t.equal(done.filter(names => names.length > 0).length, 1, 'all by the same one')
    const [rows] = await pool.query<RowDataPacket[]>('SELECT number, name FROM migrations ORDER BY number')
    t.match(
      rows,
      real.map(({ number, name }) => ({ number, name })),
    )
    t.strictSame(await asOneBackend(), [], 'and a later start finds nothing to do')
  })

  t.test('a backend that died between the statement and its note is made good', async t => {
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

  t.test('a file that cannot be applied is named, and the lock is free again', async t => {
    const broken = { number: real.length + 1, name: '999-broken.sql', sql: 'CREATE TABEL x', checksum: '1'.repeat(64) }
    await t.rejects(asOneBackend([...real, broken]), {
      message: /999-broken.sql failed/,
      code: 'ER_PARSE_ERROR',
      cause: { code: 'ER_PARSE_ERROR' },
    })
    t.strictSame(await asOneBackend(), [])
  })
})
