/**
 * The replicated databases on the bridge: whether all of them work, and which Redis is the master.
 *
 * Read beside: ha.test.ts, lab-on-bridge.ts; lab/galera.ts, lab/sentinel.ts
 * Touches the world: one statement, or one question to a Sentinel, at a time.
 */
import { Redis } from 'ioredis'
import { createConnection } from 'mysql2/promise'
import { COMPOSE_PREFIX, hostAt, hostNamed, networkMap, SENTINEL_NAME, SENTINEL_PORT } from '#shared/network-map.ts'
import { DATABASE, DATABASE_USER } from '../../lab/mariadb.ts'
import { until } from '../testing/until.ts'

const map = networkMap(COMPOSE_PREFIX, 'low', true)

/** One statement at one MySQL node. @throws Error with the server's own message */
export async function at(host: string, sql: string): Promise<unknown> {
  const { address } = hostNamed(map, host)
  const connection = await createConnection({
    host: address,
    ...DATABASE_USER,
    database: DATABASE,
    connectTimeout: 5_000,
  })
  try {
    const [rows] = await connection.query({ sql, timeout: 10_000 })
    return rows
  } finally {
    connection.destroy()
  }
}

export async function isReady(host: string): Promise<boolean> {
  const rows = (await at(host, "SHOW STATUS LIKE 'wsrep_ready'")) as [{ Value: string }]
  return rows[0].Value === 'ON'
}

/** Waits until all three MySQL nodes are part of the cluster. @throws Error after 90 s */
export function allReady(): Promise<void> {
  const ready = async () =>
    (await Promise.all(['mysql', 'mysql2', 'mysql3'].map(host => isReady(host).catch(() => false)))).every(Boolean)
  return until('all nodes are ready', ready, 90_000)
}

/** The host of the Redis that all backends use now. @throws Error when the first Sentinel does not answer */
export async function redisMaster(): Promise<string> {
  const client = new Redis({ host: hostNamed(map, 'redis').address, port: SENTINEL_PORT })
  try {
    const [address] = (await client.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', SENTINEL_NAME)) as [string]
    return hostAt(map, address)?.name ?? address
  } finally {
    client.disconnect()
  }
}
