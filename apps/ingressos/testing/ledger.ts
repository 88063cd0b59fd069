/**
 * What is in MySQL, and whether it is consistent: the proof that no seat was sold twice.
 *
 * Read beside: ../migrations/, ../sale.ts
 * Touches the world: reads MySQL.
 */
import { createPool, type Pool, type RowDataPacket } from 'mysql2/promise'
import { hostNamed, type NetworkMap } from '#shared/network-map.ts'

export interface LedgerSample {
  readonly total: number
  readonly available: number
  readonly reserved: number
  readonly bought: number
  readonly tickets: number
}

const SAMPLE = `SELECT total, available,
  CAST((SELECT COALESCE(SUM(quantity), 0) FROM ingressos_reservations WHERE event_id = e.id AND state = 'reserved') AS SIGNED) AS reserved,
  CAST((SELECT COALESCE(SUM(quantity), 0) FROM ingressos_reservations WHERE event_id = e.id AND state = 'bought') AS SIGNED) AS bought,
  (SELECT COUNT(*) FROM ingressos_tickets WHERE event_id = e.id) AS tickets
FROM ingressos_events e WHERE id = ?`

export class SaleLedger {
  readonly #pool: Pool
  readonly #event: number

  /** @param host the MySQL node that is read: with `--ha`, one that is not killed */
  constructor(map: NetworkMap, event: number, host = 'mysql') {
    this.#pool = createPool(`mysql://lab:lab@${hostNamed(map, host).address}:3306/meutrabalho`)
    this.#event = event
  }

  /** One consistent look, and what is wrong with it, in one sentence. */
  async sample(): Promise<LedgerSample & { wrong: string | undefined }> {
    const [[row]] = await this.#pool.query<RowDataPacket[]>(SAMPLE, [this.#event])
    const sample = row as RowDataPacket & LedgerSample
    const { total, available, reserved, bought, tickets } = sample
    const wrong = available + reserved + bought !== total || tickets !== bought || available < 0
    return { ...sample, wrong: wrong ? JSON.stringify(sample) : undefined }
  }

  /** The tickets of each user. */
  async tickets(): Promise<Map<number, string[]>> {
    const select = 'SELECT code, user_id AS user FROM ingressos_tickets WHERE event_id = ?'
    const [rows] = await this.#pool.query<RowDataPacket[]>(select, [this.#event])
    const found = Map.groupBy(rows, ({ user }) => user as number)
    return new Map([...found].map(([user, rows]) => [user, rows.map(({ code }) => code as string)]))
  }

  /** Keys that two responses, or a reservation that two purchases have. There are none. */
  async soldTwice(): Promise<number> {
    const [[row]] = await this.#pool.query<RowDataPacket[]>(
      `SELECT COUNT(*) AS twice FROM (SELECT reservation_id FROM ingressos_tickets t JOIN ingressos_reservations r ON r.id = t.reservation_id
       WHERE t.event_id = ? GROUP BY reservation_id, r.quantity HAVING COUNT(*) <> r.quantity) AS wrong`,
      [this.#event],
    )
    return row?.twice
  }

  async close(): Promise<void> {
    await this.#pool.end()
  }
}
