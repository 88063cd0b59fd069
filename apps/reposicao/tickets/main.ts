/**
 * A server of the tickets API: `ADDRESS=127.20.0.51 node apps/reposicao/tickets/main.ts`.
 *
 * Read beside: tickets.ts, ../README.md, backend/serve.ts
 * Shell: opens TCP ports 3000 (HTTP) and 9100 (admin) at its address; connects to Redis and MySQL and to the auth API.
 */
import { run } from '#shared/lifecycle.ts'
import { processOfApplication, readConfig } from '../../../backend/config.ts'
import { serveApplication } from '../../../backend/serve.ts'
import { readJwksUrl } from './config.ts'
import { tickets } from './tickets.ts'

const PROCESS = processOfApplication('reposicao', 'tickets', 'Tickets')

await run('tickets', life => {
  const config = readConfig(process.env, PROCESS)
  const jwksUrl = readJwksUrl(process.env, config.who.map)
  return serveApplication(life, config, toolkit => tickets(toolkit, { jwksUrl }))
})
