/**
 * What the routes of the tickets API share.
 *
 * Read beside: ../tickets.ts (makes it)
 * Pure: types and small functions.
 */
import type { Broker } from '../../../../backend/queue/broker.ts'
import { Refusal } from '../../../../backend/refusal.ts'
import type { Toolkit } from '../../../../backend/toolkit.ts'
import type { TicketCache } from '../../ticket-cache.ts'
import type { Bearer } from '../bearer.ts'
import type { Notices } from '../notices.ts'
import type { TicketTable } from '../ticket-table.ts'

export interface TicketParts extends Pick<Toolkit, 'clock' | 'log' | 'redis'> {
  readonly bearer: Bearer
  readonly broker: Broker
  readonly cache: TicketCache
  readonly table: TicketTable
  readonly notices: Notices
}

/** A UUID in lower case, as in the responses. */
export const TICKET_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The same answer whether the ticket does not exist or belongs to another ward. */
export function noSuchTicket(id: string): Refusal {
  return new Refusal(404, `there is no ticket ${id} here that you may see`)
}
