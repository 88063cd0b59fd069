/**
 * Migrations: the numbered files of db/migrations/, each applied once, by whichever backend comes first.
 *
 * Several backends start at the same time. GET_LOCK lets one of them through; the others find everything done. A file that was
 * changed after it was applied is refused: the databases in the world would no longer be what the files say.
 *
 * MySQL commits each DDL statement by itself, so a crash may leave one done but not noted. Hence one statement a file; and when
 * it turns out to be done already, it is noted now.
 *
 * Read beside: db/migrations/, db/init.sql (where they continue from); MySQL Reference Manual, "Locking Functions"
 * Touches the world: reads the folder; MySQL.
 */
import { hash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import type { PoolConnection, RowDataPacket } from 'mysql2/promise'

export interface Migration {
  readonly number: number
  /** The file's name: `001-user-changes.sql`. */
  readonly name: string
  readonly sql: string
  /** SHA-256 of the file, in hex. */
  readonly checksum: string
}

const FILE_NAME = /^(\d{3})-[a-z0-9-]+\.sql$/
/** Seconds. Longer than any of our statements takes on a slow laptop. */
const LOCK_WAIT = 10
const DONE_ALREADY = ['ER_TABLE_EXISTS_ERROR', 'ER_DUP_KEYNAME', 'ER_DUP_FIELDNAME', 'ER_CANT_DROP_FIELD_OR_KEY']

/** @throws Error when a name is no `NNN-words.sql`, or the numbers are not 1, 2, 3 … */
export function readMigrations(folder: URL | string): Migration[] {
  const names = readdirSync(folder).sort()
  return names.map((name, index) => {
    const number = Number(FILE_NAME.exec(name)?.[1])
    if (number !== index + 1) {
      throw new Error(
        `db/migrations/${name}: a file named ${String(index + 1).padStart(3, '0')}-what-it-does.sql comes here`,
      )
    }
    const sql = readFileSync(folder instanceof URL ? new URL(name, folder) : `${folder}/${name}`, 'utf8')
    return { number, name, sql, checksum: hash('sha256', sql) }
  })
}

/** Applies what has not been applied yet. @throws Error that names the file which could not be */
export async function migrate(connection: PoolConnection, migrations: readonly Migration[]): Promise<string[]> {
  const [[lock]] = await connection.query<RowDataPacket[]>(timed(`SELECT GET_LOCK(${LOCK}, ${LOCK_WAIT}) AS held`))
  if (lock?.held !== 1) throw new Error(`another backend has been migrating for ${LOCK_WAIT} s`)
  try {
    return await applyMissing(connection, migrations)
  } finally {
    await connection.query(timed(`SELECT RELEASE_LOCK(${LOCK})`))
  }
}

/** A server that stops answering in the middle must not hold the backend for ever: the next probe begins again. */
function timed(sql: string) {
  return { sql, timeout: 30_000 }
}

/** Locks are the server's, not the database's: two labs on one server must not wait for each other. */
const LOCK = "CONCAT(DATABASE(), '.migrations')"

const CREATE_TABLE = `
CREATE TABLE IF NOT EXISTS migrations (
  number     INT UNSIGNED NOT NULL PRIMARY KEY,
  name       VARCHAR(100) NOT NULL,
  checksum   CHAR(64) NOT NULL,
  applied_at DATETIME(3) NOT NULL
) ENGINE = InnoDB`

async function applyMissing(connection: PoolConnection, migrations: readonly Migration[]): Promise<string[]> {
  await connection.query(timed(CREATE_TABLE))
  const [rows] = await connection.query<RowDataPacket[]>(timed('SELECT number, checksum FROM migrations'))
  const applied = new Map(rows.map(row => [row.number as number, row.checksum as string]))
  const done: string[] = []
  for (const { number, name, sql, checksum } of migrations) {
    const before = applied.get(number)
    if (before === checksum) continue
    if (before !== undefined)
      throw new Error(`db/migrations/${name} was changed after it was applied; add a new file instead`)
    await connection.query(timed(sql)).catch(error => {
      // With the code, so that mysql.ts still sees a time-out or a lost connection, and does not use that one again.
      const { code } = error
      if (!DONE_ALREADY.includes(code))
        throw Object.assign(new Error(`db/migrations/${name} failed`, { cause: error }), { code })
    })
    const values = [number, name, checksum]
    await connection.query(timed('INSERT INTO migrations VALUES (?, ?, ?, UTC_TIMESTAMP(3))'), values)
    done.push(name)
  }
  return done
}
