/**
 * `/eventos`: the events with tickets for sale.
 *
 * Read beside: ../migrations/001-events.sql
 * Touches the world: MySQL.
 */
import { json } from '../../../backend/http/reply.ts'
import type { Route } from '../../../backend/http/router.ts'
import type { Toolkit } from '../../../backend/toolkit.ts'

interface EventRow {
  readonly id: number
  readonly nome: string
  readonly total: number
  readonly disponiveis: number
}

const SELECT = 'SELECT id, name AS nome, total, available AS disponiveis FROM ingressos_events ORDER BY id'

export function eventRoutes({ mysql }: Pick<Toolkit, 'mysql'>): Route[] {
  return [
    {
      method: 'GET',
      path: '/eventos',
      handle: async ({ trace }) => json(200, { eventos: await mysql.rows<EventRow>(trace, SELECT) }),
    },
  ]
}
