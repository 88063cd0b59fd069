/**
 * The tickets API of reposicao: orders of the wards go into the queue, and the pharmacy works on them.
 *
 * Read beside: routes/, ../gravador/gravador.ts (the other end of the queue), ../README.md
 * Pure: puts routes together.
 */
import { Dependency } from '../../../backend/dependency.ts'
import { openMessaging, QUEUE_MIGRATIONS } from '../../../backend/queue/open-broker.ts'
import type { Application, Toolkit } from '../../../backend/toolkit.ts'
import { METADATA_PATH, metadataRoute } from '../metadata.ts'
import { MIGRATIONS } from '../migrations.ts'
import { TicketCache } from '../ticket-cache.ts'
import { TICKETS_TOPIC } from '../ticket-message.ts'
import { Bearer } from './bearer.ts'
import { JwksCache } from './jwks-cache.ts'
import { Notices } from './notices.ts'
import { ticketOperations } from './operations.ts'
import { noticesRoute } from './routes/avisos.ts'
import { changeRoutes } from './routes/change.ts'
import { createRoute } from './routes/create.ts'
import type { TicketParts } from './routes/parts.ts'
import { readRoutes } from './routes/read.ts'
import { TicketTable } from './ticket-table.ts'

export interface TicketsOptions {
  /** Where the public keys of the auth API are. */
  readonly jwksUrl: string
}

export function tickets(toolkit: Toolkit, { jwksUrl }: TicketsOptions): Application {
  const { mysql, redis, clock, log, config } = toolkit
  const { broker, outbox, close } = openMessaging(toolkit, [TICKETS_TOPIC])
  outbox.start()
  const keys = new JwksCache(jwksUrl, clock)
  const notices = new Notices({ redis, redisUrl: config.redisUrl, name: config.who.host.name, clock })
  const parts: TicketParts = {
    ...toolkit,
    bearer: new Bearer(keys, clock),
    broker,
    cache: new TicketCache(redis),
    table: new TicketTable({ mysql, outbox, clock }),
    notices,
  }
  return {
    routes: [
      metadataRoute(METADATA_PATH),
      noticesRoute(parts),
      createRoute(parts),
      ...readRoutes(parts),
      ...changeRoutes(parts),
    ],
    operations: ticketOperations,
    migrations: [QUEUE_MIGRATIONS, MIGRATIONS],
    dependencies: [
      new Dependency({ name: 'auth', probe: () => keys.probe(), clock, log }),
      ...(broker.dependency ? [broker.dependency] : []),
    ],
    drain: () => notices.endAll(),
    close: async () => {
      notices.close()
      await close()
    },
  }
}
