/**
 * The comparator of the tickets API: the same order, written to MySQL in the request, without a queue. 201 when it is written.
 *
 * Read beside: apps/reposicao/tickets/ (what it is compared with), bench/queue.ts
 * Shell: opens TCP ports 3000 (HTTP) and 9100 (admin) at its address; connects to Redis and MySQL and to the auth API.
 */
import { run } from '#shared/lifecycle.ts'
import { MIGRATIONS } from '../apps/reposicao/migrations.ts'
import { orderMessage, recordedTicket, TicketOrderSchema } from '../apps/reposicao/ticket-message.ts'
import { Bearer } from '../apps/reposicao/tickets/bearer.ts'
import { readJwksUrl } from '../apps/reposicao/tickets/config.ts'
import { JwksCache } from '../apps/reposicao/tickets/jwks-cache.ts'
import { processOfApplication, readConfig } from '../backend/config.ts'
import { Dependency } from '../backend/dependency.ts'
import { json } from '../backend/http/reply.ts'
import { serveApplication } from '../backend/serve.ts'
import type { Application, Toolkit } from '../backend/toolkit.ts'
import { check } from '../backend/validation/check.ts'

function directTickets({ mysql, clock, log }: Toolkit, jwksUrl: string): Application {
  const keys = new JwksCache(jwksUrl, clock)
  const bearer = new Bearer(keys, clock)
  return {
    routes: [
      {
        method: 'POST',
        path: '/tickets',
        handle: async context => {
          const user = await bearer.authenticate(context.request.headers.authorization)
          const order = check(TicketOrderSchema, (await context.body()).value)
          const now = clock.epoch()
          const message = orderMessage(order, user, context.trace.id, now)
          const { ticket, version } = recordedTicket(message, new Date(now).toISOString())
          const sql = 'INSERT INTO reposicao_tickets (id, owner_id, estado, version, documento) VALUES (?, ?, ?, ?, ?)'
          const values = [ticket.id, user.id, ticket.estado, version, JSON.stringify(ticket)]
          await mysql.transaction(context.trace, statements => statements.change(sql, values))
          return json(201, { id: ticket.id, estado: ticket.estado }, ['Location', `/tickets/${ticket.id}`])
        },
      },
    ],
    operations: {},
    migrations: MIGRATIONS,
    dependencies: [new Dependency({ name: 'auth', probe: () => keys.probe(), clock, log })],
  }
}

await run('direct-tickets', life => {
  const config = readConfig(process.env, processOfApplication('reposicao', 'tickets', 'Direto'))
  const jwksUrl = readJwksUrl(process.env, config.who.map)
  return serveApplication(life, config, toolkit => directTickets(toolkit, jwksUrl))
})
