/**
 * Tickets in MySQL: read, listed, changed and deleted. The gravador inserts them (../gravador/recorder.ts).
 *
 * Each change writes its message into the outbox in the same transaction. So the cache and the notices follow also if this process ends
 * right after the commit.
 *
 * Read beside: ../ticket.ts (what may be changed), ../migrations/, backend/queue/outbox.ts
 * Touches the world: MySQL.
 */
import type { Clock } from '#shared/clock.ts'
import type { MySql, Statements } from '../../../backend/mysql/mysql.ts'
import type { Outbox } from '../../../backend/queue/outbox.ts'
import { Refusal } from '../../../backend/refusal.ts'
import type { Trace } from '../../../backend/trace.ts'
import {
  afterStep,
  judgeDelete,
  judgeStep,
  maySee,
  type RequestedState,
  type StepVerdict,
  type Ticket,
  type TicketState,
  type TicketUser,
} from '../ticket.ts'
import { changeMessage, TICKETS_TOPIC, type TicketVersion } from '../ticket-message.ts'

export interface TicketQuery {
  /** Whose tickets; those of all people when it is undefined. */
  readonly owner: number | undefined
  readonly estado: Exclude<TicketState, 'na-fila'> | undefined
  /** Only tickets that are older than this one in the list; 0 for the newest. */
  readonly before: number
  readonly limit: number
}

export interface ListedTicket {
  readonly seq: number
  readonly ticket: Ticket
}

interface TicketRow {
  readonly seq: number
  readonly version: number
  /** Text in MariaDB, an object in MySQL. */
  readonly documento: string | Ticket
}

const SELECT = 'SELECT seq, version, documento FROM reposicao_tickets'

export interface TicketTableOptions {
  readonly mysql: MySql
  readonly outbox: Outbox
  readonly clock: Clock
}

export class TicketTable {
  readonly #options: TicketTableOptions

  constructor(options: TicketTableOptions) {
    this.#options = options
  }

  async find(trace: Trace, id: string): Promise<TicketVersion | undefined> {
    const [row] = await this.#options.mysql.rows<TicketRow>(trace, `${SELECT} WHERE id = ?`, [id])
    return row && versionIn(row)
  }

  /** Newest first. */
  async list(trace: Trace, { owner, estado, before, limit }: TicketQuery): Promise<ListedTicket[]> {
    const conditions = [
      ...(owner === undefined ? [] : [['owner_id = ?', owner] as const]),
      ...(estado === undefined ? [] : [['estado = ?', estado] as const]),
      ...(before === 0 ? [] : [['seq < ?', before] as const]),
    ]
    const where = conditions.length === 0 ? '' : ` WHERE ${conditions.map(([text]) => text).join(' AND ')}`
    const values = [...conditions.map(([, value]) => value), String(limit)]
    const rows = await this.#options.mysql.rows<TicketRow>(trace, `${SELECT}${where} ORDER BY seq DESC LIMIT ?`, values)
    return rows.map(row => ({ seq: row.seq, ticket: versionIn(row).ticket }))
  }

  /**
   * @param isCurrent whether the ticket may be changed in this version (If-Match)
   * @returns the new version; undefined when there is no such ticket in MySQL, or the person may not see it
   * @throws Refusal 403, 409, 412
   */
  async step(
    trace: Trace,
    user: TicketUser,
    id: string,
    to: RequestedState,
    isCurrent: (version: number) => boolean,
  ): Promise<TicketVersion | undefined> {
    return this.#change(trace, user, id, isCurrent, async (statements, { ticket, version }) => {
      refuse(judgeStep(user, ticket.estado, to))
      const after = afterStep(ticket, to, new Date(this.#options.clock.epoch()).toISOString(), user.username)
      const sql = 'UPDATE reposicao_tickets SET estado = ?, version = ?, documento = ? WHERE id = ?'
      await statements.change(sql, [to, version + 1, JSON.stringify(after), id])
      return { ticket: after, version: version + 1, deleted: false }
    })
  }

  /** @returns and @throws as {@link step} */
  async remove(
    trace: Trace,
    user: TicketUser,
    id: string,
    isCurrent: (version: number) => boolean,
  ): Promise<TicketVersion | undefined> {
    return this.#change(trace, user, id, isCurrent, async (statements, { ticket, version }) => {
      refuse(judgeDelete(ticket.estado))
      await statements.change('DELETE FROM reposicao_tickets WHERE id = ?', [id])
      return { ticket, version: version + 1, deleted: true }
    })
  }

  async #change(
    trace: Trace,
    user: TicketUser,
    id: string,
    isCurrent: (version: number) => boolean,
    work: (statements: Statements, found: TicketVersion) => Promise<TicketVersion>,
  ): Promise<TicketVersion | undefined> {
    const { mysql, outbox, clock } = this.#options
    const changed = await mysql.transaction(trace, async statements => {
      const [row] = await statements.rows<TicketRow>(`${SELECT} WHERE id = ? FOR UPDATE`, [id])
      const found = row && versionIn(row)
      if (found === undefined || !maySee(user, found.ticket)) return undefined
      if (!isCurrent(found.version))
        throw new Refusal(412, 'this ticket was changed meanwhile; GET it again, and compare')
      const change = await work(statements, found)
      await outbox.add(statements, TICKETS_TOPIC.name, changeMessage(change, trace.id, clock.epoch()))
      return change
    })
    if (changed) outbox.wake()
    return changed
  }
}

function versionIn({ version, documento }: TicketRow): TicketVersion {
  const ticket = typeof documento === 'string' ? (JSON.parse(documento) as Ticket) : documento
  return { ticket, version, deleted: false }
}

function refuse(verdict: StepVerdict): void {
  if (verdict.kind === 'conflict') throw new Refusal(409, verdict.why)
  if (verdict.kind === 'forbidden') throw new Refusal(403, verdict.why)
}
