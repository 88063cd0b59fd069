/**
 * One consumer of a group on Redis Streams: it takes lanes by leases, and works on each of them.
 *
 * A lease is a key that expires. All consumers of a group renew theirs and share the lanes evenly: each may have ⌈lanes ÷ consumers⌉. A consumer
 * that ends without releasing its lanes is replaced after {@link LEASE_MS}, or at once when it is started again under its name. The new one claims
 * what the old one had not acknowledged (XAUTOCLAIM).
 *
 * A consumer that was stopped (SIGSTOP) may continue after its lease has expired. It checks its own clock before each try, but a handler that was
 * in progress goes on: its transaction finds the message already recorded (once.ts).
 *
 * Read beside: redis-lane.ts (one lane), consume.ts (the work), redis-names.ts, ../redis/release-script.ts
 * Touches the world: Redis.
 */
import { describeError } from '#shared/log.ts'
import { releaseScript } from '../redis/release-script.ts'
import { Unavailable } from '../refusal.ts'
import { backgroundTrace } from '../trace.ts'
import type { Consumer } from './broker.ts'
import { LANES } from './lanes.ts'
import { RedisLane } from './redis-lane.ts'
import { keysFor } from './redis-names.ts'
import type { RedisConsumerOptions } from './redis-streams-options.ts'

/** Milliseconds. Longer than the pauses of a busy machine; a killed consumer that does not return is replaced after it. */
const LEASE_MS = 3_000
const RENEW_EVERY_MS = 500

/** Registers the consumer, renews its leases, and takes free lanes up to its share. KEYS: members, then the lease of each lane. */
const RENEW = `-- leases
local now = redis.call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local share = math.ceil((#KEYS - 1) / redis.call('ZCARD', KEYS[1]))
local mine = {}
for i = 2, #KEYS do
  if redis.call('GET', KEYS[i]) == ARGV[1] then
    redis.call('PEXPIRE', KEYS[i], ARGV[2])
    mine[#mine + 1] = i - 2
  end
end
for i = 2, #KEYS do
  if #mine < share and redis.call('SET', KEYS[i], ARGV[1], 'NX', 'PX', ARGV[2]) then mine[#mine + 1] = i - 2 end
end
return { share, mine }`

/** Gives a lane back, if it still is this consumer's. */
const RELEASE = releaseScript('release')

export class RedisConsumer implements Consumer {
  readonly #options: RedisConsumerOptions
  readonly #working = new Map<number, RedisLane>()
  /** Lanes that are given back when the handler in progress has ended. Until then their leases are renewed, too. */
  readonly #leaving = new Map<number, Promise<void>>()
  #timer: { cancel(): void } | undefined
  #renewal: Promise<void>
  #closed = false

  constructor(options: RedisConsumerOptions) {
    this.#options = options
    this.#renewal = this.#renewAndGoOn()
  }

  get lanes(): readonly number[] {
    return [...this.#working.keys()]
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#timer?.cancel()
    await this.#renewal
    const giving = [...this.#working.keys()].map(lane => this.#giveBack(lane))
    await Promise.all([...giving, ...this.#leaving.values()])
    const { redis, name, topic, group } = this.#options
    await redis.run(backgroundTrace(), 'ZREM', keysFor(topic, 0, group).members, name).catch(ignoreUnavailable)
  }

  async #renewAndGoOn(): Promise<void> {
    try {
      await this.#renew()
    } catch (error) {
      if (!(error instanceof Unavailable)) {
        this.#options.log.error('the leases could not be renewed', { reason: describeError(error) })
      }
    }
    if (this.#closed) return
    this.#timer = this.#options.clock.after(RENEW_EVERY_MS, () => {
      this.#renewal = this.#renewAndGoOn()
    })
  }

  async #renew(): Promise<void> {
    const { redis, clock, topic, group, name } = this.#options
    const lanes = Array.from({ length: LANES }, (_, lane) => lane)
    const keys = [keysFor(topic, 0, group).members, ...lanes.map(lane => keysFor(topic, lane, group).lease)]
    // Counted from before the command was sent: Redis cannot have set a shorter time.
    const until = clock.now() + LEASE_MS
    const answer = await redis.run(backgroundTrace(), 'EVAL', RENEW, keys.length, ...keys, name, LEASE_MS)
    const [share, mine] = answer as [number, number[]]
    for (const lane of this.#working.keys()) {
      // Lost while this process was stopped. Its work ends by itself; the new owner claims its messages.
      if (!mine.includes(lane)) this.#giveBackLater(lane)
    }
    for (const lane of mine) {
      if (this.#closed) return
      this.#working.get(lane)?.extend(until)
      if (!this.#working.has(lane) && !this.#leaving.has(lane))
        this.#working.set(lane, new RedisLane(this.#options, lane, until))
    }
    for (const lane of mine.slice(share)) this.#giveBackLater(lane)
  }

  /** Not awaited: a handler that takes long must not keep the other leases from being renewed. */
  #giveBackLater(lane: number): void {
    this.#giveBack(lane).catch(error => {
      this.#options.log.error('a lane could not be given back', { lane, reason: describeError(error) })
    })
  }

  #giveBack(lane: number): Promise<void> {
    const leaving = this.#leaving.get(lane) ?? this.#leave(lane).finally(() => this.#leaving.delete(lane))
    this.#leaving.set(lane, leaving)
    return leaving
  }

  async #leave(lane: number): Promise<void> {
    await this.#working.get(lane)?.close()
    this.#working.delete(lane)
    const { redis, topic, group, name } = this.#options
    const { lease } = keysFor(topic, lane, group)
    await redis.run(backgroundTrace(), 'EVAL', RELEASE, 1, lease, name).catch(ignoreUnavailable)
  }
}

/** Redis is down: the lease and the member expire by themselves. */
function ignoreUnavailable(error: unknown): void {
  if (!(error instanceof Unavailable)) throw error
}
