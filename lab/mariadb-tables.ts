/**
 * Whether the database still has the tables that it was made with.
 *
 * Read beside: mariadb.ts, db/init.sql, db/migrations/, backend/mysql/migrations.ts (which records the files that it has applied)
 * Touches the world: asks MariaDB; reads db/.
 */
import { readdirSync, readFileSync } from 'node:fs'
import type { Connection } from 'mysql2/promise'

const DB = new URL('../db/', import.meta.url)

/** @throws Error that names the tables which are missing, and what to do */
export async function assertTables(connection: Connection, database: string): Promise<void> {
  const [rows] = await connection.query(
    'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ?',
    [database],
  )
  const present = (rows as { name: string }[]).map(({ name }) => name)
  const files = ['init.sql', ...(present.includes('migrations') ? await appliedFiles(connection, database) : [])]
  const missing = files
    .flatMap(file => createdTables(readFileSync(new URL(file, DB), 'utf8')))
    .filter(name => !present.includes(name))
  if (missing.length === 0) return
  throw new Error(
    `mysql: falta uma tabela no banco ${database} (apagada?): ${missing.join(', ')}; volte ao estado inicial · a table is missing in the database ${database} (deleted?): ${missing.join(', ')}; return to the initial state: npm run lab -- reset`,
  )
}

/** The names of the tables that a file creates. */
function createdTables(sql: string): string[] {
  return [...sql.matchAll(/^CREATE TABLE (?:IF NOT EXISTS )?(\w+)/gm)].map(([, name = '']) => name)
}

async function appliedFiles(connection: Connection, database: string): Promise<string[]> {
  const [rows] = await connection.query(`SELECT number FROM ${connection.escapeId(database)}.migrations`)
  const applied = (rows as { number: number }[]).map(({ number }) => String(number).padStart(3, '0'))
  return readdirSync(new URL('migrations/', DB))
    .filter(name => applied.includes(name.slice(0, 3)))
    .map(name => `migrations/${name}`)
}
