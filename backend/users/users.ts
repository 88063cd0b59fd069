/**
 * Users: the rows of the table `users`, the SQL that reads and changes them, and the rules that only the data can tell.
 *
 * Read beside: db/init.sql, db/migrations/, permissions.ts, ../mysql/mysql.ts
 * Touches the world: MySQL.
 */

import type { MySql, SqlValue, Statements } from '../mysql/mysql.ts'
import { Refusal } from '../refusal.ts'
import type { Trace } from '../trace.ts'

export type UserRole = 'admin' | 'aluno'

/** A user as sessions and pages know them: never with the password. */
export interface User {
  readonly id: number
  readonly username: string
  readonly name: string
  readonly role: UserRole
}

/** What a login needs to know. */
export interface Account extends User {
  /** A PHC string. */
  readonly password: string
}

/** A whole row, but for the password. */
export interface UserRecord extends User {
  /** Grows by one at each change. */
  readonly version: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

export interface NewUser {
  readonly username: string
  readonly name: string
  readonly role: UserRole
  /** A PHC string. */
  readonly password: string
}

export interface UserUpdate {
  readonly name?: string
  readonly role?: UserRole
  /** A PHC string. */
  readonly password?: string
}

/** Conditions and companions of a change. */
export interface UserUpdateOptions {
  /** Who asks for it, for the record. */
  readonly actor: string
  /** Whether the row may be changed in the version that it has now (If-Match). */
  readonly isCurrent: (version: number) => boolean
  /** Done after the change and before it is committed: when it fails, nothing was changed. May be called again. */
  readonly beforeCommit: (user: UserRecord) => Promise<void>
}

/**
 * For reading whose rights somebody gets: while a change to the row is under way, it is waited for. (`FOR SHARE` of MySQL 8, in
 * the words that MariaDB knows as well.)
 */
const SETTLED = 'LOCK IN SHARE MODE'

const FIELDS = 'id, username, name, role, version, created_at AS createdAt, updated_at AS updatedAt'

export class Users {
  readonly #mysql: MySql

  constructor(mysql: MySql) {
    this.#mysql = mysql
  }

  /** The account of that name, exactly, for a session with its rights. @throws Unavailable */
  async account(trace: Trace, username: string): Promise<Account | undefined> {
    // The column is ASCII: for anything else MySQL would convert every row, and find nothing.
    if (!/^[\x21-\x7e]+$/.test(username)) return undefined
    const sql = `SELECT id, username, name, role, password FROM users WHERE username = ? ${SETTLED}`
    const [row] = await this.#mysql.rows<Account>(trace, sql, [username])
    return row
  }

  /** Replaces the hash, unless somebody changed the password meanwhile. */
  async rehash(trace: Trace, { id, password }: Account, better: string): Promise<void> {
    const sql = 'UPDATE users SET password = ? WHERE id = ? AND password = ?'
    await this.#mysql.transaction(trace, statements => statements.change(sql, [better, id, password]))
  }

  /**
   * Users in the order of their ids, beginning behind `after`. Unlike a page number, "behind this id" still means the same
   * when somebody was added or removed meanwhile, and costs the same on every page (keyset pagination).
   */
  async list(trace: Trace, after: number, limit: number): Promise<UserRecord[]> {
    const sql = `SELECT ${FIELDS} FROM users WHERE id > ? ORDER BY id LIMIT ?`
    return this.#mysql.rows<UserRecord>(trace, sql, [after, String(limit)])
  }

  /** @throws Refusal 404 */
  async get(trace: Trace, id: number): Promise<UserRecord> {
    const [row] = await this.#mysql.rows<UserRecord>(trace, `SELECT ${FIELDS} FROM users WHERE id = ?`, [id])
    return row ?? noSuchUser(id)
  }

  /** The same, for a session with the rights that it tells. @throws Refusal 404 */
  async settled(trace: Trace, id: number): Promise<UserRecord> {
    const [row] = await this.#mysql.rows<UserRecord>(trace, `SELECT ${FIELDS} FROM users WHERE id = ? ${SETTLED}`, [id])
    return row ?? noSuchUser(id)
  }

  /** @throws Refusal 409 when the user name is taken */
  async create(trace: Trace, actor: string, { username, name, role, password }: NewUser): Promise<UserRecord> {
    const sql =
      'INSERT INTO users (username, name, role, password, created_at, updated_at) VALUES (?, ?, ?, ?, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))'
    return this.#mysql.transaction(trace, async statements => {
      const inserted = await statements.change(sql, [username, name, role, password]).catch(error => {
        if (error.code !== 'ER_DUP_ENTRY') throw error
        throw new Refusal(409, `the user name ${JSON.stringify(username)} is taken`, { members: { field: 'username' } })
      })
      await note(statements, actor, 'create', { id: inserted.insertId, username }, [])
      return locked(statements, inserted.insertId)
    })
  }

  /** @throws Refusal 404, 412 (changed meanwhile), 409 (the last admin) */
  async change(trace: Trace, id: number, change: UserUpdate, options: UserUpdateOptions): Promise<UserRecord> {
    const fields = Object.entries(change).filter(([, value]) => value !== undefined) as [keyof UserUpdate, SqlValue][]
    return this.#mysql.transaction(trace, async statements => {
      const before = await locked(statements, id)
      refuseOutdated(options, before.version)
      if (change.role !== undefined && change.role !== 'admin') await keepAnAdmin(statements, before)
      const assignments = fields.map(([name]) => `${name} = ?, `).join('')
      const sql = `UPDATE users SET ${assignments}version = version + 1, updated_at = UTC_TIMESTAMP(3) WHERE id = ?`
      await statements.change(sql, [...fields.map(([, value]) => value), id])
      await note(
        statements,
        options.actor,
        'change',
        before,
        fields.map(([name]) => name),
      )
      await options.beforeCommit(before)
      return locked(statements, id)
    })
  }

  /** @throws Refusal 404, 412 (changed meanwhile), 409 (the last admin) */
  async remove(trace: Trace, id: number, options: UserUpdateOptions): Promise<UserRecord> {
    return this.#mysql.transaction(trace, async statements => {
      const before = await locked(statements, id)
      refuseOutdated(options, before.version)
      await keepAnAdmin(statements, before)
      await statements.change('DELETE FROM users WHERE id = ?', [id])
      await note(statements, options.actor, 'delete', before, [])
      await options.beforeCommit(before)
      return before
    })
  }
}

/** The row as it is now, and nobody else can change it until the end of the transaction. */
async function locked(statements: Statements, id: number): Promise<UserRecord> {
  const [row] = await statements.rows<UserRecord>(`SELECT ${FIELDS} FROM users WHERE id = ? FOR UPDATE`, [id])
  return row ?? noSuchUser(id)
}

/** Two admins who remove each other at the same moment wait for each other's row: one of them is rolled back, and tried again. */
async function keepAnAdmin(statements: Statements, { role }: User): Promise<void> {
  if (role !== 'admin') return
  const admins = await statements.rows("SELECT id FROM users WHERE role = 'admin' LIMIT 2 FOR UPDATE")
  if (admins.length < 2) throw new Refusal(409, 'this is the last admin: make somebody else one first')
}

function refuseOutdated({ isCurrent }: UserUpdateOptions, version: number): void {
  if (!isCurrent(version)) throw new Refusal(412, 'somebody has changed this user meanwhile; GET it again and look')
}

type ChangedUser = Pick<User, 'id' | 'username'>

async function note(
  statements: Statements,
  actor: string,
  action: string,
  { id, username }: ChangedUser,
  fields: string[],
) {
  const sql =
    'INSERT INTO user_changes (at, actor, action, user_id, username, fields) VALUES (UTC_TIMESTAMP(3), ?, ?, ?, ?, ?)'
  await statements.change(sql, [actor, action, id, username, fields.join(' ')])
}

function noSuchUser(id: number): never {
  throw new Refusal(404, `there is no user ${id}`)
}
