/**
 * Sessions in Redis, shared by all backends: a user stays logged in when the next request reaches another server.
 *
 *   session:<key>             hash         id username name role server createdAt seenAt; expires by itself
 *   user:<username>:sessions  sorted set   the keys of the user's sessions, by their latest possible end
 *   user:<username>:epoch     counter      grows when all sessions of the user are ended
 *
 * An operation of several steps is a script: Redis executes it without other commands in between, in one round trip.
 *
 * Read beside: store.ts, session.ts; https://redis.io/docs/latest/develop/programmability/eval-intro/
 * Touches the world: Redis.
 */

import type { RedisConnection } from '../redis/redis.ts'
import type { Trace } from '../trace.ts'
import { ABSOLUTE_MS, endOf, type Session } from './session.ts'
import type { SessionStore } from './store.ts'

/** The first line of a script is its name, which is shown in `/events`. */
const CREATE = `-- create session
-- KEYS: session, list, epoch, session that is replaced (or the new one again; in the list of another user it is ignored)
-- ARGV: epoch, ends in ms, longest ms, now, key, old key, how many a user may have besides, fields…
-- HSET first: without memory Redis refuses it, but not after the script has deleted something.
if (redis.call('GET', KEYS[3]) or '0') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV, 8))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
if KEYS[4] ~= KEYS[1] then redis.call('DEL', KEYS[4]) end
redis.call('ZREM', KEYS[2], ARGV[6])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[4])
for _, key in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1 - ARGV[7])) do
  redis.call('DEL', 'session:' .. key)
  redis.call('ZREM', KEYS[2], key)
end
redis.call('ZADD', KEYS[2], ARGV[4] + ARGV[3], ARGV[5])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return 1`

const TOUCH = `-- touch session
-- KEYS: session   ARGV: now, ends in ms. A session that was ended meanwhile must not be created again with one field.
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], 'seenAt', ARGV[1])
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`

const END_ALL = `-- end all sessions
-- KEYS: list, epoch   ARGV: how long the epoch is kept, in ms (longer than any login takes)
local ended = 0
for _, key in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do ended = ended + redis.call('DEL', 'session:' .. key) end
redis.call('DEL', KEYS[1])
redis.call('INCR', KEYS[2])
redis.call('PEXPIRE', KEYS[2], ARGV[1])
return ended`

const RENAME = `-- rename in sessions
-- KEYS: list   ARGV: name
for _, key in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  if redis.call('EXISTS', 'session:' .. key) == 1 then redis.call('HSET', 'session:' .. key, 'name', ARGV[1]) end
end
return 1`

/** Of one user. When there are more, the oldest is ended: otherwise one account could fill the memory. */
const MOST_SESSIONS = 100

export class RedisStore implements SessionStore {
  readonly kind = 'redis'
  readonly #redis: RedisConnection

  constructor(redis: RedisConnection) {
    this.#redis = redis
  }

  async find(trace: Trace, key: string): Promise<Session | undefined> {
    return decode(key, (await this.#redis.run(trace, 'HMGET', sessionKey(key), ...FIELDS)) as Values)
  }

  async create(trace: Trace, session: Session, epoch: string, replaces: string | undefined): Promise<boolean> {
    const { key, user, createdAt } = session
    const old = replaces ?? key
    const keys = [sessionKey(key), listKey(user.username), epochKey(user.username), sessionKey(old)]
    const life = [endOf(session) - createdAt, ABSOLUTE_MS, createdAt]
    const created = await this.#redis.durably(
      trace,
      'EVAL',
      CREATE,
      keys.length,
      ...keys,
      epoch,
      ...life,
      key,
      old,
      MOST_SESSIONS - 1,
      ...encode(session),
    )
    return created === 1
  }

  async touch(trace: Trace, session: Session, now: number): Promise<void> {
    const left = endOf({ ...session, seenAt: now }) - now
    await this.#redis.run(trace, 'EVAL', TOUCH, 1, sessionKey(session.key), now, left)
  }

  async end(trace: Trace, { key, user }: Pick<Session, 'key' | 'user'>): Promise<void> {
    await this.#redis.durableTransaction(trace, [
      ['DEL', sessionKey(key)],
      ['ZREM', listKey(user.username), key],
    ])
  }

  async list(trace: Trace, username: string): Promise<Session[]> {
    const keys = (await this.#redis.run(trace, 'ZRANGE', listKey(username), 0, -1, 'REV')) as string[]
    const found = await this.#redis.pipeline(
      trace,
      keys.map(key => ['HMGET', sessionKey(key), ...FIELDS] as const),
    )
    return keys.map((key, index) => decode(key, found[index] as Values)).filter(session => session !== undefined)
  }

  async endAll(trace: Trace, username: string): Promise<number> {
    const keys = [listKey(username), epochKey(username)]
    return (await this.#redis.durably(trace, 'EVAL', END_ALL, keys.length, ...keys, ABSOLUTE_MS)) as number
  }

  async rename(trace: Trace, username: string, name: string): Promise<void> {
    await this.#redis.run(trace, 'EVAL', RENAME, 1, listKey(username), name)
  }

  async epoch(trace: Trace, username: string): Promise<string> {
    return ((await this.#redis.run(trace, 'GET', epochKey(username))) as string | null) ?? '0'
  }
}

const sessionKey = (key: string) => `session:${key}`
const listKey = (username: string) => `user:${username}:sessions`
const epochKey = (username: string) => `user:${username}:epoch`

function encode({ user, server, createdAt, seenAt }: Session): (string | number)[] {
  return Object.entries({ ...user, server, createdAt, seenAt }).flat()
}

/** HMGET with these names: HGETALL would repeat the names in every answer, half of what ioredis has to parse. */
const FIELDS = ['id', 'username', 'name', 'role', 'server', 'createdAt', 'seenAt'] as const

/** In the order of {@link FIELDS}; null for a missing field. All are null when there is no such key. */
type Values = readonly (string | null)[]

function decode(key: string, [id, username, name, role, server, createdAt, seenAt]: Values): Session | undefined {
  if (!id || !username || name == null || server == null || !createdAt || !seenAt) return undefined
  if (role !== 'admin' && role !== 'aluno') return undefined
  const numbers = { id: Number(id), createdAt: Number(createdAt), seenAt: Number(seenAt) }
  // A session whose end is NaN would never be over.
  if (!Object.values(numbers).every(Number.isSafeInteger)) return undefined
  return {
    key,
    user: { id: numbers.id, username, name, role },
    server,
    createdAt: numbers.createdAt,
    seenAt: numbers.seenAt,
  }
}
