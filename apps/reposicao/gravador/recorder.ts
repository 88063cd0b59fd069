/**
 * What the gravador does with the messages in the topic `tickets`: writes orders to MySQL in batches, then their states to Redis.
 *
 *     1  MySQL: the ids of the messages and the tickets, in one transaction      the effect, once
 *     2  Redis: the state of each ticket, a notice for its requester             may be done again without harm
 *     3  the broker: acknowledged                                               (backend/queue/consume.ts)
 *
 * If this process ends between two steps, the messages are delivered again: 1 finds their ids and inserts nothing, 2 finds the same versions.
 *
 * Read beside: ../ticket-message.ts, ../ticket-cache.ts, backend/queue/once.ts
 * Touches the world: MySQL, Redis.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '#shared/clock.ts'
import type { MySql, SqlValue, Statements } from '../../../backend/mysql/mysql.ts'
import type { Envelope } from '../../../backend/queue/envelope.ts'
import { firstTimeOf } from '../../../backend/queue/once.ts'
import { Unprocessable } from '../../../backend/queue/retry-rule.ts'
import { Trace } from '../../../backend/trace.ts'
import type { TicketCache } from '../ticket-cache.ts'
import { changeIn, RECORDER_GROUP, recordedTicket, type TicketVersion } from '../ticket-message.ts'
import type { Pace } from './pace.ts'

export interface RecorderOptions {
  readonly mysql: MySql
  readonly cache: TicketCache
  readonly pace: Pace
  readonly clock: Clock
}

export class TicketRecorder {
  readonly #options: RecorderOptions

  constructor(options: RecorderOptions) {
    this.#options = options
  }

  /** Handles a batch of one lane. @throws Unprocessable for a message of an unknown type or form; Unavailable */
  async handle(messages: readonly Envelope[]): Promise<void> {
    const { clock, cache } = this.#options
    const now = new Date(clock.epoch()).toISOString()
    const versions = messages.map(message => versionOf(message, now))
    // The hops of a single message belong to the journey of its request; those of a batch to no request.
    const [first] = messages
    const trace = new Trace(messages.length === 1 ? (first?.requestId ?? '') : '')
    const orders = messages.filter(({ type }) => type === 'ticket.novo')
    if (orders.length > 0) await this.#record(trace, orders, now)
    await cache.change(trace, versions)
  }

  async #record(trace: Trace, orders: readonly Envelope[], now: string): Promise<void> {
    const { mysql, pace, clock } = this.#options
    const wait = pace.reserve(orders.length, clock.now())
    if (wait > 0) await pause(wait)
    await mysql.transaction(trace, async statements => {
      const fresh = await firstTimeOf(statements, RECORDER_GROUP, orders)
      if (fresh.length > 0)
        await insert(
          statements,
          fresh.map(order => recordedTicket(order, now)),
        )
    })
  }
}

/** One statement for all: MySQL has to read, log and flush once. */
async function insert(statements: Statements, versions: readonly TicketVersion[]): Promise<void> {
  const row = '(?, ?, ?, ?, ?)'
  const values: SqlValue[] = versions.flatMap(({ ticket, version }) => [
    ticket.id,
    ticket.solicitante.id,
    ticket.estado,
    version,
    JSON.stringify(ticket),
  ])
  const sql = `INSERT INTO reposicao_tickets (id, owner_id, estado, version, documento) VALUES ${versions.map(() => row).join(', ')}`
  await statements.change(sql, values)
}

function versionOf(message: Envelope, now: string): TicketVersion {
  if (message.type === 'ticket.novo') return recordedTicket(message, now)
  if (message.type === 'ticket.mudou') return changeIn(message)
  throw new Unprocessable(`the type "${message.type}" is unknown here`)
}
