/**
 * The control socket: how `npm run lab -- …` talks to a running launcher. It is also the lock that keeps a second lab out.
 *
 *   GET /status · POST /stop?name=N · POST /start?name=N · POST /pause?name=N · POST /resume?name=N · POST /reset · POST /down
 *
 * An answer is lines of JSON: any number of `{ done, total, what }` while it goes on, then the status of the lab or `{ error }`.
 *
 * Read beside: launcher.ts (which does it), control-client.ts (which asks), socket-place.ts
 * Touches the world: a Unix socket for this user alone, and control.json in the lab's folder, which says where it is.
 */
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { describeError } from '#shared/log.ts'
import { CommandError } from './component-status.ts'
import {
  CONTROL_SOCKET,
  type ControlRecord,
  type LabStatus,
  NotRunning,
  recordFile,
  statusOf,
} from './control-client.ts'
import type { Launcher } from './launcher.ts'
import { startNamed, stopNamed } from './named-power.ts'
import { cannotHoldSockets, pathInside, pathOutside } from './socket-place.ts'

/** Another launcher holds the folder. */
export class AlreadyRunning extends Error {
  override name = 'AlreadyRunning'
}

export interface Control {
  /** Ends the answers to `down`: the end of an answer shows that the lab has ended. Resolves when they are sent. */
  finish(): Promise<void>
  close(): void
}

/**
 * @param down begins to end the launcher; the answer to the caller ends with `finish()`
 * @throws AlreadyRunning when a lab listens there; a socket that a killed lab left behind is replaced
 */
export async function openControl(folder: string, launcher: Launcher, down: () => void = () => {}): Promise<Control> {
  const waiting = new Set<ServerResponse>()
  const server = createServer((incoming, response) => {
    waiting.add(response.on('close', () => waiting.delete(response)))
    serve(launcher, down, incoming, response).catch(error => {
      if (!response.headersSent) response.writeHead(error instanceof CommandError ? 409 : 500)
      response.end(line({ error: describeError(error) }))
    })
  })
  await refuseIfAlive(folder)
  const path = await listen(server, folder)
  const record: ControlRecord = { socket: path, pid: process.pid }
  writeFileSync(recordFile(folder), line(record), { mode: 0o600 })
  return {
    finish: async () => {
      await Promise.all([...waiting].map(response => once(response.end(), 'close')))
    },
    close: () => {
      server.close()
      server.closeAllConnections()
      for (const file of [path, recordFile(folder)]) rmSync(file, { force: true })
    },
  }
}

/** @returns the path, in the folder where that is possible */
async function listen(server: Server, folder: string): Promise<string> {
  const inside = pathInside(folder, CONTROL_SOCKET)
  try {
    if (inside !== undefined) return await listenAt(server, inside, folder)
  } catch (error) {
    if (!cannotHoldSockets(error)) throw error
  }
  return listenAt(server, pathOutside(folder, CONTROL_SOCKET), folder)
}

async function listenAt(server: Server, path: string, folder: string): Promise<string> {
  try {
    await once(server.listen(path), 'listening')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    await refuseIfAlive(folder)
    rmSync(path, { force: true, recursive: true })
    await once(server.listen(path), 'listening')
  }
  return path
}

async function refuseIfAlive(folder: string): Promise<void> {
  let who = 'não responde · it does not answer'
  try {
    const { pid } = await statusOf(folder)
    who = `pid ${pid}`
  } catch (error) {
    if (error instanceof NotRunning) return
  }
  throw new AlreadyRunning(
    `já há um laboratório ligado nesta pasta · a lab is running in this folder already (${who}): npm run lab -- status, npm run lab -- down`,
  )
}

async function serve(
  launcher: Launcher,
  down: () => void,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(incoming.url ?? '/', 'http://lab')
  const name = url.searchParams.get('name') ?? ''
  const stopReporting = launcher.onProgress(progress => response.write(line(progress)))
  response.on('close', stopReporting)
  if (url.pathname === '/down') {
    response.flushHeaders()
    return down()
  }
  if (url.pathname === '/start') await startNamed(launcher, name)
  else if (url.pathname === '/stop') await stopNamed(launcher, name)
  else if (url.pathname === '/pause') launcher.pauseOne(name)
  else if (url.pathname === '/resume') launcher.resumeOne(name)
  else if (url.pathname === '/reset') await launcher.reset()
  else if (url.pathname !== '/status')
    throw new CommandError(`este comando não existe · there is no such command: ${url.pathname}`)
  const { prefix, ports } = launcher.map
  const status: LabStatus = { pid: process.pid, prefix, ports, components: launcher.status() }
  stopReporting()
  response.end(line(status))
}

const line = (value: object) => `${JSON.stringify(value)}\n`
