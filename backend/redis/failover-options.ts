/**
 * How a connection finds the new master after a fail-over. The same for each connection to Redis: the common one, a consumer's lane, a subscriber.
 *
 * Read beside: redis.ts, follow-master.ts, ../queue/redis-lane.ts; https://redis.io/docs/latest/develop/reference/sentinel-clients/
 * Pure: options of ioredis.
 */
import type { RedisOptions } from 'ioredis'

const LONGEST_PAUSE_MS = 250

/** Milliseconds before the next attempt: 25, 50, 100 … */
const pauseBefore = (attempt: number) => Math.min(25 * 2 ** Math.min(attempt, 10), LONGEST_PAUSE_MS)

export const FAILOVER_OPTIONS = {
  // A Sentinel that is silent must not keep the others from being asked.
  sentinelCommandTimeout: 300,
  retryStrategy: pauseBefore,
  sentinelRetryStrategy: pauseBefore,
  // After a fail-over the old master is a replica: the connection is closed, and the Sentinels are asked again.
  reconnectOnError: error => error.message.startsWith('READONLY'),
} satisfies RedisOptions
