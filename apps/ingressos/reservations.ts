/**
 * The sale in SQL. Each change is an UPDATE with the condition of the rule in sale.ts; the number of changed rows says whether it held.
 * Nothing is decided from what was read before.
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
import type { KeyedWork } from './idempotency/responses.ts'
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

const NOW = 'UTC_TIMESTAMP(3)'
const RESERVE = `INSERT INTO ingressos_reservations (event_id, user_id, quantity, state, expires_at)
VALUES (?, ?, ?, 'reserved', ${NOW} + INTERVAL ? SECOND)`
const TAKE = 'UPDATE ingressos_events SET available = available - ? WHERE id = ? AND available >= ?'
const GIVE_BACK = 'UPDATE ingressos_events SET available = available + ? WHERE id = ?'
const SELECT = `SELECT id, event_id AS event, quantity, state, expires_at AS expiresAt, ${NOW} AS now
FROM ingressos_reservations WHERE id = ? AND user_id = ?`
const BUY = `UPDATE ingressos_reservations SET state = 'bought'
WHERE id = ? AND user_id = ? AND state = 'reserved' AND expires_at > ${NOW}`
const CANCEL = `UPDATE ingressos_reservations SET state = 'cancelled'
WHERE id = ? AND user_id = ? AND state = 'reserved' AND expires_at > ${NOW}`

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
      const expiraEm = instantText(expiresAt.getTime())
      const created = {
        location: `/reservas/${id}`,
        body: JSON.stringify({ id, evento: event, quantidade: quantity, expiraEm }),
      }
      await keep(created)
      const { affectedRows } = await statements.change(TAKE, [quantity, event, quantity])
      if (affectedRows === 0) throw soldOut()
      return created
    }
  }

  /** @throws Refusal 404, 409 (bought already), 410 */
  buy(user: number, id: number): KeyedWork {
    return async (statements, keep) => {
      const { affectedRows } = await statements.change(BUY, [id, user])
      const { event, quantity, ...reservation } = await one(statements, id, user)
      if (affectedRows === 0) throw refusalOf(obstacleOf(reservation))
      const codes = Array.from({ length: quantity }, newCode)
      const rows = codes.map(() => `(?, ?, ?, ?, ${NOW})`).join(', ')
      const insert = `INSERT INTO ingressos_tickets (code, reservation_id, event_id, user_id, bought_at) VALUES ${rows}`
      await statements.change(
        insert,
        codes.flatMap(code => [code, id, event, user]),
      )
      const created = { location: '/ingressos', body: JSON.stringify({ reserva: id, ingressos: codes }) }
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
    if (found === undefined) throw unknown(id)
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

export function soldOut(): Refusal {
  return new Refusal(409, 'there are not enough seats left; seats of reservations that are not paid come back', {
    members: { esgotado: true },
  })
}

function unknown(id: number): Refusal {
  return new Refusal(404, `you have no reservation ${id}`)
}

async function one(statements: Statements, id: number, user: number): Promise<Reservation> {
  const [found] = await statements.rows<Reservation>(SELECT, [id, user])
  if (found === undefined) throw unknown(id)
  return found
}

function obstacleOf({ state, expiresAt, now }: Pick<Reservation, 'state' | 'expiresAt' | 'now'>): Obstacle {
  // The UPDATE found it over by the clock of its own statement, this one is a little later.
  return obstacle({ quantity: 0, state, expiresAt: expiresAt.getTime() }, now.getTime()) ?? 'expired'
}

function refusalOf(why: Obstacle): Refusal {
  if (why === 'bought') return new Refusal(409, 'this reservation was bought already; GET /ingressos lists its tickets')
  if (why === 'cancelled') return new Refusal(410, 'this reservation was cancelled; its seats are available again')
  return new Refusal(410, 'this reservation has expired; its seats are available again')
}

/** Letters and digits that are not taken for one another (Crockford's base 32): 80 random bits, which cannot be guessed. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

function newCode(): string {
  return Array.from(randomBytes(16), octet => ALPHABET[octet % 32]).join('')
}
