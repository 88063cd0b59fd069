/**
 * The tickets in MySQL, for the benchmark of the queue: which there are, and how many come in a second.
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

/**
 * Counts the rows that come, about once a second, by the clock of MySQL: a count that is late covers a longer time, and the rate stays right.
 * The first count after MySQL was down covers a time without rows too.
 */
export function watchMySql(prefix: string, first: number) {
  const rates: number[] = []
  let watching = true
  const work = (async () => {
    let before: { count: number; seconds: number } | undefined
    while (watching) {
      const sql =
        'SELECT COUNT(*) AS count, UNIX_TIMESTAMP(CURRENT_TIMESTAMP(6)) + 0e0 AS seconds FROM reposicao_tickets WHERE seq > ?'
      const [now] = await inMySql<{ count: number; seconds: number }>(prefix, sql, first).catch(() => [])
      if (now !== undefined && before !== undefined) {
        rates.push((now.count - before.count) / (now.seconds - before.seconds))
      }
      before = now ?? before
      await pause(1_000)
    }
  })()
  return {
    /** @returns rows a second, between one count and the next */
    end: async () => {
      watching = false
      await work
      return rates
    },
  }
}
