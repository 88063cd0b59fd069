/**
 * The MySQL servers of one cluster: the first one that works is used; the others wait. With one server this is one pool of connections.
 *
 *   nodes in the order of MYSQL_URL:   mysql (left out)   mysql2 (used)   mysql3
 *
 * All backends have the same order, so all of them write to the same node: two nodes that change the same row at the same time would
 * refuse one of the two transactions. A node is left out when a connection to it breaks or times out, and used again when a probe has
 * passed. A node of a Galera cluster that lacks the majority says so in `wsrep_ready`, and does not pass.
 *
 * Read beside: mysql.ts (statements); https://galeracluster.com/library/documentation/monitoring-cluster.html
 * Touches the world: up to {@link POOL}.connectionLimit TCP connections to each server.
 */
import { createPool, type Pool, type PoolConnection, type RowDataPacket } from 'mysql2/promise'
import { Unavailable } from '../refusal.ts'
import { answerWithin } from './bounded.ts'

const POOL = { connectionLimit: 8, maxIdle: 2, idleTimeout: 60_000, queueLimit: 64, connectTimeout: 1_500 } as const
/** Milliseconds until a connection is free. */
const CONNECTION_WITHIN_MS = 2_000
/** Milliseconds that one server may take for the answer to the probe. */
const PROBE_WITHIN_MS = 1_000

export interface MySqlNode {
  /** `127.20.0.63:3306` */
  readonly place: string
  readonly pool: Pool
}

export class MySqlNodes {
  readonly #nodes: readonly MySqlNode[]
  readonly #leftOut = new Set<MySqlNode>()

  /** @param url with one host name, or several separated by commas: `mysql://lab:lab@127.20.0.3,127.20.0.63:3306/meutrabalho` */
  constructor(url: URL) {
    const { hostname, port, username, password, pathname } = url
    this.#nodes = hostname.split(',').map(host => ({
      place: `${host}:${port || 3306}`,
      pool: createPool({
        ...POOL,
        host,
        port: Number(port || 3306),
        user: decodeURIComponent(username),
        password: decodeURIComponent(password),
        database: decodeURIComponent(pathname.slice(1)),
        charset: 'utf8mb4',
        timezone: 'Z',
      }),
    }))
  }

  /** The node that statements go to. When all are left out, it is the first one: it may have come back since its last probe. */
  get current(): MySqlNode {
    const node = this.#nodes.find(node => !this.#leftOut.has(node)) ?? this.#nodes[0]
    if (!node) throw new RangeError('MYSQL_URL names no server')
    return node
  }

  /** Not used again before it has passed a probe that begins after this. A single server is never left out. */
  leaveOut(node: MySqlNode): void {
    if (this.#nodes.length > 1) this.#leftOut.add(node)
  }

  /** Whether this node is left out, and another one is not. */
  hasInsteadOf(node: MySqlNode): boolean {
    return this.#leftOut.has(node) && this.#leftOut.size < this.#nodes.length
  }

  /** Asks all nodes of a cluster whether they work. A single server is not asked here: its statements show it. */
  async probe(): Promise<void> {
    if (this.#nodes.length === 1) return
    const results = await Promise.all(
      this.#nodes.map(async node => {
        const wasLeftOut = this.#leftOut.has(node)
        const why = await whyNotReady(node, wasLeftOut)
        if (why !== undefined) this.#leftOut.add(node)
        // A node that was left out while its probe was under way stays so: the answer may be older than the failure.
        else if (wasLeftOut) this.#leftOut.delete(node)
        return why === undefined ? [] : [`${node.place}: ${why}`]
      }),
    )
    const failures = results.flat()
    if (failures.length === this.#nodes.length) throw new Unavailable('mysql', failures.join('; '))
  }

  async end(): Promise<void> {
    await Promise.all(this.#nodes.map(({ pool }) => pool.end()))
  }
}

/** @throws NoAnswer when all connections of the node are in use for {@link CONNECTION_WITHIN_MS}; the error of the connection */
export function connectionTo({ pool }: MySqlNode): Promise<PoolConnection> {
  const waiting = pool.getConnection()
  return answerWithin(CONNECTION_WITHIN_MS, waiting, () => {
    waiting.then(connection => connection.release()).catch(() => {}) // the connection came too late
  })
}

/** Why a node gets no statements; undefined when it should. Settles within {@link CONNECTION_WITHIN_MS} and {@link PROBE_WITHIN_MS}. */
async function whyNotReady(node: MySqlNode, wasLeftOut: boolean): Promise<string | undefined> {
  let connection: PoolConnection | undefined
  try {
    const opened = await connectionTo(node)
    connection = opened
    const isReady = await answerWithin(PROBE_WITHIN_MS, isPartOfCluster(opened, wasLeftOut), () => opened.destroy())
    opened.release()
    return isReady ? undefined : 'it is not part of the majority of the cluster'
  } catch (error) {
    connection?.destroy() // also after an error of the statement alone: a pool without free connections never answers
    return (error as NodeJS.ErrnoException).code ?? (error as Error).message
  }
}

/**
 * @param wasLeftOut then the node has to answer a read, too. A node that was stopped (SIGSTOP), or whose cable was cut, reports for a moment afterwards that it is
 *   ready; a read waits for the other nodes (`wsrep_sync_wait`). A node in use may take longer for a read: when another node is lost, all wait for a moment
 */
async function isPartOfCluster(connection: PoolConnection, wasLeftOut: boolean): Promise<boolean> {
  const word = async (sql: string) => (await connection.query<RowDataPacket[]>(sql))[0][0]?.Value
  // MySQL has no such variable, and MariaDB without a cluster has OFF.
  if ((await word("SHOW VARIABLES LIKE 'wsrep_on'")) !== 'ON') return true
  const isReady = (await word("SHOW STATUS LIKE 'wsrep_ready'")) === 'ON'
  if (isReady && wasLeftOut) await connection.query('SELECT 1')
  return isReady
}
