/**
 * Migrations: numbered SQL files, each applied once to the database, by the first backend that starts.
 *
 * Several backends start at the same time. GET_LOCK admits one of them; the others then find all files applied. A file that was
 * changed after it was applied is refused: no database would match the files any more.
 *
 * MySQL commits each DDL statement by itself, so after a crash a statement may be executed but not recorded. Therefore each file has
 * one statement, and a statement that turns out to be executed already is recorded without an error.
 *
 * Read beside: db/migrations/, db/init.sql (the state before the first file); MySQL Reference Manual, "Locking Functions"
 * Touches the world: reads the folder; MySQL.
 */
import { hash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PoolConnection, RowDataPacket } from 'mysql2/promise'

export interface Migration {
  readonly number: number
  /** The file name: `001-user-changes.sql`. */
  readonly name: string
  readonly sql: string
  /** SHA-256 of the file, in hex. */
  readonly checksum: string
}

const FILE_NAME = /^(\d{3})-[a-z0-9-]+\.sql$/
/** Seconds. Longer than any of our statements takes on a slow laptop. */
const LOCK_WAIT = 10
const DONE_ALREADY = ['ER_TABLE_EXISTS_ERROR', 'ER_DUP_KEYNAME', 'ER_DUP_FIELDNAME', 'ER_CANT_DROP_FIELD_OR_KEY']

/** @throws Error when a file is not named `NNN-words.sql`, or the numbers are not 1, 2, 3 … */
export function readMigrations(folder: URL): Migration[] {
  const path = fileURLToPath(folder)
  return readdirSync(path)
    .sort()
    .map((name, index) => {
      const number = Number(FILE_NAME.exec(name)?.[1])
      if (number !== index + 1) {
        const expected = `${String(index + 1).padStart(3, '0')}-what-it-does.sql`
        throw new Error(`${join(path, name)}: the next file must be named ${expected}`)
      }
      const sql = readFileSync(join(path, name), 'utf8')
      return { number, name, sql, checksum: hash('sha256', sql) }
    })
}

/**
 * Applies the files that have not been applied yet.
 *
 * @param table where applied files are recorded: each application has its own
 * @returns the names of the files that were applied now
 * @throws Error that names the file which could not be applied
 */
export async function migrate(
  connection: PoolConnection,
  migrations: readonly Migration[],
  table = 'migrations',
): Promise<string[]> {
  const [[lock]] = await connection.query<RowDataPacket[]>(timed(`SELECT GET_LOCK(${LOCK}, ${LOCK_WAIT}) AS held`))
  if (lock?.held !== 1) throw new Error(`another backend has been migrating for ${LOCK_WAIT} s`)
  try {
    return await applyMissing(connection, migrations, connection.escapeId(table))
  } finally {
    await connection.query(timed(`SELECT RELEASE_LOCK(${LOCK})`))
  }
}

/** A server that stops responding in the middle must not block the backend: the next probe begins again. */
function timed(sql: string) {
  return { sql, timeout: 30_000 }
}

/** A lock name is valid for the whole server, not for one database: two labs on one server must not wait for each other. */
const LOCK = "CONCAT(DATABASE(), '.migrations')"

const tableFor = (table: string) => `
CREATE TABLE IF NOT EXISTS ${table} (
  number     INT UNSIGNED NOT NULL PRIMARY KEY,
  name       VARCHAR(100) NOT NULL,
  checksum   CHAR(64) NOT NULL,
  applied_at DATETIME(3) NOT NULL
) ENGINE = InnoDB`

async function applyMissing(
  connection: PoolConnection,
  migrations: readonly Migration[],
  table: string,
): Promise<string[]> {
  await connection.query(timed(tableFor(table)))
  const [rows] = await connection.query<RowDataPacket[]>(timed(`SELECT number, checksum FROM ${table}`))
  const applied = new Map(rows.map(row => [row.number as number, row.checksum as string]))
  const done: string[] = []
  for (const { number, name, sql, checksum } of migrations) {
    const before = applied.get(number)
    if (before === checksum) continue
    if (before !== undefined) throw new Error(`${name} was changed after it was applied; add a new file instead`)
    await connection.query(timed(sql)).catch(error => {
      // The code is kept: by it, mysql.ts recognises a connection that timed out or broke and must not be used again.
      const { code } = error
      if (!DONE_ALREADY.includes(code)) throw Object.assign(new Error(`${name} failed`, { cause: error }), { code })
    })
    const values = [number, name, checksum]
    await connection.query(timed(`INSERT INTO ${table} VALUES (?, ?, ?, UTC_TIMESTAMP(3))`), values)
    done.push(name)
  }
  return done
}
