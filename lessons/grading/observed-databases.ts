/**
 * The databases of the running lab as a check sees them: rows of one MySQL node, and the role of one Redis server.
 *
 * Read beside: observed-lab.ts, lab/mariadb.ts (the account)
 * Touches the world: connects to MySQL and Redis.
 */
import { Redis } from 'ioredis'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { type Host, hostsOf, type NetworkMap } from '#shared/network-map.ts'
import { DATABASE, DATABASE_USER } from '../../lab/mariadb.ts'

const ANSWER_WITHIN_MS = 3_000

/** Of one statement. @throws Error of the server, or when it does not answer */
export async function rowsAt({ address, port }: Host, sql: string, values: string[] = []): Promise<RowDataPacket[]> {
  const where = { host: address, port, ...DATABASE_USER, database: DATABASE }
  const connection = await createConnection({ ...where, connectTimeout: ANSWER_WITHIN_MS })
  try {
    const [rows] = await connection.execute<RowDataPacket[]>({ sql, timeout: ANSWER_WITHIN_MS }, values)
    return rows
  } finally {
    connection.destroy()
  }
}

/** How many nodes of the Galera cluster this node sees, itself among them; undefined when it does not answer. */
export async function clusterSize(host: Host): Promise<number | undefined> {
  try {
    const [row] = await rowsAt(host, "SHOW STATUS LIKE 'wsrep_cluster_size'")
    return Number(row?.Value)
  } catch {
    return undefined // it is off
  }
}

/** `master` or `slave`; undefined when it does not answer. */
export async function replicationRole({ address, port }: Host): Promise<string | undefined> {
  const info = await redisCommand({ address, port }, 'INFO', 'replication').catch(() => undefined)
  return /^role:(\w+)/m.exec(String(info))?.[1]
}

/** The server that accepts writes: after a failover, another one than the first. @throws Error when there is none */
export async function masterOf(map: NetworkMap): Promise<Host> {
  const servers = hostsOf(map, 'redis')
  const roles = await Promise.all(servers.map(replicationRole))
  const master = servers[roles.indexOf('master')]
  if (master === undefined) throw new Error('nenhum Redis aceita escritas · no Redis accepts writes')
  return master
}

/** One command. @throws Error when the server does not answer */
export async function redisCommand({ address, port }: Pick<Host, 'address' | 'port'>, ...words: string[]) {
  const [name = '', ...args] = words
  const limits = { connectTimeout: ANSWER_WITHIN_MS, commandTimeout: ANSWER_WITHIN_MS }
  const client = new Redis({ host: address, port, lazyConnect: true, retryStrategy: null, ...limits })
  client.on('error', () => {}) // what matters is thrown below
  try {
    await client.connect()
    return await client.call(name, ...args)
  } finally {
    client.disconnect()
  }
}
