/**
 * Serves an application on the toolkit: opens its ports, and stops without losing a request.
 *
 * Read beside: app.ts (the parts), http/drain.ts (how it stops), main.ts (the accounts of `www`)
 * Touches the world: opens the program's TCP port and 9100 (admin) at its address; connects to Redis and MySQL.
 */
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { openAdmin } from '#shared/admin.ts'
import type { Lifecycle } from '#shared/lifecycle.ts'
import { createLog } from '#shared/log.ts'
import { createBackend } from './app.ts'
import type { BackendConfig } from './config.ts'
import { closeGently } from './http/drain.ts'
import { BACKLOG } from './http/server.ts'
import type { Application, Toolkit } from './toolkit.ts'

/** @param build makes the application from the toolkit */
export async function serveApplication(
  { onStop }: Pick<Lifecycle, 'onStop'>,
  config: BackendConfig,
  build: (toolkit: Toolkit) => Application,
): Promise<void> {
  const { host, serverName } = config.who
  const log = createLog(host.name)
  const backend = createBackend(config, log, build)
  onStop(() => backend.close())
  // Redis and MySQL may be started later: the program listens after half a second in any case.
  await Promise.race([backend.start(), pause(500)])

  const admin = await openAdmin(backend.admin)
  onStop(() => admin.close())

  backend.http.listen({ port: host.port, host: host.address, backlog: BACKLOG })
  await once(backend.http, 'listening')
  log.info('listening', { address: `${host.address}:${host.port}`, server: serverName, sessions: config.sessions })
  onStop(async () => {
    backend.drain()
    await closeGently(backend.http)
  })
}
