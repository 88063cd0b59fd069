/**
 * The application: a sale of tickets for events.
 *
 * Read beside: main.ts, routes/, backend/toolkit.ts
 * Pure: puts routes together.
 */
import { loginOperations, profileOperations } from '../../backend/openapi/operations.ts'
import { loginRoutes } from '../../backend/routes/login.ts'
import { perfilRoutes } from '../../backend/routes/perfil.ts'
import type { Application, Toolkit } from '../../backend/toolkit.ts'
import { eventRoutes } from './routes/events.ts'

export function ticketSale(toolkit: Toolkit): Application {
  return {
    routes: [...loginRoutes(toolkit), ...perfilRoutes(toolkit), ...eventRoutes(toolkit)],
    operations: { ...profileOperations, ...loginOperations },
    migrations: { folder: new URL('migrations/', import.meta.url), table: 'ingressos_migrations' },
  }
}
