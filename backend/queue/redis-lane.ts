/**
 * One lane of Redis Streams, while a consumer has its lease: claims pending messages, reads further ones, acknowledges, trims.
 *
 * Read beside: redis-consumer.ts (leases), consume.ts (calls this), redis-names.ts (keepFrom)
 * Touches the world: one TCP connection to Redis (and one to each Sentinel), because a blocking XREADGROUP holds up all commands of its connection.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { describeError } from '#shared/log.ts'
import { connectRedis } from '../redis/connect.ts'
import type { Delivery } from './backlog.ts'
import { type Fetched, type LaneSource, workOn } from './consume.ts'
import { entriesIn, groupsIn, keepFrom, keysFor, type StreamEntry } from './redis-names.ts'
import type { RedisConsumerOptions } from './redis-streams-options.ts'

/** Entries that are claimed in one step. */
const CLAIM = 100
/** Acknowledged messages after which the stream is trimmed. */
const TRIM_AFTER = 100
/** Milliseconds. */
const COMMAND_TIMEOUT_MS = 3_000
const PAUSE_AFTER_ERROR_MS = 250
/** An entry can be delivered to a connection that is broken already. It is pending, and is found by the next claim. */
const CLAIM_EVERY_MS = 5_000

export class RedisLane implements LaneSource {
  readonly engine = 'redis' as const
  readonly lane: number
  readonly #options: RedisConsumerOptions
  readonly #keys: ReturnType<typeof keysFor>
  readonly #client: Redis
  readonly #disconnect: () => void
  readonly #end = new AbortController()
  readonly #work: Promise<void>
  /** Claimed entries that were not fetched yet. */
  #claimed: Fetched[] = []
  #claimedAt = 0
  #until: number
  #acknowledged = 0

  /** @param until the end of the lease, by the clock of `options` */
  constructor(options: RedisConsumerOptions, lane: number, until: number) {
    this.lane = lane
    this.#options = options
    this.#keys = keysFor(options.topic, lane, options.group)
    this.#until = until
    const { client, close } = connectRedis(options.redisUrl, {
      connectionName: `${options.name} ${this.#keys.stream}`,
      commandTimeout: COMMAND_TIMEOUT_MS,
      socketTimeout: COMMAND_TIMEOUT_MS,
      maxRetriesPerRequest: 0,
    })
    this.#client = client
    this.#disconnect = close
    this.#client.on('error', () => {}) // the command fails too, with the same reason
    this.#work = this.#run()
  }

  extend(until: number): void {
    this.#until = until
  }

  /** Resolves when the handler that is in progress has ended. */
  async close(): Promise<void> {
    this.#end.abort()
    await this.#work
    this.#disconnect()
  }

  async #run(): Promise<void> {
    const { clock, log, topic, group } = this.#options
    const { signal } = this.#end
    const holds = () => clock.now() < this.#until
    while (!signal.aborted) {
      try {
        if (holds()) {
          await this.#claim()
          await workOn({ ...this.#options, source: this }, holds, signal)
        }
        // The lease has expired: Redis was down, or this process was stopped. It may be renewed; until then nothing is read.
      } catch (error) {
        // A lost connection, or Redis is starting. Everything that was not acknowledged is claimed again.
        if (!signal.aborted)
          log.warn('a lane begins again', { topic, group, lane: this.lane, reason: describeError(error) })
      }
      await pause(PAUSE_AFTER_ERROR_MS, undefined, { signal }).catch(() => {})
    }
  }

  /** Takes over everything that was delivered to this group in this lane and not acknowledged, by any consumer. */
  async #claim(): Promise<void> {
    const { stream, tries } = this.#keys
    const { group, name } = this.#options
    this.#claimedAt = this.#options.clock.now()
    await this.#createGroup()
    const counted = (await this.#client.hgetall(tries)) as Record<string, string>
    this.#claimed = []
    for (let from = '0-0', first = true; first || from !== '0-0'; first = false) {
      const answer = await this.#client.call('XAUTOCLAIM', stream, group, name, 0, from, 'COUNT', CLAIM)
      const [next, entries] = answer as [string, StreamEntry[]]
      this.#claimed.push(...entries.map(entry => fetched(entry, Number(counted[entry[0]] ?? 0))))
      from = next
    }
  }

  async #createGroup(): Promise<void> {
    const { stream } = this.#keys
    await this.#client.call('XGROUP', 'CREATE', stream, this.#options.group, '0', 'MKSTREAM').catch(error => {
      if (!/BUSYGROUP/.test(error.message)) throw error
    })
  }

  async fetch(max: number, waitMs: number): Promise<Fetched[]> {
    // What is in the backlog is claimed too, and ignored there.
    if (waitMs > 0 && this.#options.clock.now() - this.#claimedAt > CLAIM_EVERY_MS) await this.#claim()
    if (this.#claimed.length > 0) return this.#claimed.splice(0, max)
    const { group, name } = this.#options
    const block = waitMs > 0 ? ['BLOCK', waitMs] : []
    const command = ['GROUP', group, name, 'COUNT', max, ...block, 'STREAMS', this.#keys.stream, '>']
    const answer = await this.#interruptible(this.#client.call('XREADGROUP', ...command))
    return entriesIn(answer).map(entry => fetched(entry, 0))
  }

  /** A read that waits ends when the lane is given up. Its connection is closed, so that it takes no entry afterwards. */
  async #interruptible(answer: Promise<unknown>): Promise<unknown> {
    const { signal } = this.#end
    const interrupt = () => this.#client.disconnect()
    signal.addEventListener('abort', interrupt)
    try {
      return await answer
    } finally {
      signal.removeEventListener('abort', interrupt)
    }
  }

  async recordTries(deliveries: readonly Delivery[]): Promise<void> {
    await this.#client.hset(this.#keys.tries, Object.fromEntries(deliveries.map(({ place, tries }) => [place, tries])))
  }

  async acknowledge(places: readonly string[]): Promise<void> {
    const { stream, tries } = this.#keys
    const results = await this.#client
      .multi()
      .xack(stream, this.#options.group, ...places)
      .hdel(tries, ...places)
      .exec()
    for (const [error] of results ?? []) if (error) throw error
    this.#acknowledged += places.length
    if (this.#acknowledged < TRIM_AFTER) return
    this.#acknowledged = 0
    await this.#trim()
  }

  /** Removes what all groups have acknowledged. XTRIM alone would also remove what is pending. */
  async #trim(): Promise<void> {
    const { stream } = this.#keys
    const found = groupsIn(await this.#client.call('XINFO', 'GROUPS', stream))
    const groups = found.filter(({ name }) => this.#options.groups.includes(name))
    // A group that has never begun has everything before it.
    if (groups.length < this.#options.groups.length) return
    const states = []
    for (const { name, lastDelivered } of groups) {
      // Read after the position: an entry that was delivered in between comes after it, and stays.
      const [, oldestPending] = (await this.#client.call('XPENDING', stream, name)) as [number, string | null]
      states.push({ lastDelivered, oldestPending: oldestPending ?? undefined })
    }
    await this.#client.call('XTRIM', stream, 'MINID', keepFrom(states))
  }
}

/** An entry without a field `message`, or deleted by hand, becomes a text that is not a message: it goes to the dead letters. */
function fetched([place, fields]: StreamEntry, tries: number): Fetched {
  const at = fields?.indexOf('message') ?? -1
  return { place, text: at < 0 ? '' : (fields?.[at + 1] ?? ''), tries }
}
