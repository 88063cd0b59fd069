/**
 * Many users at once, with their sessions: rows in MySQL and sessions in Redis, as a login would have made them. (A login costs 35 ms of a
 * core for the password, which is not what the sale is measured by.)
 *
 * Read beside: buyer.ts (what each of them does), backend/sessions/sessions.ts
 * Touches the world: MySQL and Redis.
 */
import { createPool } from 'mysql2/promise'
import { systemClock } from '#shared/clock.ts'
import { Events } from '#shared/events.ts'
import type { NetworkMap } from '#shared/network-map.ts'
import { hostNamed } from '#shared/network-map.ts'
import { RedisConnection } from '../../../backend/redis/redis.ts'
import { RedisStore } from '../../../backend/sessions/redis-store.ts'
import { Sessions } from '../../../backend/sessions/sessions.ts'
import { backgroundTrace } from '../../../backend/trace.ts'
import type { User } from '../../../backend/users/users.ts'

export interface BuyerAccount {
  readonly id: number
  /** The value of the field Cookie. */
  readonly cookie: string
}

/** Sessions that are made at the same time: a busy machine answers them within the time-out of a command. */
const AT_ONCE = 50

/** @param prefix of their user names @param role the first one is an admin where it is `admin` */
export async function makeBuyers(map: NetworkMap, count: number, prefix = 'comprador'): Promise<BuyerAccount[]> {
  const { address } = hostNamed(map, 'mysql')
  const pool = createPool(`mysql://lab:lab@${address}:3306/meutrabalho`)
  const redis = new RedisConnection({
    url: `redis://${hostNamed(map, 'redis').address}:6379`,
    name: 'buyers',
    clock: systemClock,
    events: new Events('buyers'),
    state: () => 'up',
  })
  const sessions = new Sessions({ store: new RedisStore(redis), clock: systemClock, server: 'test' })
  try {
    const accounts: BuyerAccount[] = []
    for (let begin = 0; begin < count; begin += AT_ONCE) {
      const names = Array.from({ length: Math.min(AT_ONCE, count - begin) }, (_, index) => `${prefix}${begin + index}`)
      const row = "(?, ?, IF(? = '0', 'admin', 'aluno'), '-', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))"
      const values = names.flatMap((name, index) => [name, name, String(begin + index)])
      const insert = 'INSERT IGNORE INTO users (username, name, role, password, created_at, updated_at) VALUES '
      await pool.query(insert + names.map(() => row).join(', '), values)
      const [rows] = await pool.query('SELECT id, username, name, role FROM users WHERE username IN (?)', [names])
      const users = rows as User[]
      const begun = users.map(async user => {
        return { id: user.id, cookie: `sid=${await sessionOf(sessions, user)}` }
      })
      accounts.push(...(await Promise.all(begun)))
    }
    return accounts.sort((a, b) => a.id - b.id)
  } finally {
    redis.close()
    await pool.end()
  }
}

/** A busy machine may not answer within the time-out of a command: then again. @returns the session id */
async function sessionOf(sessions: Sessions, user: User, tries = 5): Promise<string> {
  try {
    const begun = await sessions.begin(backgroundTrace(), user, '0', [])
    if (begun === undefined) throw new Error(`the sessions of ${user.username} were ended meanwhile`)
    return begun.id
  } catch (error) {
    if (tries === 1) throw error
    return sessionOf(sessions, user, tries - 1)
  }
}
