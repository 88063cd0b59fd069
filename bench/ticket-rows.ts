/**
 * The tickets in MySQL, for the benchmark of the queue: which there are, and how many come in each half second.
 *
 * Read beside: queue.ts, apps/reposicao/migrations/
 * Touches the world: connects to MySQL for each question, so that it can be down meanwhile.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { createConnection, type RowDataPacket } from 'mysql2/promise'

async function inMySql<T>(prefix: string, sql: string, value: number): Promise<T[]> {
  const connection = await createConnection({
    host: `${prefix}.3`,
    user: 'lab',
    password: 'lab',
    database: 'meutrabalho',
  })
  try {
    const [rows] = await connection.query<RowDataPacket[]>(sql, [value])
    return rows as T[]
  } finally {
    await connection.end()
  }
}

/** The number of the newest ticket; 0 when there is none. */
export async function newestSeq(prefix: string): Promise<number> {
  const [row] = await inMySql<{ seq: number | null }>(
    prefix,
    'SELECT MAX(seq) AS seq FROM reposicao_tickets WHERE seq > ?',
    0,
  )
  return row?.seq ?? 0
}

export async function idsAfter(prefix: string, seq: number): Promise<string[]> {
  return (await inMySql<{ id: string }>(prefix, 'SELECT id FROM reposicao_tickets WHERE seq > ?', seq)).map(
    ({ id }) => id,
  )
}

/** Counts the rows that come, each half second; nothing is counted while MySQL is down. */
export function watchMySql(prefix: string, first: number) {
  const counts: number[] = []
  let watching = true
  const work = (async () => {
    let before = 0
    while (watching) {
      await pause(500)
      const sql = 'SELECT COUNT(*) AS count FROM reposicao_tickets WHERE seq > ?'
      const rows = await inMySql<{ count: number }>(prefix, sql, first).catch(() => [])
      if (rows[0] === undefined) continue
      counts.push(rows[0].count - before)
      before = rows[0].count
    }
  })()
  return {
    end: async () => {
      watching = false
      await work
      return counts
    },
  }
}
