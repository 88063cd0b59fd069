/**
 * Several reservations of one event in one transaction: four statements for all of them, instead of four for each.
 *
 *     SELECT   the seats left, the end of the reservations
 *     INSERT   the reservations            those that fit, in the order of arrival (sale.ts decides)
 *     INSERT   their responses
 *     UPDATE   the seats of the event      with the condition that there are enough
 *
 * What was read decides only which reservations are refused: at that moment there were not enough seats. The UPDATE has the condition of
 * the rule, as in ../reservations.ts. If it does not hold, because another server was faster, the transaction is rolled back, and each
 * reservation is tried alone.
 *
 * Read beside: ../reservations.ts (one reservation: the reference), group-commit.ts, together.test.ts
 * Touches the world: MySQL.
 */
import type { Reply } from '../../../backend/http/reply.ts'
import type { MySql, Statements } from '../../../backend/mysql/mysql.ts'
import type { Refusal } from '../../../backend/refusal.ts'
import { JointTrace, type Trace } from '../../../backend/trace.ts'
import { createdReply, findAll, type KeyedRequest, keepAll } from '../idempotency/responses.ts'
import { createdReservation, NOW, notEnough, TAKE } from '../reservations.ts'
import { reserve } from '../sale.ts'
import { NotTogether, rowsOf } from './rows.ts'

export interface ReserveWork {
  readonly trace: Trace
  readonly keyed: KeyedRequest
  readonly event: number
  readonly quantity: number
}

interface EventNow {
  readonly total: number
  readonly available: number
  /** UTC. */
  readonly expiresAt: Date
  /** The difference between two ids of AUTO_INCREMENT: more than 1 in a Galera cluster. */
  readonly step: number
}

const EVENT = `SELECT total, available, ${NOW} + INTERVAL ? SECOND AS expiresAt, @@auto_increment_increment AS step
FROM ingressos_events WHERE id = ?`

/**
 * @param works of the same event
 * @param seconds that a reservation lasts
 * @returns for each work its 201 or its refusal
 */
export async function reserveTogether(
  mysql: MySql,
  seconds: number,
  works: readonly ReserveWork[],
): Promise<(Reply | Refusal)[]> {
  const event = works[0]?.event ?? 0
  return mysql.transaction(new JointTrace(works.map(({ trace }) => trace)), async statements => {
    const [now] = await statements.rows<EventNow>(EVENT, [seconds, event])
    if (now === undefined) throw new NotTogether()
    const { fitting, left } = thoseThatFit(now, works)
    const made = new Map<ReserveWork, Reply>()
    if (fitting.length > 0) {
      const first = await insertReservations(statements, event, now.expiresAt, fitting)
      const created = fitting.map(({ quantity }, index) =>
        createdReservation({ id: first + index * now.step, event, quantity, expiresAt: now.expiresAt }),
      )
      await keepAll(
        statements,
        fitting.map(({ keyed }) => keyed),
        created,
      )
      const sum = fitting.reduce((sum, { quantity }) => sum + quantity, 0)
      const { affectedRows } = await statements.change(TAKE, [sum, event, sum])
      if (affectedRows === 0) throw new NotTogether()
      for (const [index, work] of fitting.entries()) {
        const response = created[index]
        if (response) made.set(work, createdReply(response))
      }
    }
    // A request that is repeated may find everything sold, and gets its first response.
    const refused = [...left.keys()].map(({ keyed }) => keyed)
    const replays = await findAll(statements, refused)
    return works.map(work => made.get(work) ?? replays.get(work.keyed) ?? notEnough(left.get(work) ?? 0))
  })
}

/** In the order of arrival: a request for more seats than are left is refused, and the next one may be for fewer. */
function thoseThatFit(now: EventNow, works: readonly ReserveWork[]) {
  const fitting: ReserveWork[] = []
  /** The seats that were left for each refused request. */
  const left = new Map<ReserveWork, number>()
  let seats = { total: now.total, available: now.available }
  for (const work of works) {
    const after = reserve(seats, work.quantity)
    if (after === undefined) left.set(work, seats.available)
    else {
      fitting.push(work)
      seats = after
    }
  }
  return { fitting, left }
}

/**
 * The number of rows is known beforehand ("simple insert"), so their ids are consecutive, whatever `innodb_autoinc_lock_mode` is
 * (MySQL Reference Manual, "AUTO_INCREMENT Handling in InnoDB").
 *
 * @returns the first id
 */
async function insertReservations(
  statements: Statements,
  event: number,
  expiresAt: Date,
  works: readonly ReserveWork[],
): Promise<number> {
  const insert = `INSERT INTO ingressos_reservations (event_id, user_id, quantity, state, expires_at)
VALUES ${rowsOf(works.length, "(?, ?, ?, 'reserved', ?)")}`
  const until = expiresAt.toISOString().slice(0, -1)
  const values = works.flatMap(({ keyed, quantity }) => [event, keyed.user, quantity, until])
  return (await statements.change(insert, values)).insertId
}
