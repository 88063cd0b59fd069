/**
 * Returns the seats of reservations whose time is over. Every server does it, once a second, so no particular one is needed.
 *
 * A server locks the reservations that it returns, and passes over those that another server has locked (SKIP LOCKED): each is returned
 * once. When a server is killed in the middle, the database rolls its transaction back, and another server returns them a second later.
 *
 * Read beside: sale.ts (`isOver`), reservations.ts, MySQL Reference Manual "Locking Read Concurrency with NOWAIT and SKIP LOCKED"
 * Touches the world: MySQL; a timer.
 */
import type { Clock } from '#shared/clock.ts'
import { describeError, type Log } from '#shared/log.ts'
import type { MySql } from '../../backend/mysql/mysql.ts'
import { backgroundTrace } from '../../backend/trace.ts'

const EVERY_MS = 1_000
/** Reservations in one transaction: the rows of their events are locked until it ends. */
const AT_ONCE = 200
/** Responses to keys are kept for a day: no client repeats a request after that. */
const FORGET = 'DELETE FROM ingressos_responses WHERE created_at < UTC_TIMESTAMP(3) - INTERVAL 1 DAY LIMIT 500'
const FORGET_EVERY = 60

const DUE = `SELECT id, event_id AS event, quantity FROM ingressos_reservations
WHERE state = 'reserved' AND expires_at <= UTC_TIMESTAMP(3) ORDER BY expires_at LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED`

export interface ExpiredReservation {
  readonly id: number
  readonly event: number
  readonly quantity: number
}

export interface ExpiryOptions {
  readonly mysql: MySql
  readonly clock: Clock
  readonly log: Log
  /** Called with what was returned, after COMMIT. */
  readonly returned: (reservations: readonly ExpiredReservation[]) => Promise<void>
}

export class Expiry {
  readonly #options: ExpiryOptions
  #timer: { cancel(): void } | undefined
  #working: Promise<void> | undefined
  #rounds = 0
  #trouble: string | undefined
  #stopped = false

  constructor(options: ExpiryOptions) {
    this.#options = options
    this.#later()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#timer?.cancel()
    await this.#working
  }

  #later(): void {
    if (this.#stopped) return
    this.#timer = this.#options.clock.after(EVERY_MS, () => {
      this.#working = this.#round().finally(() => this.#later())
    })
  }

  async #round(): Promise<void> {
    const { mysql, log } = this.#options
    try {
      while (!this.#stopped && (await this.returnDue()).length === AT_ONCE);
      if (this.#rounds++ % FORGET_EVERY === 0)
        await mysql.transaction(backgroundTrace(), statements => statements.change(FORGET))
      this.#trouble = undefined
    } catch (error) {
      // MySQL is down or busy: `/status` says so, and the next round comes in a second. The same reason is logged once.
      const why = describeError(error)
      if (why !== this.#trouble) log.warn('reservations could not be returned', { why })
      this.#trouble = why
    }
  }

  /** Returns the seats of at most {@link AT_ONCE} reservations. */
  async returnDue(): Promise<readonly ExpiredReservation[]> {
    const { mysql, returned } = this.#options
    const due = await mysql.transaction(backgroundTrace(), async statements => {
      const due = await statements.rows<ExpiredReservation>(DUE)
      if (due.length === 0) return due
      const marks = due.map(() => '?').join(', ')
      const ids = due.map(({ id }) => id)
      await statements.change(`UPDATE ingressos_reservations SET state = 'expired' WHERE id IN (${marks})`, ids)
      const seats = Map.groupBy(due, ({ event }) => event)
      for (const event of [...seats.keys()].sort((a, b) => a - b)) {
        const sum = (seats.get(event) ?? []).reduce((sum, { quantity }) => sum + quantity, 0)
        await statements.change('UPDATE ingressos_events SET available = available + ? WHERE id = ?', [sum, event])
      }
      return due
    })
    if (due.length > 0) await returned(due)
    return due
  }
}
