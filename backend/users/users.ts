/**
 * Users: the rows of the table `users`, and the SQL that reads them.
 *
 * Read beside: db/init.sql, ../mysql/mysql.ts
 * Touches the world: MySQL.
 */
import type { Trace } from '../http/trace.ts'
import type { MySql } from '../mysql/mysql.ts'

export type Role = 'admin' | 'aluno'

/** A user as anybody who may see them sees them: never with the password. */
export interface User {
  readonly id: number
  readonly username: string
  readonly name: string
  readonly role: Role
}

/** What a login needs to know. */
export interface Account extends User {
  /** A PHC string. */
  readonly password: string
}

export class Users {
  readonly #mysql: MySql

  constructor(mysql: MySql) {
    this.#mysql = mysql
  }

  /** The account of that name, exactly. @throws Unavailable */
  async account(trace: Trace, username: string): Promise<Account | undefined> {
    const sql = 'SELECT id, username, name, role, password FROM users WHERE username = ?'
    const [row] = await this.#mysql.rows<Account>(trace, sql, [username])
    return row
  }

  /** Replaces the hash, unless somebody changed the password meanwhile. */
  async rehash(trace: Trace, { id, password }: Account, better: string): Promise<void> {
    const sql = 'UPDATE users SET password = ? WHERE id = ? AND password = ?'
    await this.#mysql.transaction(trace, statements => statements.change(sql, [better, id, password]))
  }
}
