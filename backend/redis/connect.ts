/**
 * Opens a connection to Redis that finds the new master after a fail-over: the common one of a backend, the lane of a consumer, a subscriber.
 *
 * Read beside: failover-options.ts, follow-master.ts, redis-url.ts
 * Touches the world: one TCP connection to Redis, and one to each Sentinel when the URL names Sentinels.
 */
import { Redis, type RedisOptions } from 'ioredis'
import { FAILOVER_OPTIONS } from './failover-options.ts'
import { followMaster } from './follow-master.ts'
import { redisOptions } from './redis-url.ts'

export interface OpenRedis {
  readonly client: Redis
  /** Closes all connections, without waiting for replies. */
  close(): void
}

/** @param options of this connection; they are stronger than those of the URL and of the fail-over */
export function connectRedis(url: string, options: RedisOptions): OpenRedis {
  const address = redisOptions(url)
  const client = new Redis({ ...address, ...FAILOVER_OPTIONS, ...options, replyMapping: 'legacy' })
  const unfollow = followMaster(client, address)
  const close = () => {
    unfollow()
    client.disconnect()
  }
  return { client, close }
}
