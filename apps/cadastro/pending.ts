/**
 * The sign-ups in review, in Redis: what the admin's list shows.
 *
 *   cadastro:pendentes       ids by the time of the sign-up (a sorted set)
 *   cadastro:pendente:ID     username, name, email, at (a hash)
 *
 * MySQL has the state, and counts when the two differ. review.ts compares them, so a fail-over of Redis may lose an entry: it is added again.
 *
 * Read beside: review.ts (adds), routes/decisions.ts (removes)
 * Touches the world: Redis.
 */
import type { RedisConnection } from '../../backend/redis/redis.ts'
import type { Trace } from '../../backend/trace.ts'

export interface PendingSignUp {
  readonly id: string
  readonly username: string
  readonly name: string
  readonly email: string
  /** Milliseconds since 1970. */
  readonly at: number
}

const IDS = 'cadastro:pendentes'
const keyOf = (id: string) => `cadastro:pendente:${id}`

/** The most that one page of the list has. */
const MOST_PENDING = 100

export class Pending {
  readonly #redis: RedisConnection

  constructor(redis: RedisConnection) {
    this.#redis = redis
  }

  /** Repeating is harmless. @throws Unavailable */
  async add(trace: Trace, { id, username, name, email, at }: PendingSignUp): Promise<void> {
    await this.#redis.transaction(trace, [
      ['HSET', keyOf(id), 'username', username, 'name', name, 'email', email, 'at', at],
      ['ZADD', IDS, at, id],
    ])
  }

  /** Repeating is harmless. @throws Unavailable */
  async remove(trace: Trace, id: string): Promise<void> {
    await this.#redis.transaction(trace, [
      ['DEL', keyOf(id)],
      ['ZREM', IDS, id],
    ])
  }

  /** The oldest first. @param after how many to leave out @throws Unavailable */
  async list(trace: Trace, after: number): Promise<{ total: number; signUps: PendingSignUp[] }> {
    const [total, ids] = (await this.#redis.pipeline(trace, [
      ['ZCARD', IDS],
      ['ZRANGE', IDS, after, after + MOST_PENDING - 1],
    ])) as [number, string[]]
    const rows = await this.#redis.pipeline(
      trace,
      ids.map(id => ['HMGET', keyOf(id), 'username', 'name', 'email', 'at']),
    )
    const signUps = ids.flatMap((id, index) => {
      const [username, name, email, at] = rows[index] as (string | null)[]
      // Decided between the two commands.
      return username && name && email ? [{ id, username, name, email, at: Number(at) }] : []
    })
    return { total, signUps }
  }

  /** All ids. @throws Unavailable */
  async ids(trace: Trace): Promise<string[]> {
    return (await this.#redis.run(trace, 'ZRANGE', IDS, 0, -1)) as string[]
  }
}
