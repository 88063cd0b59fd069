/**
 * A server of the ticket sale: `ADDRESS=127.20.0.30 node apps/ingressos/main.ts`.
 *
 * Read beside: README.md, ticket-sale.ts (its routes), backend/serve.ts
 * Shell: opens TCP ports 3000 (HTTP) and 9100 (admin) at its address; connects to Redis and MySQL.
 */
import { run } from '#shared/lifecycle.ts'
import { processOfApplication, readConfig } from '../../backend/config.ts'
import { serveApplication } from '../../backend/serve.ts'
import { readSaleConfig } from './config.ts'
import { ticketSale } from './ticket-sale.ts'

const PROCESS = processOfApplication('ingressos', 'ingressos', 'Ingressos')

await run('ingressos', life => {
  const settings = readSaleConfig(process.env)
  return serveApplication(life, readConfig(process.env, PROCESS), toolkit => ticketSale(toolkit, settings))
})
