/**
 * Backends inside the test process, each at its address on the network map.
 *
 * Read beside: servers.ts (their databases), browser.ts (their client)
 * Touches the world: opens TCP port 3000 at a loopback address; connects to Redis and MySQL.
 */
import { once } from 'node:events'
import type { Test } from 'tap'
import type { Clock } from '#shared/clock.ts'
import type { LabEvent } from '#shared/events.ts'
import type { Log } from '#shared/log.ts'
import { accounts } from '../accounts.ts'
import { type BackendProgram, createBackend } from '../app.ts'
import { readConfig } from '../config.ts'
import type { Application, Toolkit } from '../toolkit.ts'
import { prefix } from './servers.ts'

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly clock?: Clock
  /** Another application than the accounts of `www`. */
  readonly application?: (toolkit: Toolkit) => Application
}

export interface StartedBackend extends BackendProgram {
  readonly address: string
  readonly url: string
  /** Its log, one `level message {fields}` each. */
  readonly lines: readonly string[]
}

/** Starts backend 1, 2, 3 or 4. Resolves after its first probe of Redis and MySQL. It is closed when the test ends. */
export async function startBackend(
  t: Test,
  ordinal: 1 | 2 | 3 | 4,
  options: StartOptions = {},
): Promise<StartedBackend> {
  const address = `${prefix}.${9 + ordinal}`
  const config = readConfig({ ADDRESS: address, ...options.env })
  const lines: string[] = []
  const backend = createBackend(config, logInto(lines), options.application ?? accounts, options.clock)
  backend.http.listen(config.who.host.port, address)
  await once(backend.http, 'listening')
  t.teardown(async () => {
    backend.http.closeAllConnections()
    await new Promise(closed => backend.http.close(closed))
    await backend.close()
  })
  await backend.start()
  return { ...backend, address, lines, url: `http://${address}:${config.who.host.port}` }
}

function logInto(lines: string[]): Log {
  const write =
    (level: string) =>
    (message: string, fields: object = {}) =>
      void lines.push(`${level} ${message} ${JSON.stringify(fields)}`)
  return { info: write('info'), warn: write('warn'), error: write('error') }
}

/** Collects the events of a backend until the test ends. */
export function collectEvents(t: Test, backend: BackendProgram): LabEvent[] {
  const seen: LabEvent[] = []
  t.teardown(backend.events.watch(event => seen.push(event)))
  return seen
}
