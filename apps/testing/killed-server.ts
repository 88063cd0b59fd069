/**
 * A server that the kill tests end with SIGKILL and start again: Redis, MySQL or Kafka.
 *
 * Read beside: backend/testing/servers.ts, lab/kafka.ts
 * Pure: types and values.
 */
import type { Servers } from '../../backend/testing/servers.ts'

export interface KilledServer {
  readonly name: string
  kill(): Promise<unknown>
  start(): Promise<unknown>
}

/**
 * Redis writes each change to the file before its answer here. With `everysec`, which the lab has, it may wait up to two seconds while the disk
 * is busy with an earlier flush, and a kill in that time loses answered changes (docs/brokers.md): a test could not tell this from a defect.
 */
export const REDIS_FOR_KILLS = ['--appendfsync', 'always']

export function killedRedis(servers: Servers): KilledServer {
  return { name: 'redis', kill: async () => servers.redis?.kill(), start: () => servers.startRedis() }
}

export function killedMysql(servers: Servers): KilledServer {
  return { name: 'mysql', kill: async () => servers.mysql?.kill(), start: () => servers.startMysql() }
}
