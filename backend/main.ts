/**
 * A backend: `ADDRESS=127.20.0.10 node backend/main.ts`.
 *
 * Read beside: config.ts (the settings), accounts.ts (its application), serve.ts, app.ts (all of its parts)
 * Shell: opens TCP ports 3000 (HTTP) and 9100 (admin) at its address (serve.ts); connects to Redis and MySQL.
 */
import { run } from '#shared/lifecycle.ts'
import { accounts } from './accounts.ts'
import { readConfig } from './config.ts'
import { serveApplication } from './serve.ts'

await run('backend', life => serveApplication(life, readConfig(process.env), accounts))
