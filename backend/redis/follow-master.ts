/**
 * Closes a connection to Redis as soon as the Sentinels name another master; ioredis then asks them for its address and connects there.
 *
 * Without it, a connection to a master that is silent (stopped, or its cable is cut) ends only after its time-outs, and the next attempt may go to the
 * silent address once more. ioredis has the option `failoverDetector` for this, but it closes the connection for the message of every Sentinel. The Sentinel
 * that leads the fail-over sends its message one to two seconds after the others, when the new connection is in use already.
 *
 * Read beside: failover-options.ts; https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/ ("Pub/Sub messages")
 * Touches the world: one TCP connection to each Sentinel.
 */
import { Redis, type RedisOptions } from 'ioredis'
import { FAILOVER_OPTIONS } from './failover-options.ts'

const CHANNEL = '+switch-master'

/**
 * @param options of the client; without Sentinels nothing is done
 * @returns closes the connections to the Sentinels. (An event of the client cannot do that: ioredis has none for a client that is closed between two attempts.)
 */
export function followMaster(client: Redis, { sentinels = [], name }: RedisOptions): () => void {
  const watchers = sentinels.map(({ host, port }) => {
    const watcher = new Redis({
      ...(host === undefined ? {} : { host }),
      ...(port === undefined ? {} : { port }),
      retryStrategy: FAILOVER_OPTIONS.retryStrategy,
      enableReadyCheck: false,
      replyMapping: 'legacy',
    })
    watcher.on('error', () => {}) // this Sentinel is down; it is asked again and again
    watcher.on('ready', () => {
      watcher.subscribe(CHANNEL).catch(() => {}) // the connection broke again; the next one begins here
    })
    watcher.on('message', (_channel, message) => {
      const master = masterNamedIn(message, name)
      const { stream } = client
      if (master === undefined || stream === undefined) return
      if (stream.remoteAddress !== master.host || stream.remotePort !== master.port) stream.destroy()
    })
    return watcher
  })
  return () => {
    for (const watcher of watchers) watcher.disconnect()
  }
}

/** `lab 172.20.0.4 6379 172.20.0.73 6379` (name, old address, new address): the new address; undefined for the master of another group. */
export function masterNamedIn(message: string, name: string | undefined): { host: string; port: number } | undefined {
  const [group, , , host, port] = message.split(' ')
  return host !== undefined && group === name ? { host, port: Number(port) } : undefined
}
