/**
 * The effects of sign-ups, read directly from MySQL and Redis: what the checker compares.
 *
 * Read beside: ../kill.test.ts
 * Touches the world: connects to MySQL and Redis.
 */
import { Redis } from 'ioredis'
import { createConnection, type RowDataPacket } from 'mysql2/promise'

export interface SignUpEffects {
  /** Of its history, sorted. */
  readonly states: string[]
  /** Rows of each table. */
  readonly users: number
  readonly created: number
  readonly emails: number
  readonly indexed: number
  /** Whether the row of the sign-up still has personal data. */
  readonly personal: boolean
  /** Whether it is in the admin's list in Redis. */
  readonly listed: boolean
}

export async function effectsOf(where: { readonly mysql: string; readonly redis: string }) {
  const mysql = await createConnection({ host: where.mysql, user: 'lab', password: 'lab', database: 'meutrabalho' })
  const redis = new Redis({ host: where.redis })
  const rows = async (sql: string) => (await mysql.query<RowDataPacket[]>(sql))[0]
  const [signUps, history, users, changes, emails, index] = await Promise.all([
    rows('SELECT * FROM cadastro_signups'),
    rows('SELECT * FROM cadastro_history'),
    rows('SELECT id, username FROM users'),
    rows("SELECT username FROM user_changes WHERE action = 'create'"),
    rows('SELECT * FROM cadastro_emails'),
    rows('SELECT signup_id FROM cadastro_search'),
  ])
  const listed = new Set(await redis.zrange('cadastro:pendentes', '0', '-1'))
  const kept = new Set((await redis.keys('cadastro:pendente:*')).map(key => key.replace('cadastro:pendente:', '')))
  redis.disconnect()
  await mysql.end()
  const of = (id: string, username: string): SignUpEffects => {
    const row = signUps.find(row => row.id === id)
    return {
      states: history
        .filter(({ signup_id }) => signup_id === id)
        .map(({ state }) => state as string)
        .sort(),
      users: users.filter(user => user.username === username).length,
      created: changes.filter(change => change.username === username).length,
      emails: emails.filter(({ email }) => email === `${username}@example.com`).length,
      indexed: index.filter(({ signup_id }) => signup_id === id).length,
      personal: row === undefined || row.username !== null || row.email !== null || row.password !== null,
      listed: listed.has(id) || kept.has(id),
    }
  }
  /** The ids of further sign-ups that are not in review with their entry in Redis. */
  const unfinished = (known: readonly string[]): string[] =>
    signUps
      .filter(({ id, state }) => !known.includes(id) && !(state === 'em-analise' && listed.has(id) && kept.has(id)))
      .map(({ id }) => id as string)
  return { of, unfinished }
}
