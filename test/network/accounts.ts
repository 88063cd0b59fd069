/**
 * Accounts for a trial: rows in the table `users`, all with the password of the user bruno, so that no password has to be hashed.
 *
 * Read beside: visitors.ts, db/init.sql
 * Touches the world: MySQL.
 */
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { DATABASE, DATABASE_USER } from '../../lab/mariadb.ts'
import type { VisitorAccount } from './visitors.ts'

const COPY = `INSERT IGNORE INTO users (username, name, role, password, created_at, updated_at)
  SELECT ?, 'nome 0', 'aluno', password, created_at, updated_at FROM users WHERE username = 'bruno'`

/** @param group a word for the user names: each trial has its own people */
export async function addAccounts(mysqlAddress: string, group: string, count: number): Promise<VisitorAccount[]> {
  const connection = await createConnection({ host: mysqlAddress, ...DATABASE_USER, database: DATABASE })
  try {
    const accounts: VisitorAccount[] = []
    for (let index = 1; index <= count; index++) {
      const username = `${group}-${index}`
      await connection.execute(COPY, [username])
      const [[row]] = await connection.execute<RowDataPacket[]>('SELECT id FROM users WHERE username = ?', [username])
      accounts.push({ id: Number(row?.id), username, password: 'bruno-no-laboratorio' })
    }
    return accounts
  } finally {
    await connection.end()
  }
}
