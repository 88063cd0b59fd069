/**
 * Users: the rows of the table `users`, the SQL that reads and changes them, and the rules that depend on the data.
 *
 * Read beside: db/init.sql, db/migrations/, permissions.ts, ../mysql/mysql.ts
 * Touches the world: MySQL.
 */

import type { MySql, SqlValue, Statements } from '../mysql/mysql.ts'
import { Refusal } from '../refusal.ts'
import type { Trace } from '../trace.ts'

export type UserRole = 'admin' | 'aluno'

/** A user as in sessions and pages, without the password. */
export interface User {
  readonly id: number
  readonly username: string
  readonly name: string
  readonly role: UserRole
}

/** A user with the hash of the password: for a login. */
export interface Account extends User {
  /** A PHC string. */
  readonly password: string
}

/** A whole row, without the password. */
export interface UserRecord extends User {
  /** Incremented by each change. */
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

/** The conditions of a change, and what has to be done with it. */
export interface UserUpdateOptions {
  /** The user name of the user who asks for it, for the table `user_changes`. */
  readonly actor: string
  /** Whether the row may be changed in its present version (If-Match). */
  readonly isCurrent: (version: number) => boolean
  /** Called after the change and before COMMIT: when it fails, nothing is changed. May be called more than once. */
  readonly beforeCommit: (user: UserRecord) => Promise<void>
}

/**
 * For reading the rights of a new session: the read waits for a change of the row that is in progress. (`FOR SHARE` in MySQL 8, in
 * the older syntax that MariaDB has too.)
 */
const SETTLED = 'LOCK IN SHARE MODE'

const FIELDS = 'id, username, name, role, version, created_at AS createdAt, updated_at AS updatedAt'

export class Users {
  readonly #mysql: MySql

  constructor(mysql: MySql) {
    this.#mysql = mysql
  }

  /** The account with exactly this name, for a new session. @throws Unavailable */
  async account(trace: Trace, username: string): Promise<Account | undefined> {
    // The column is ASCII: for other characters MySQL would convert every row, and find nothing.
    if (!/^[\x21-\x7e]+$/.test(username)) return undefined
    const sql = `SELECT id, username, name, role, password FROM users WHERE username = ? ${SETTLED}`
    const [row] = await this.#mysql.rows<Account>(trace, sql, [username])
    return row
  }

  /** Replaces the hash, unless the password was changed meanwhile. */
  async rehash(trace: Trace, { id, password }: Account, better: string): Promise<void> {
    const sql = 'UPDATE users SET password = ? WHERE id = ? AND password = ?'
    await this.#mysql.transaction(trace, statements => statements.change(sql, [better, id, password]))
  }

  /**
   * Users in the order of their ids, the first one with an id greater than `after` (keyset pagination). Unlike a page number, an id
   * means the same after users were added or removed, and every page costs the same.
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

  /** The same, for a new session. @throws Refusal 404 */
  async settled(trace: Trace, id: number): Promise<UserRecord> {
    const [row] = await this.#mysql.rows<UserRecord>(trace, `SELECT ${FIELDS} FROM users WHERE id = ? ${SETTLED}`, [id])
    return row ?? noSuchUser(id)
  }

  /** @throws Refusal 409 when the user name is taken */
  async create(trace: Trace, actor: string, user: NewUser): Promise<UserRecord> {
    return this.#mysql.transaction(trace, async statements =>
      locked(statements, await insertUser(statements, actor, user)),
    )
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
      await record(
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
      await record(statements, options.actor, 'delete', before, [])
      await options.beforeCommit(before)
      return before
    })
  }
}

/**
 * A new user, in a transaction of the caller.
 *
 * @param actor the user name of the user who asks for it, for the table `user_changes`
 * @returns its id. @throws Refusal 409 when the user name is taken
 */
export async function insertUser(
  statements: Statements,
  actor: string,
  { username, name, role, password }: NewUser,
): Promise<number> {
  const sql =
    'INSERT INTO users (username, name, role, password, created_at, updated_at) VALUES (?, ?, ?, ?, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))'
  const { insertId } = await statements.change(sql, [username, name, role, password]).catch(error => {
    if (error.code !== 'ER_DUP_ENTRY') throw error
    throw new Refusal(409, `the user name ${JSON.stringify(username)} is taken`, { members: { field: 'username' } })
  })
  await record(statements, actor, 'create', { id: insertId, username }, [])
  return insertId
}

/** The present row, locked: no other transaction can change it until the end of this one. */
async function locked(statements: Statements, id: number): Promise<UserRecord> {
  const [row] = await statements.rows<UserRecord>(`SELECT ${FIELDS} FROM users WHERE id = ? FOR UPDATE`, [id])
  return row ?? noSuchUser(id)
}

/** Two admins who remove each other at the same moment wait for each other's row: MySQL rolls one back, and it is tried again. */
async function keepAnAdmin(statements: Statements, { role }: User): Promise<void> {
  if (role !== 'admin') return
  const admins = await statements.rows("SELECT id FROM users WHERE role = 'admin' LIMIT 2 FOR UPDATE")
  if (admins.length < 2) throw new Refusal(409, 'this is the last admin: give another user the role admin first')
}

function refuseOutdated({ isCurrent }: UserUpdateOptions, version: number): void {
  if (!isCurrent(version)) throw new Refusal(412, 'this user was changed meanwhile; GET it again, and compare')
}

type ChangedUser = Pick<User, 'id' | 'username'>

async function record(
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
