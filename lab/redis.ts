/**
 * A private Redis: its data in a folder of ours, on an address of ours, beside any that the system runs.
 *
 * Read beside: mariadb.ts; redis.conf ("SNAPSHOTTING", "APPEND ONLY MODE")
 * Touches the world: runs redis-server and opens its TCP port.
 */
import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { Child, damagedData, type Place } from './child.ts'

export interface RedisOptions extends Place {
  /** The host of the map: `redis` by default. */
  readonly name?: string
  /** A command before redis-server, which must end with exec of it: the Sentinel is started so. */
  readonly before?: readonly string[]
  /** Milliseconds within which the server must answer. */
  readonly readyWithinMs?: number
  /** Further words of redis.conf: `['--replicaof', '127.0.0.1 6379']`. */
  readonly extra?: readonly string[]
}

const READY_WITHIN_MS = 20_000
/** A server that has not answered by then is asked again. */
const ANSWER_WITHIN_MS = 1_000

/** Starts the server and waits until it answers. @throws ChildFailure when it ends by itself */
export async function startRedis(options: RedisOptions): Promise<Child> {
  const folder = resolve(options.folder)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const port = options.port ?? 6379
  const settings = ['--bind', options.address, '--port', String(port), '--dir', folder, '--protected-mode', 'no']
  const child = Child.start({
    name: options.name ?? 'redis',
    logFile: options.logFile,
    advice: damagedData(options.folder),
    // Sessions are written to a file every second, so that they outlive a restart of the lab.
    command: [
      ...(options.within ?? []),
      ...(options.before ?? []),
      findServer(folder),
      ...settings,
      '--save',
      '',
      '--appendonly',
      'yes',
      ...(options.extra ?? []),
    ],
  })
  options.onChild?.(child)
  const client = new Redis({
    host: options.address,
    port,
    lazyConnect: true,
    retryStrategy: null,
    connectTimeout: ANSWER_WITHIN_MS,
    commandTimeout: ANSWER_WITHIN_MS,
  })
  client.on('error', () => {}) // refused while it starts; what matters is thrown below
  try {
    await child.orEnd(untilItAnswers(child, client, `${options.address}:${port}`, options.readyWithinMs))
  } catch (error) {
    await child.kill()
    throw error
  } finally {
    client.disconnect()
  }
  return child
}

async function untilItAnswers(child: Child, client: Redis, where: string, withinMs = READY_WITHIN_MS): Promise<void> {
  const deadline = Date.now() + withinMs
  for (;;) {
    try {
      if (client.status !== 'ready') await client.connect()
      // Another Redis may have the port; then ours ends soon, with its own message.
      if ((await client.info('server')).includes(`process_id:${child.pid}\r\n`)) return
      throw new Error('outro Redis responde ali · another Redis answers there')
    } catch (error) {
      if (!child.running) throw error
      if (Date.now() > deadline) throw Object.assign(child.silence(where, withinMs / 1000), { cause: error })
      await pause(10)
    }
  }
}

/**
 * `redis-server`, or the same program under another name: in Debian's `redis-tools` one binary is server and checker, depending
 * on the name under which it is started. The package `redis-server` would add and start a system service.
 */
export function findServer(folder: string): string {
  const inPath = (name: string) =>
    [...(process.env.PATH ?? '').split(':'), '/usr/bin'].map(place => join(place, name)).find(existsSync)
  const server = inPath('redis-server')
  if (server) return server
  const binary = inPath('redis-check-rdb')
  if (!binary) throw new Error('redis-server não está instalado · is not installed: apt-get install redis-tools')
  const link = join(folder, 'redis-server')
  if (!existsSync(link)) symlinkSync(binary, link)
  return link
}
