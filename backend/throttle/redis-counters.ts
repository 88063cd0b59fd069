/**
 * Failed logins, counted in Redis: a pause is valid at all backends.
 *
 *   throttle:<hash of an account or address>   hash   failures, until
 *
 * An attempt is counted before the password is checked, and the count is corrected when it was right: a hundred attempts at the same
 * time are a hundred failures, not one.
 *
 * Read beside: throttle-rule.ts (the rule, in plain form), login-throttle.ts
 * Touches the world: Redis.
 */

import type { RedisConnection } from '../redis/redis.ts'
import type { Trace } from '../trace.ts'
import type { CountedKey, LoginCounters } from './login-throttle.ts'
import { MEMORY_MS } from './throttle-rule.ts'

const ATTEMPT = `-- count login attempt
-- KEYS: counters   ARGV: now, memory in ms, then for each key: free tries, longest pause in ms
local wait = 0
for _, key in ipairs(KEYS) do
  wait = math.max(wait, tonumber(redis.call('HGET', key, 'until') or 0) - ARGV[1])
end
if wait > 0 then return wait end
for i, key in ipairs(KEYS) do
  local failures = redis.call('HINCRBY', key, 'failures', 1)
  local free, longest = tonumber(ARGV[1 + 2 * i]), tonumber(ARGV[2 + 2 * i])
  if failures >= free then
    redis.call('HSET', key, 'until', ARGV[1] + math.min(1000 * 2 ^ (failures - free), longest))
  end
  redis.call('PEXPIRE', key, ARGV[2])
end
return 0`

const FORGIVE = `-- forgive login attempt
-- KEYS: the account's counter, the address' counter
redis.call('DEL', KEYS[1])
if redis.call('EXISTS', KEYS[2]) == 1 then
  redis.call('HINCRBY', KEYS[2], 'failures', -1)
  redis.call('HDEL', KEYS[2], 'until')
end
return 1`

const TAKE_BACK = `-- take back login attempt
-- KEYS: the counters
for _, key in ipairs(KEYS) do
  if tonumber(redis.call('HGET', key, 'failures') or 0) > 0 then redis.call('HINCRBY', key, 'failures', -1) end
end
return 1`

export class RedisCounters implements LoginCounters {
  readonly #redis: RedisConnection

  constructor(redis: RedisConnection) {
    this.#redis = redis
  }

  async attempt(trace: Trace, counted: readonly CountedKey[], now: number): Promise<number> {
    const keys = counted.map(({ key }) => redisKey(key))
    const rules = counted.flatMap(({ rule }) => [rule.free, rule.longest])
    return (await this.#redis.run(trace, 'EVAL', ATTEMPT, keys.length, ...keys, now, MEMORY_MS, ...rules)) as number
  }

  async forgive(trace: Trace, account: string, address: string): Promise<void> {
    await this.#redis.run(trace, 'EVAL', FORGIVE, 2, redisKey(account), redisKey(address))
  }

  async takeBack(trace: Trace, account: string, address: string): Promise<void> {
    await this.#redis.run(trace, 'EVAL', TAKE_BACK, 2, redisKey(account), redisKey(address))
  }
}

const redisKey = (key: string) => `throttle:${key}`
