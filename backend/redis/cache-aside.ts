/**
 * Cache-aside: a value is read from Redis, and from its source only when Redis does not have it; then it is stored for the next reader.
 *
 *     read ──► Redis has it: hit
 *         └──► it has not: one reader of all servers loads it and stores it; the others wait for that (no stampede)
 *
 * A reader that gets the right to load a value first looks for it in Redis once more: since its first look, another reader may have
 * stored the value and released that right. The right is a random text in Redis, so a reader whose right has expired does not remove
 * the right of the next reader.
 *
 * A cached value may be as old as the cache keeps it, so it decides nothing. A change removes the value; a load that began before
 * the change may store the old value once more, for the same time at most.
 *
 * Read beside: redis.ts, release-script.ts; RFC 9211 (Cache-Status), §2.1 hit, §2.2 fwd, §2.5 stored, §2.6 collapsed; Redis documentation "Client-side caching"
 * Touches the world: Redis; timers.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '#shared/clock.ts'
import { Unavailable } from '../refusal.ts'
import type { Trace } from '../trace.ts'
import type { RedisConnection } from './redis.ts'
import { releaseScript } from './release-script.ts'

export interface CacheAsideOptions {
  readonly redis: Pick<RedisConnection, 'run'>
  readonly clock: Clock
  /** The name of the cache in Cache-Status, and the beginning of its keys in Redis: letters, digits and hyphens. */
  readonly name: string
  /** Milliseconds for which Redis keeps a value. */
  readonly keptMs: number
  /** Milliseconds for which this process uses a value again without asking Redis; added to the age that a value may have. */
  readonly localMs: number
}

/** A value, and the value of the field Cache-Status. */
export interface CachedValue<T> {
  readonly value: T
  readonly status: string
}

/** A reader that has waited this long for the one that loads, in milliseconds, tries to load the value itself. */
const LOADING_MS = 1_000
const LOOK_EVERY_MS = 15
/** Gives the right to load back, if it still is this reader's. */
const RELEASE = releaseScript('loaded')
/** Values that are kept in this process. */
const MOST_LOCAL = 1_000

export class CacheAside {
  readonly #options: CacheAsideOptions
  readonly #local = new Map<string, { value: unknown; until: number }>()
  readonly #reading = new Map<string, Promise<CachedValue<unknown>>>()

  constructor(options: CacheAsideOptions) {
    this.#options = options
  }

  /**
   * @param key of the value in this cache
   * @param load reads the value from its source; JSON can represent it
   */
  async read<T>(trace: Trace, key: string, load: () => Promise<T>): Promise<CachedValue<T>> {
    const { name, clock } = this.#options
    const local = this.#local.get(key)
    if (local !== undefined && local.until > clock.now())
      return { value: local.value as T, status: `${name}; hit; detail=local` }
    const begun = this.#reading.get(key) as Promise<CachedValue<T>> | undefined
    if (begun !== undefined) return { value: (await begun).value, status: `${name}; fwd=miss; collapsed` }
    const reading = this.#readShared(trace, key, load)
    this.#reading.set(key, reading)
    try {
      return await reading
    } finally {
      this.#reading.delete(key)
    }
  }

  /** After a change of the source: the next reader loads it. */
  async remove(trace: Trace, keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#local.delete(key)
    if (keys.length > 0) await this.#options.redis.run(trace, 'DEL', ...keys.map(key => this.#redisKey(key)))
  }

  async #readShared<T>(trace: Trace, key: string, load: () => Promise<T>): Promise<CachedValue<T>> {
    const { name, clock } = this.#options
    const until = clock.now() + LOADING_MS
    let loading: Promise<T> | undefined
    const loadOnce = () => {
      loading ??= load()
      return loading
    }
    try {
      const stored = await this.#stored<T>(trace, key)
      if (stored !== undefined) return { value: stored, status: `${name}; hit` }
      const right = randomUUID()
      while (!(await this.#mayLoad(trace, key, right)) && clock.now() < until) {
        await pause(LOOK_EVERY_MS)
        const loaded = await this.#stored<T>(trace, key)
        if (loaded !== undefined) return { value: loaded, status: `${name}; fwd=miss; collapsed` }
      }
      return await this.#load(trace, key, right, loadOnce)
    } catch (error) {
      if (!(error instanceof Unavailable) || error.dependency !== 'redis') throw error
      return { value: await loadOnce(), status: `${name}; fwd=bypass; detail=redis-is-down` }
    }
  }

  /** The value that Redis has; undefined if it has none. */
  async #stored<T>(trace: Trace, key: string): Promise<T | undefined> {
    const text = (await this.#options.redis.run(trace, 'GET', this.#redisKey(key))) as string | null
    if (text === null) return undefined
    const value: T = JSON.parse(text)
    this.#remember(key, value)
    return value
  }

  /** Only one reader of all servers gets it, until it has stored the value or {@link LOADING_MS} are over. */
  async #mayLoad(trace: Trace, key: string, right: string): Promise<boolean> {
    const loading = `${this.#redisKey(key)}:loading`
    return (await this.#options.redis.run(trace, 'SET', loading, right, 'NX', 'PX', LOADING_MS)) !== null
  }

  /** @param right of this reader; it has none when it has waited too long for another one */
  async #load<T>(trace: Trace, key: string, right: string, load: () => Promise<T>): Promise<CachedValue<T>> {
    const { redis, name, keptMs } = this.#options
    const redisKey = this.#redisKey(key)
    try {
      const loaded = await this.#stored<T>(trace, key)
      if (loaded !== undefined) return { value: loaded, status: `${name}; fwd=miss; collapsed` }
      const value = await load()
      await redis.run(trace, 'SET', redisKey, JSON.stringify(value), 'PX', keptMs)
      this.#remember(key, value)
      return { value, status: `${name}; fwd=miss; stored` }
    } finally {
      await redis.run(trace, 'EVAL', RELEASE, 1, `${redisKey}:loading`, right)
    }
  }

  #remember(key: string, value: unknown): void {
    const { clock, localMs } = this.#options
    if (localMs === 0) return
    if (this.#local.size >= MOST_LOCAL) this.#local.clear()
    this.#local.set(key, { value, until: clock.now() + localMs })
  }

  #redisKey(key: string): string {
    return `${this.#options.name}:${key}`
  }
}
