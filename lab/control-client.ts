/**
 * Asks a running launcher over its control socket.
 *
 * Read beside: control.ts (the other end), socket-place.ts
 * Touches the world: reads control.json in the lab's folder, connects to a Unix socket.
 */
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { PortRange } from '#shared/network-map.ts'
import { CommandError, type ComponentStatus } from './component-status.ts'
import type { Progress } from './progress.ts'
import { pathInside } from './socket-place.ts'

export interface LabStatus {
  readonly pid: number
  readonly prefix: string
  readonly ports: PortRange
  readonly components: readonly ComponentStatus[]
}

/** control.json: where the socket is, and which process has opened it. */
export interface ControlRecord {
  readonly socket: string
  readonly pid: number
}

/** Nothing listens in that folder. */
export class NotRunning extends Error {
  override name = 'NotRunning'
}

export const CONTROL_SOCKET = 'control.sock'

/** How long a running lab may take to answer, whatever else it is doing, in milliseconds. */
const ANSWER_WITHIN_MS = 4_000

export interface AskOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
}

export function recordFile(folder: string): string {
  return join(folder, 'control.json')
}

/** Undefined when no lab has opened a socket for this folder, or it has closed it again. */
export function controlRecord(folder: string): ControlRecord | undefined {
  try {
    return JSON.parse(readFileSync(recordFile(folder), 'utf8'))
  } catch {
    return undefined // no such file, or a damaged one: then the socket is looked for where it usually is
  }
}

/** The state of the lab of a folder, at once. @throws as ask() does; CommandError also for a running lab that does not answer */
export function statusOf(folder: string): Promise<LabStatus> {
  return ask(folder, 'GET', '/status', { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
}

/** Has the lab of a folder do something, for as long as that takes. @throws as statusOf() does */
export async function order(
  folder: string,
  path: string,
  onProgress?: (progress: Progress) => void,
): Promise<LabStatus> {
  await statusOf(folder)
  return ask(folder, 'POST', path, onProgress ? { onProgress } : {})
}

/**
 * Asks the lab that runs in a folder.
 *
 * @throws NotRunning when nothing listens; CommandError with the lab's sentence when it refuses
 */
export async function ask(
  folder: string,
  method: 'GET' | 'POST',
  path: string,
  { signal, onProgress = () => {} }: AskOptions = {},
): Promise<LabStatus> {
  const silent = () =>
    new CommandError(
      `${folder}: o laboratório não responde (parado com Ctrl-Z? fg) · the lab does not answer (stopped with Ctrl-Z? fg): npm run lab -- down`,
    )
  const response = await connect(folder, method, path, signal).catch(error => {
    throw error instanceof NotRunning ? error : Object.assign(silent(), signal?.aborted ? {} : { cause: error })
  })
  // Longer than node:http reads, and answered by it alone.
  if (response.statusCode === 431)
    throw new CommandError('nenhum componente tem um nome tão longo · no component has a name as long as that')
  let last: Partial<LabStatus & Progress & { error: string }> = {}
  try {
    for await (const text of createInterface(response)) {
      last = JSON.parse(text)
      if (last.total !== undefined) onProgress(last as Progress)
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error // that of a lab that was killed
  }
  if (last.error !== undefined) throw new CommandError(last.error)
  if (last.components !== undefined) return last as LabStatus
  throw new NotRunning('o laboratório terminou · the lab has ended')
}

/** To the first place where something listens. */
async function connect(
  folder: string,
  method: string,
  path: string,
  signal: AbortSignal | undefined,
): Promise<IncomingMessage> {
  for (const socketPath of places(folder)) {
    const asked = request({ socketPath, method, path, agent: false, ...(signal ? { signal } : {}) })
    asked.end()
    try {
      const [response] = (await once(asked, 'response')) as [IncomingMessage]
      asked.on('error', () => {}) // the lab read no further; its answer comes first
      return response
    } catch (error) {
      // No socket, nothing that listens on it, or the folder is a file.
      if (!['ENOENT', 'ECONNREFUSED', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    }
  }
  throw new NotRunning('nenhum laboratório está ligado aqui · no lab is running here: npm start')
}

function places(folder: string): string[] {
  const all = [controlRecord(folder)?.socket, pathInside(folder, CONTROL_SOCKET)]
  return [...new Set(all)].filter(path => path !== undefined && existsSync(path)) as string[]
}
