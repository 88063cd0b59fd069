/**
 * The sale in SQL. Each change is an UPDATE with the condition of the rule in sale.ts; the number of changed rows shows whether it was true.
 * No decision uses a value that was read before.
 *
 * Every transaction changes the reservation first and the event last: there is one order of locks, and the row of the event, which all
 * sales change, is locked for one statement and the COMMIT.
 *
 * Read beside: sale.ts (the rules), migrations/, idempotency/responses.ts
 * Touches the world: MySQL.
 */
import { randomBytes } from 'node:crypto'
import { instantText } from '../../backend/http/reply.ts'
import type { MySql, Statements } from '../../backend/mysql/mysql.ts'
import { Refusal } from '../../backend/refusal.ts'
import type { Trace } from '../../backend/trace.ts'
import type { Created, KeyedWork } from './idempotency/responses.ts'
import { type Obstacle, obstacle, type ReservationState } from './sale.ts'

export interface Reservation {
  readonly id: number
  readonly event: number
  readonly quantity: number
  readonly state: ReservationState
  readonly expiresAt: Date
  /** On the clock of the database. */
  readonly now: Date
}

export interface BoughtTicket {
  readonly codigo: string
  readonly evento: string
  readonly compradoEm: Date
}

export const NOW = 'UTC_TIMESTAMP(3)'
const RESERVE = `INSERT INTO ingressos_reservations (event_id, user_id, quantity, state, expires_at)
VALUES (?, ?, ?, 'reserved', ${NOW} + INTERVAL ? SECOND)`
/** Changes no row when there are not enough seats. */
export const TAKE = 'UPDATE ingressos_events SET available = available - ? WHERE id = ? AND available >= ?'
const GIVE_BACK = 'UPDATE ingressos_events SET available = available + ? WHERE id = ?'
export const RESERVATION = `SELECT id, user_id AS user, event_id AS event, quantity, state, expires_at AS expiresAt, ${NOW} AS now
FROM ingressos_reservations`
const SELECT = `${RESERVATION} WHERE id = ? AND user_id = ?`
/** The condition under which a reservation may be bought or cancelled. */
export const IS_RESERVED = `state = 'reserved' AND expires_at > ${NOW}`
const BUY = `UPDATE ingressos_reservations SET state = 'bought' WHERE id = ? AND user_id = ? AND ${IS_RESERVED}`
const CANCEL = `UPDATE ingressos_reservations SET state = 'cancelled' WHERE id = ? AND user_id = ? AND ${IS_RESERVED}`
export const TICKETS = 'INSERT INTO ingressos_tickets (code, reservation_id, event_id, user_id, bought_at) VALUES'
export const TICKET_ROW = `(?, ?, ?, ?, ${NOW})`

export class Reservations {
  readonly #mysql: MySql
  readonly #seconds: number

  /** @param seconds that a reservation lasts */
  constructor(mysql: MySql, seconds: number) {
    this.#mysql = mysql
    this.#seconds = seconds
  }

  /** @throws Refusal 409 when there are not enough seats */
  reserve(user: number, event: number, quantity: number): KeyedWork {
    return async (statements, keep) => {
      const { insertId: id } = await statements.change(RESERVE, [event, user, quantity, this.#seconds])
      const { expiresAt } = await one(statements, id, user)
      const created = createdReservation({ id, event, quantity, expiresAt })
      await keep(created)
      const { affectedRows } = await statements.change(TAKE, [quantity, event, quantity])
      if (affectedRows === 0) throw notEnough(await availableIn(statements, event))
      return created
    }
  }

  /** @throws Refusal 404, 409 (bought already), 410 */
  buy(user: number, id: number): KeyedWork {
    return async (statements, keep) => {
      const { affectedRows } = await statements.change(BUY, [id, user])
      const { event, quantity, ...reservation } = await one(statements, id, user)
      if (affectedRows === 0) throw refusalOf(obstacleOf(reservation))
      const codes = newCodes(quantity)
      await statements.change(
        `${TICKETS} ${codes.map(() => TICKET_ROW).join(', ')}`,
        codes.flatMap(code => [code, id, event, user]),
      )
      const created = createdPurchase(id, codes)
      await keep(created)
      return created
    }
  }

  /** The seats are available again. Cancelling twice changes nothing more. @returns the event @throws Refusal 404, 409 (bought), 410 */
  async cancel(trace: Trace, user: number, id: number): Promise<number> {
    return this.#mysql.transaction(trace, async statements => {
      const { affectedRows } = await statements.change(CANCEL, [id, user])
      const { event, quantity, ...reservation } = await one(statements, id, user)
      if (affectedRows > 0) await statements.change(GIVE_BACK, [quantity, event])
      else if (reservation.state !== 'cancelled') throw refusalOf(obstacleOf(reservation))
      return event
    })
  }

  /** @throws Refusal 404 for a reservation of another user, too */
  async find(trace: Trace, user: number, id: number): Promise<Reservation> {
    const [found] = await this.#mysql.rows<Reservation>(trace, SELECT, [id, user])
    if (found === undefined) throw unknownReservation(id)
    return found
  }

  /** The newest first, at most 500. */
  async tickets(trace: Trace, user: number): Promise<BoughtTicket[]> {
    const select = `SELECT code AS codigo, name AS evento, bought_at AS compradoEm
      FROM ingressos_tickets JOIN ingressos_events ON ingressos_events.id = event_id
      WHERE user_id = ? ORDER BY bought_at DESC, code LIMIT 500`
    return this.#mysql.rows<BoughtTicket>(trace, select, [user])
  }
}

/** The response to a reservation. */
export function createdReservation({
  id,
  event,
  quantity,
  expiresAt,
}: Pick<Reservation, 'id' | 'event' | 'quantity' | 'expiresAt'>): Created {
  const expiraEm = instantText(expiresAt.getTime())
  return { location: `/reservas/${id}`, body: JSON.stringify({ id, evento: event, quantidade: quantity, expiraEm }) }
}

/** The response to a purchase. */
export function createdPurchase(id: number, codes: readonly string[]): Created {
  return { location: '/ingressos', body: JSON.stringify({ reserva: id, ingressos: codes }) }
}

/** 409. `esgotado` is true only when no seat is left. @param left seats, fewer than were asked for */
export function notEnough(left: number): Refusal {
  const detail = left === 0 ? 'no seat is left' : `only ${left} ${left === 1 ? 'seat is' : 'seats are'} left`
  return new Refusal(409, `${detail}; seats of reservations that are not paid come back`, {
    members: { esgotado: left === 0, disponiveis: left },
  })
}

/** 404, also for a reservation of another user. */
export function unknownReservation(id: number): Refusal {
  return new Refusal(404, `you have no reservation ${id}`)
}

/** Read again by the same transaction, after its UPDATE found too few: as many as the UPDATE saw, or more since then. */
async function availableIn(statements: Statements, event: number): Promise<number> {
  const select = 'SELECT available FROM ingressos_events WHERE id = ? FOR UPDATE'
  const [found] = await statements.rows<{ available: number }>(select, [event])
  return found?.available ?? 0
}

async function one(statements: Statements, id: number, user: number): Promise<Reservation> {
  const [found] = await statements.rows<Reservation>(SELECT, [id, user])
  if (found === undefined) throw unknownReservation(id)
  return found
}

function obstacleOf({ state, expiresAt, now }: Pick<Reservation, 'state' | 'expiresAt' | 'now'>): Obstacle {
  // The UPDATE found it over by the clock of its own statement, this one is a little later.
  return obstacle({ quantity: 0, state, expiresAt: expiresAt.getTime() }, now.getTime()) ?? 'expired'
}

/** 409 for a reservation that was bought, 410 for one that was cancelled or has expired. */
export function refusalOf(why: Obstacle): Refusal {
  if (why === 'bought') return new Refusal(409, 'this reservation was bought already; GET /ingressos lists its tickets')
  if (why === 'cancelled') return new Refusal(410, 'this reservation was cancelled; its seats are available again')
  return new Refusal(410, 'this reservation has expired; its seats are available again')
}

/** Letters and digits that are not taken for one another (Crockford's base 32): 80 random bits, which cannot be guessed. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** The codes of so many tickets. */
export function newCodes(count: number): string[] {
  const octets = randomBytes(16 * count)
  return Array.from({ length: count }, (_, index) =>
    Array.from(octets.subarray(16 * index, 16 * index + 16), octet => ALPHABET[octet % 32]).join(''),
  )
}
