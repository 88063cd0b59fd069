/**
 * A backend: `ADDRESS=127.20.0.10 node backend/main.ts`.
 *
 * Read beside: config.ts (the settings), accounts.ts (its application), app.ts (all of its parts)
 * Shell: opens TCP ports 3000 (HTTP) and 9100 (admin) at its address; connects to Redis and MySQL.
 */
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { openAdmin } from '#shared/admin.ts'
import { run } from '#shared/lifecycle.ts'
import { createLog } from '#shared/log.ts'
import { accounts } from './accounts.ts'
import { createBackend } from './app.ts'
import { readConfig } from './config.ts'
import { closeGently } from './http/drain.ts'

/** Connections that may wait to be accepted: a class that clicks at the same moment. Node's default is 511; Linux cuts it at `somaxconn`. */
const BACKLOG = 4096

await run('backend', async ({ onStop }) => {
  const config = readConfig(process.env)
  const { host, serverName } = config.who
  const log = createLog(host.name)
  const backend = createBackend(config, log, accounts)
  onStop(() => backend.close())
  // Redis and MySQL may be started later: the backend listens after half a second in any case.
  await Promise.race([backend.start(), pause(500)])

  const { address } = host
  const admin = await openAdmin({ address, events: backend.events, metrics: backend.metrics, status: backend.status })
  onStop(() => admin.close())

  backend.http.listen({ port: host.port, host: address, backlog: BACKLOG })
  await once(backend.http, 'listening')
  log.info('listening', { address: `${address}:${host.port}`, server: serverName, sessions: config.sessions })
  onStop(async () => {
    backend.drain()
    await closeGently(backend.http)
  })
})
