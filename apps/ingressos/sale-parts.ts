/**
 * What the routes of the ticket sale are built from.
 *
 * Read beside: ticket-sale.ts (makes them), routes/
 * Pure: types.
 */
import type { Reply } from '../../backend/http/reply.ts'
import type { Toolkit } from '../../backend/toolkit.ts'
import type { Catalogue } from './catalogue.ts'
import type { SaleConfig } from './config.ts'
import type { Responses } from './idempotency/responses.ts'
import type { SaleLine } from './line/line.ts'
import type { Reservations } from './reservations.ts'
import type { BuyWork } from './together/buy.ts'
import type { GroupCommit } from './together/group-commit.ts'
import type { ReserveWork } from './together/reserve.ts'

export interface SaleParts extends Pick<Toolkit, 'sessions' | 'events' | 'log'> {
  readonly settings: SaleConfig
  readonly catalogue: Catalogue
  readonly line: SaleLine
  readonly reservations: Reservations
  readonly responses: Responses
  /** Groups: the events. */
  readonly reserving: GroupCommit<ReserveWork, Reply>
  readonly buying: GroupCommit<BuyWork, Reply>
}
