/**
 * The control socket: how `npm run lab -- …` talks to a running launcher. It is also the lock that keeps a second lab out.
 *
 *   GET /status · POST /stop?name=N · POST /start?name=N · POST /reset
 *
 * Read beside: launcher.ts (which does it), command.ts (which asks)
 * Touches the world: a Unix socket in the lab's folder, for this user alone.
 */
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import { join, relative } from 'node:path'
import { text } from 'node:stream/consumers'
import { describeError } from '#shared/log.ts'
import { SettingError } from '#shared/settings.ts'
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

/** How long a lab that is there may take to say so, whatever else it is doing, in milliseconds. */
const ANSWER_WITHIN_MS = 4_000

/** @throws AlreadyRunning when a lab listens there; a socket that a killed lab left behind is replaced */
export async function openControl(folder: string, launcher: Launcher): Promise<{ close(): void }> {
  const path = socketPath(folder)
  const server = createServer((incoming, response) => {
    serve(launcher, incoming, response).catch(error => {
      const status = error instanceof CommandError ? 409 : 500
      response.writeHead(status).end(JSON.stringify({ error: describeError(error) }))
    })
  })
  try {
    await listen(server, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    await refuseIfAlive(folder)
    rmSync(path, { force: true, recursive: true })
    await listen(server, path)
  }
  return {
    close: () => {
      server.close()
      server.closeAllConnections()
      rmSync(path, { force: true })
    },
  }
}

async function listen(server: Server, path: string): Promise<void> {
  server.listen(path)
  await once(server, 'listening')
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
    `já há um laboratório ligado nesta pasta · a lab is running in this folder already (${who}): npm run lab -- status`,
  )
}

async function serve(launcher: Launcher, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(incoming.url ?? '/', 'http://lab')
  const name = url.searchParams.get('name') ?? ''
  if (url.pathname === '/start') await launcher.startOne(name)
  else if (url.pathname === '/stop') await launcher.stopOne(name)
  else if (url.pathname === '/reset') await launcher.reset()
  else if (url.pathname !== '/status')
    throw new CommandError(`este comando não existe · there is no such command: ${url.pathname}`)
  const status: LabStatus = { pid: process.pid, ports: launcher.map.ports, components: launcher.status() }
  response.writeHead(200).end(JSON.stringify(status))
}

/** What is on in a folder, at once. @throws as ask() does; CommandError also for a lab that is there and silent */
export function statusOf(folder: string): Promise<LabStatus> {
  return ask(folder, 'GET', '/status', AbortSignal.timeout(ANSWER_WITHIN_MS))
}

/** Has the lab of a folder do something, for as long as that takes. @throws as statusOf() does */
export async function order(folder: string, path: string): Promise<LabStatus> {
  await statusOf(folder)
  return ask(folder, 'POST', path)
}

/**
 * Asks the lab that runs in a folder.
 *
 * @throws NotRunning when nobody listens; CommandError when the lab says no, with its sentence
 */
export async function ask(
  folder: string,
  method: 'GET' | 'POST',
  path: string,
  signal?: AbortSignal,
): Promise<LabStatus> {
  const asked = request({ socketPath: socketPath(folder), method, path, agent: false, ...(signal ? { signal } : {}) })
  asked.end()
  let response: IncomingMessage
  try {
    ;[response] = (await once(asked, 'response')) as [IncomingMessage]
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    // No socket, nobody who listens on it, or no folder there but a file.
    if (['ENOENT', 'ECONNREFUSED', 'ENOTDIR'].includes(code)) {
      throw new NotRunning('nenhum laboratório está ligado aqui · no lab is running here: npm start')
    }
    throw new CommandError(
      `${folder}: o laboratório não responde (parado com Ctrl-Z? fg) · the lab does not answer (stopped with Ctrl-Z? fg)`,
      signal?.aborted ? {} : { cause: error },
    )
  }
  asked.on('error', () => {}) // the lab read no further; what it answered comes first
  const answer = await text(response)
  // Longer than node:http reads, and answered by it alone.
  if (response.statusCode === 431)
    throw new CommandError('nenhum componente tem um nome tão longo · no component has a name as long as that')
  if (response.statusCode !== 200) throw new CommandError(JSON.parse(answer).error)
  return JSON.parse(answer)
}

/** The path of a Unix socket may have 107 octets (unix(7)), and folders are deep. */
const SOCKET_PATH_MAX = 107

/** Relative to where we are, because that is shorter. @throws SettingError when it still is too long */
function socketPath(folder: string): string {
  const path = relative(process.cwd(), join(folder, 'control.sock'))
  if (Buffer.byteLength(path) <= SOCKET_PATH_MAX) return path
  throw new SettingError(
    'LAB_DIR',
    folder,
    `um caminho mais curto, de até ${SOCKET_PATH_MAX} octetos · a shorter path is needed, of at most ${SOCKET_PATH_MAX} octets: ${path}`,
  )
}
