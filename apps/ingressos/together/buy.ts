/**
 * Several purchases in one transaction. What was read decides only which purchases are refused; the UPDATE has the condition of the rule,
 * as in ../reservations.ts. If it holds for fewer rows than expected, the transaction is rolled back, and each purchase is tried alone.
 *
 * Read beside: ../reservations.ts (one purchase: the reference), reserve.ts, group-commit.ts, together.test.ts
 * Touches the world: MySQL.
 */
import type { Reply } from '../../../backend/http/reply.ts'
import type { MySql } from '../../../backend/mysql/mysql.ts'
import { Refusal } from '../../../backend/refusal.ts'
import { JointTrace, type Trace } from '../../../backend/trace.ts'
import { createdReply, type KeyedRequest, keepAll } from '../idempotency/responses.ts'
import {
  createdPurchase,
  IS_RESERVED,
  newCodes,
  RESERVATION,
  type Reservation,
  refusalOf,
  TICKET_ROW,
  TICKETS,
  unknownReservation,
} from '../reservations.ts'
import { obstacle } from '../sale.ts'
import { NotTogether, rowsOf } from './rows.ts'

export interface BuyWork {
  readonly trace: Trace
  readonly keyed: KeyedRequest
  readonly reservation: number
}

/** A purchase that is possible. */
interface Purchase extends BuyWork {
  readonly event: number
  readonly codes: readonly string[]
}

/** @returns for each work its 201 or its refusal */
export async function buyTogether(mysql: MySql, works: readonly BuyWork[]): Promise<(Reply | Refusal)[]> {
  return mysql.transaction(new JointTrace(works.map(({ trace }) => trace)), async statements => {
    const select = `${RESERVATION} WHERE id IN (${rowsOf(works.length, '?')})`
    const ids = works.map(({ reservation }) => reservation)
    const found = new Map((await statements.rows<OwnedReservation>(select, ids)).map(row => [row.id, row]))
    const judged = works.map(work => judge(work, found))
    const purchases = judged.filter((one): one is Purchase => !(one instanceof Refusal))
    if (purchases.length > 0) {
      const update = `UPDATE ingressos_reservations SET state = 'bought' WHERE id IN (${rowsOf(purchases.length, '?')}) AND ${IS_RESERVED}`
      const { affectedRows } = await statements.change(
        update,
        purchases.map(({ reservation }) => reservation),
      )
      if (affectedRows !== purchases.length) throw new NotTogether()
      const tickets = purchases.flatMap(({ codes, reservation, event, keyed }) =>
        codes.map(code => [code, reservation, event, keyed.user]),
      )
      await statements.change(`${TICKETS} ${rowsOf(tickets.length, TICKET_ROW)}`, tickets.flat())
      await keepAll(
        statements,
        purchases.map(({ keyed }) => keyed),
        purchases.map(createdOf),
      )
    }
    return judged.map(one => (one instanceof Refusal ? one : createdReply(createdOf(one))))
  })
}

interface OwnedReservation extends Reservation {
  readonly user: number
}

/** Whether the work can be done. Then its reservation counts as bought for the works after it. */
function judge(work: BuyWork, found: Map<number, OwnedReservation>): Purchase | Refusal {
  const reservation = found.get(work.reservation)
  if (reservation === undefined || reservation.user !== work.keyed.user) return unknownReservation(work.reservation)
  const { quantity, state, expiresAt, now, event } = reservation
  const why = obstacle({ quantity, state, expiresAt: expiresAt.getTime() }, now.getTime())
  if (why !== undefined) return refusalOf(why)
  found.set(work.reservation, { ...reservation, state: 'bought' })
  return { ...work, event, codes: newCodes(quantity) }
}

function createdOf({ reservation, codes }: Purchase) {
  return createdPurchase(reservation, codes)
}
