/**
 * The application: a sale of tickets that never sells a seat twice.
 *
 * Read beside: README.md (reading order), main.ts, routes/, backend/toolkit.ts
 * Pure: puts its parts together.
 */
import { loginOperations, profileOperations } from '../../backend/openapi/operations.ts'
import { loginRoutes } from '../../backend/routes/login.ts'
import { perfilRoutes } from '../../backend/routes/perfil.ts'
import type { Application, Toolkit } from '../../backend/toolkit.ts'
import { backgroundTrace } from '../../backend/trace.ts'
import { Catalogue } from './catalogue.ts'
import type { SaleConfig } from './config.ts'
import { Expiry } from './expiry.ts'
import { Responses } from './idempotency/responses.ts'
import { SaleLine } from './line/line.ts'
import { LINE_RULES } from './line/waiting-line.ts'
import { saleOperations } from './operations.ts'
import { Reservations } from './reservations.ts'
import { eventRoutes } from './routes/events.ts'
import { reservationRoutes } from './routes/reservations.ts'
import type { SaleParts } from './sale-parts.ts'
import { buyTogether } from './together/buy.ts'
import { GroupCommit } from './together/group-commit.ts'
import { reserveTogether } from './together/reserve.ts'

export function ticketSale(toolkit: Toolkit, settings: SaleConfig): Application {
  const { mysql, redis, clock, events, log } = toolkit
  const catalogue = new Catalogue(toolkit)
  const reservations = new Reservations(mysql, settings.reservationSeconds)
  const responses = new Responses(mysql)
  const parts: SaleParts = {
    ...toolkit,
    settings,
    catalogue,
    line: new SaleLine(redis, { ...LINE_RULES, rate: settings.admissionsPerSecond }),
    reservations,
    responses,
    reserving: new GroupCommit({
      alone: ({ trace, keyed, event, quantity }) =>
        responses.once(trace, keyed, reservations.reserve(keyed.user, event, quantity)),
      together: works => reserveTogether(mysql, settings.reservationSeconds, works),
    }),
    buying: new GroupCommit({
      alone: ({ trace, keyed, reservation }) => responses.once(trace, keyed, reservations.buy(keyed.user, reservation)),
      together: works => buyTogether(mysql, works),
    }),
  }
  const expiry = new Expiry({
    mysql,
    clock,
    log,
    returned: async expired => {
      for (const { id: reservation, event, quantity } of expired)
        events.publish('ingressos.reservation', () => ({ event, reservation, quantity, state: 'expired' }))
      await catalogue.changed(backgroundTrace(), [...new Set(expired.map(({ event }) => event))])
    },
  })
  return {
    routes: [...loginRoutes(toolkit), ...perfilRoutes(toolkit), ...eventRoutes(parts), ...reservationRoutes(parts)],
    operations: { ...profileOperations, ...loginOperations, ...saleOperations },
    migrations: { folder: new URL('migrations/', import.meta.url), table: 'ingressos_migrations' },
    close: () => expiry.stop(),
  }
}
