/**
 * What the routes of the ticket sale are built from.
 *
 * Read beside: ticket-sale.ts (makes them), routes/
 * Pure: types.
 */
import type { Toolkit } from '../../backend/toolkit.ts'
import type { Catalogue } from './catalogue.ts'
import type { SaleConfig } from './config.ts'
import type { Responses } from './idempotency/responses.ts'
import type { SaleLine } from './line/line.ts'
import type { Reservations } from './reservations.ts'

export interface SaleParts extends Pick<Toolkit, 'sessions' | 'events' | 'log'> {
  readonly settings: SaleConfig
  readonly catalogue: Catalogue
  readonly line: SaleLine
  readonly reservations: Reservations
  readonly responses: Responses
}
