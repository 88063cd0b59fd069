/**
 * A private MariaDB: its data in a folder of ours, on an address of ours, beside any that the system runs.
 *
 * Read beside: redis.ts, db/init.sql; mariadbd(8), mariadb-install-db(1)
 * Touches the world: runs mariadb-install-db once, then mariadbd; opens its TCP port and a socket file in its folder.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Connection, createConnection } from 'mysql2/promise'
import { Child, ChildFailure, damagedData, type Place } from './child.ts'
import { assertTables } from './mariadb-tables.ts'
import { plainPath } from './plain-path.ts'
import { socketPath } from './socket-place.ts'

export const DATABASE = 'meutrabalho'
/** The account of the backends. The server can only be reached from inside the lab. */
export const DATABASE_USER = { user: 'lab', password: 'lab' } as const

export interface MariadbOptions extends Place {
  /** The host of the map: `mysql` by default. */
  readonly name?: string
  /** Further words of the command, for a node of a cluster. */
  readonly extra?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** It gets accounts and tables from another node. */
  readonly joins?: boolean
  /** Milliseconds until a server that does not answer is given up. */
  readonly readyWithinMs?: number
}

/** Small: the lab runs on a student's laptop. docs/decisions.md has the measured sizes. */
const SMALL = [
  'innodb_buffer_pool_size=8M',
  'aria_pagecache_buffer_size=1M',
  'performance_schema=OFF',
  'innodb_undo_tablespaces=0',
]
const AS_ROOT = process.getuid?.() === 0 ? ['--user=root'] : []
const INSTALLED_WITHIN_MS = 180_000
const READY_WITHIN_MS = 30_000
/** A server that has not answered by then is asked again. */
const ANSWER_WITHIN_MS = 2_000

/**
 * Starts the server and, on its first start, makes the database from db/init.sql.
 *
 * @throws ChildFailure when the server ends by itself, with the last error it wrote
 */
export async function startMariadb(options: MariadbOptions): Promise<Child> {
  const folder = resolve(options.folder)
  const { address: host, port = 3306, joins = false } = options
  const child = Child.start({
    name: options.name ?? 'mysql',
    logFile: options.logFile,
    env: { TMPDIR: temporary(folder), ...options.env },
    advice: damagedData(options.folder),
    command: [
      ...(await serverCommand(options)),
      ...(joins ? [] : [`--init-file=${join(folder, 'accounts.sql')}`]),
      ...(options.extra ?? ['--skip-log-bin']),
    ],
  })
  options.onChild?.(child)
  try {
    await child.orEnd(untilItAnswers(child, { host, port }, options))
  } catch (error) {
    await child.kill()
    throw error
  }
  return child
}

/** mariadbd with what every start of it needs. Installs the data first, where there is none. */
export async function serverCommand(options: MariadbOptions): Promise<string[]> {
  const folder = resolve(options.folder)
  const data = join(folder, 'data')
  mkdirSync(temporary(folder), { recursive: true, mode: 0o700 })
  if (!existsSync(data)) await install(options, folder, data)
  writeFileSync(join(folder, 'accounts.sql'), ACCOUNTS)
  const program = findProgram('mariadbd')
  return [
    ...(options.within ?? []),
    program,
    '--no-defaults',
    ...AS_ROOT,
    ...unpackedIn(program, base => base),
    `--datadir=${data}`,
    `--bind-address=${options.address}`,
    `--port=${options.port ?? 3306}`,
    `--socket=${await mysqlSocket(data)}`,
    '--pid-file=mysql.pid',
    '--skip-name-resolve',
    ...SMALL.map(setting => `--${setting}`),
  ]
}

/** Its name inside the data folder, or a path elsewhere when that folder cannot hold a socket. */
async function mysqlSocket(data: string): Promise<string> {
  const path = await socketPath(data, 'mysql.sock')
  return path === join(data, 'mysql.sock') ? 'mysql.sock' : path
}

/** Of its own: in a shared /tmp, a MariaDB that starts removes the temporary tables of the others. */
const temporary = (folder: string) => join(folder, 'tmp')

/** In a folder beside, renamed when it is whole: an installation that was interrupted is made again, not used. */
async function install(options: MariadbOptions, folder: string, data: string): Promise<void> {
  const unfinished = `${data}.unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  const program = findProgram('mariadb-install-db')
  const child = Child.start({
    name: options.name ?? 'mysql',
    logFile: options.logFile,
    env: { TMPDIR: temporary(folder) },
    // The script does not quote its paths: the one to the data is relative, so that the path of the lab may contain spaces and quotes.
    cwd: folder,
    command: [
      program,
      '--no-defaults',
      ...AS_ROOT,
      ...unpackedIn(program, plainPath),
      `--datadir=./${basename(unfinished)}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
    ],
  })
  options.onChild?.(child)
  const how = await Promise.race([child.ended, pause(INSTALLED_WITHIN_MS, 'late' as const, { ref: false })])
  if (how === 'late') {
    await child.kill()
    throw child.silence('mariadb-install-db', INSTALLED_WITHIN_MS / 1000)
  }
  if (how !== 0)
    throw new ChildFailure(`mysql não pôde ser instalado · could not be installed (${how}): ${child.why()}`)
  rmSync(join(folder, 'seeded'), { force: true })
  renameSync(unfinished, data)
}

/** The words for a MariaDB that was unpacked in a folder of ours: its messages and tables are there, and not in /usr. */
function unpackedIn(program: string, asArgument: (base: string) => string): string[] {
  const base = resolve(dirname(program), '..')
  return ['/', '/usr', '/usr/local'].includes(base) ? [] : [`--basedir=${asArgument(base)}`]
}

/** mariadbd runs this at every start, one statement a line. Root can log in only through the socket file. */
const ACCOUNTS = `
DROP USER IF EXISTS root@'127.0.0.1', root@'::1';
CREATE USER IF NOT EXISTS '${DATABASE_USER.user}'@'%' IDENTIFIED BY '${DATABASE_USER.password}';
GRANT ALL ON ${DATABASE}.* TO '${DATABASE_USER.user}'@'%';
`.trimStart()

const NOT_OURS = 'NOT_OURS'

/** Another MariaDB may have the port; then ours ends soon, with its own message. */
async function assertOurs(connection: Connection, folder: string): Promise<void> {
  const [rows] = await connection.query({ sql: 'SELECT @@datadir AS data', timeout: ANSWER_WITHIN_MS })
  const [{ data }] = rows as [{ data: string }]
  if (resolve(data) === join(folder, 'data')) return
  connection.destroy()
  throw Object.assign(
    new Error(`outro MariaDB responde ali · another MariaDB answers there, with its data in ${data}`),
    { code: NOT_OURS },
  )
}

/** db/init.sql can be run twice; it is run until it has once come to its end. */
async function seed(connection: Connection, folder: string): Promise<void> {
  const seeded = join(folder, 'seeded')
  if (existsSync(seeded)) return assertTables(connection, DATABASE)
  await connection.query(readFileSync(new URL('../db/init.sql', import.meta.url), 'utf8'))
  writeFileSync(seeded, '')
}

/** What is answered while the server is starting. */
const NOT_YET = [
  ...['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'PROTOCOL_CONNECTION_LOST', 'PROTOCOL_SEQUENCE_TIMEOUT'],
  ...['ER_ACCESS_DENIED_ERROR', NOT_OURS],
  // A node of Galera that joins: a read waits until it has applied what the others have committed (`wsrep_sync_wait`), and the wait has a limit.
  ...['ER_LOCK_WAIT_TIMEOUT', 'ER_UNKNOWN_COM_ERROR'],
]

async function untilItAnswers(
  child: Child,
  where: { host: string; port: number },
  { folder, joins, readyWithinMs = READY_WITHIN_MS }: MariadbOptions,
): Promise<void> {
  const deadline = Date.now() + readyWithinMs
  for (;;) {
    try {
      const connection = await createConnection({
        ...where,
        ...DATABASE_USER,
        multipleStatements: true,
        connectTimeout: ANSWER_WITHIN_MS,
      })
      await assertOurs(connection, resolve(folder))
      if (!joins) await seed(connection, resolve(folder))
      return await connection.end()
    } catch (error) {
      if (!NOT_YET.includes((error as NodeJS.ErrnoException).code ?? '')) throw error
      if (!child.running) throw error
      if (Date.now() > deadline) {
        const silence = child.silence(`${where.host}:${where.port}`, readyWithinMs / 1000)
        throw Object.assign(silence, { cause: error })
      }
      await pause(20)
    }
  }
}

/** Debian keeps servers in /usr/sbin, which is not in the PATH of every user. */
function findProgram(name: string): string {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin']
  const found = folders.map(folder => join(folder, name)).find(existsSync)
  if (found) return found
  throw new Error(
    `${name} não está instalado · is not installed: apt-get install mariadb-server-core mariadb-client-core`,
  )
}
