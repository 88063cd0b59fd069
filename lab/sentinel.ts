/**
 * One of the three Redis servers of `npm start -- --ha`, with a Sentinel beside it. The Sentinels watch the master together; when two of
 * them find it down, they make a replica the master and tell its address to every client that asks.
 *
 *   redis (master) ──► redis2 (replica), redis3 (replica)        a write counts when a replica has it, too (min-replicas-to-write, WAIT)
 *
 * The server and its Sentinel are one host: both get every signal, and the kernel ends the Sentinel when the server ends.
 *
 * Read beside: redis.ts, sentinel-file.ts; https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/
 * Touches the world: runs redis-server twice; opens ports 6379 and 26379 at its address.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Redis } from 'ioredis'
import { SENTINEL_NAME, SENTINEL_PORT } from '#shared/network-map.ts'
import type { Child } from './child.ts'
import { findServer, type RedisOptions, startRedis } from './redis.ts'
import { formatSentinelFile, masterIn, SENTINEL_PERIODS_COMMAND } from './sentinel-file.ts'

export interface SentinelOptions extends RedisOptions {
  /** The addresses of all Redis servers, in the order of the map. */
  readonly group: readonly { readonly address: string }[]
}

const ASK_WITHIN_MS = 500
const PERIODS_WITHIN_MS = 5_000

/** @throws ChildFailure when the server ends by itself */
export async function startRedisBesideSentinel(options: SentinelOptions): Promise<Child> {
  const { address, group } = options
  const folder = resolve(options.folder)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, 'sentinel.conf')
  const written = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const others = group.filter(host => host.address !== address)
  // The master that the running Sentinels name; when none runs, the one in this Sentinel's file; without a file, the first host of the map.
  const master = (await askSentinels(others)) ?? masterIn(written, group) ?? group[0]?.address ?? address
  const place = group.findIndex(host => host.address === address)
  if (masterIn(written, group) === undefined)
    writeFileSync(file, formatSentinelFile({ address, master, folder, place }))
  const child = await startRedis({
    ...options,
    before: ['sh', '-c', START_BOTH, findServer(folder), file],
    extra: [
      ...['--replica-announce-ip', address],
      // Without a replica that has answered this master within two seconds, a write could be lost: it is refused.
      ...['--min-replicas-to-write', '1', '--min-replicas-max-lag', '2', '--repl-ping-replica-period', '1'],
      ...['--repl-timeout', '5'],
      // A replica that needs all data gets them at once. The default is to wait five seconds for further replicas, and meanwhile writes are refused.
      ...['--repl-diskless-sync-delay', '0'],
      ...(master === address ? [] : ['--replicaof', `${master} 6379`]),
    ],
  })
  await child.orEnd(setPeriods(address))
  return child
}

/** The Sentinel was started before the server, so it listens soon. */
async function setPeriods(address: string): Promise<void> {
  const [command = '', ...args] = SENTINEL_PERIODS_COMMAND
  const client = new Redis({
    host: address,
    port: SENTINEL_PORT,
    retryStrategy: () => 20,
    maxRetriesPerRequest: null,
    commandTimeout: PERIODS_WITHIN_MS,
  })
  client.on('error', () => {}) // refused while it starts
  await client
    .call(command, ...args)
    .catch(() => {}) // a Redis before 7.0 keeps its periods
    .finally(() => client.disconnect())
}

/** $0 is redis-server, $1 the file of the Sentinel; the rest becomes this process. */
const START_BOTH = `
if [ -x /usr/bin/setpriv ]; then /usr/bin/setpriv --pdeathsig KILL "$0" "$1" --sentinel & else "$0" "$1" --sentinel & fi
shift
exec "$@"`

/** The address of the master, from the first Sentinel that answers. */
async function askSentinels(hosts: readonly { readonly address: string }[]): Promise<string | undefined> {
  const answers = await Promise.all(hosts.map(({ address }) => askSentinel(address)))
  return answers.find(answer => answer !== undefined)
}

async function askSentinel(address: string): Promise<string | undefined> {
  const client = new Redis({
    host: address,
    port: SENTINEL_PORT,
    lazyConnect: true,
    retryStrategy: null,
    connectTimeout: ASK_WITHIN_MS,
    commandTimeout: ASK_WITHIN_MS,
  })
  client.on('error', () => {}) // refused: no Sentinel runs there
  try {
    await client.connect()
    const answer = (await client.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', SENTINEL_NAME)) as string[] | null
    return answer?.[0]
  } catch {
    return undefined // refused or silent: the next one is asked
  } finally {
    client.disconnect()
  }
}
