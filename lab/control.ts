/**
 * The control socket: how `npm run lab -- …` talks to a running launcher. It is also the lock that keeps a second lab out.
 *
 *   GET /status · POST /stop?name=N · POST /start?name=N · POST /reset
 *
 * Read beside: launcher.ts (which does it), command.ts (which asks)
 * Touches the world: a Unix socket in the lab's folder, for this user alone.
 */
import { once } from 'node:events'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { join, relative } from 'node:path'
import { text } from 'node:stream/consumers'
import { describeError } from '#shared/log.ts'
import { CommandError, type ComponentStatus, type Launcher } from './launcher.ts'

export interface LabStatus {
  readonly pid: number
  readonly ports: string
  readonly components: readonly ComponentStatus[]
}

/** Another launcher holds the folder. */
export class AlreadyRunning extends Error {
  override name = 'AlreadyRunning'
}

/** Nobody listens in that folder. */
export class NotRunning extends Error {
  override name = 'NotRunning'
}

/** @throws AlreadyRunning when a lab answers there; a socket that a killed lab left behind is replaced */
export async function openControl(folder: string, launcher: Launcher): Promise<{ close(): void }> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = socketPath(folder)
  if (existsSync(path)) {
    const other = await ask(folder, 'GET', '/status').catch(() => undefined)
    if (other) {
      const { pid } = other as LabStatus
      throw new AlreadyRunning(`a lab is running here already (process ${pid}); npm run lab -- status shows it`)
    }
    rmSync(path, { force: true })
  }
  const server = createServer((incoming, response) => {
    serve(launcher, incoming, response).catch(error => {
      const status = error instanceof CommandError ? 409 : 500
      response.writeHead(status).end(JSON.stringify({ error: describeError(error) }))
    })
  })
  server.listen(path)
  await once(server, 'listening')
  return {
    close: () => {
      server.close()
      server.closeAllConnections()
      rmSync(path, { force: true })
    },
  }
}

async function serve(launcher: Launcher, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(incoming.url ?? '/', 'http://lab')
  const name = url.searchParams.get('name') ?? ''
  if (url.pathname === '/start') await launcher.startOne(name)
  else if (url.pathname === '/stop') await launcher.stopOne(name)
  else if (url.pathname === '/reset') await launcher.reset()
  else if (url.pathname !== '/status') throw new CommandError(`there is no command ${url.pathname}`)
  const status: LabStatus = { pid: process.pid, ports: launcher.map.ports, components: launcher.status() }
  response.writeHead(200).end(JSON.stringify(status))
}

/**
 * Asks the lab that runs in a folder.
 *
 * @throws NotRunning when nobody listens; CommandError when the lab says no, with its sentence
 */
export async function ask(folder: string, method: 'GET' | 'POST', path: string): Promise<LabStatus> {
  const asked = request({ socketPath: socketPath(folder), method, path, agent: false })
  asked.end()
  let response: IncomingMessage
  try {
    ;[response] = (await once(asked, 'response')) as [IncomingMessage]
  } catch (error) {
    throw new NotRunning('no lab is running here; npm start starts one', { cause: error })
  }
  const answer = JSON.parse(await text(response))
  if (response.statusCode !== 200) throw new CommandError(answer.error)
  return answer
}

/** Relative to where we are: the path of a Unix socket may have 107 octets, and folders are deep (unix(7)). */
function socketPath(folder: string): string {
  return relative(process.cwd(), join(folder, 'control.sock')) || 'control.sock'
}
