/**
 * The notices that people follow: from the streams in Redis to open responses.
 *
 * One connection to Redis is subscribed for the whole process. What it receives is only a reason to look: the notices themselves are read
 * from the stream, from the last one that was sent. So none is lost or sent twice if the subscription breaks, and a look every few seconds
 * does the same without it.
 *
 * Read beside: ../ticket-cache.ts (writes them), rules/notice-text.ts, routes/avisos.ts; https://redis.io/docs/latest/develop/pubsub/
 * Touches the world: Redis, one connection more; timers.
 */
import { Readable } from 'node:stream'
import { Redis } from 'ioredis'
import type { Clock } from '#shared/clock.ts'
import type { RedisConnection } from '../../../backend/redis/redis.ts'
import { redisOptions } from '../../../backend/redis/redis-url.ts'
import { Unavailable } from '../../../backend/refusal.ts'
import { backgroundTrace, type Trace } from '../../../backend/trace.ts'
import { NOTICE_CHANNEL, noticesKey } from '../ticket-cache.ts'
import { HEARTBEAT_TEXT, isEarlier, noticeText, openingText, RELOAD_TEXT } from './rules/notice-text.ts'

/** Milliseconds between two looks that nothing has caused. Each also shows that the connection is alive. */
const LOOK_EVERY_MS = 10_000
/** Notices that are read in one step. */
const STEP = 100

export interface NoticesOptions {
  readonly redis: RedisConnection
  readonly redisUrl: string
  /** The host's name on the map. */
  readonly name: string
  readonly clock: Clock
}

export interface FollowOptions {
  /** Whose tickets; `todos` for all. */
  readonly whose: number | 'todos'
  /** Continue after this one; undefined: from now on. */
  readonly after: string | undefined
  /** Milliseconds until the stream ends: the access token is valid no longer. */
  readonly lifeMs: number
}

/** An open response, and how far it has got. */
interface NoticeFollower {
  readonly whose: number | 'todos'
  readonly stream: Readable
  last: string
  /** Looks come one after the other. */
  looking: Promise<void>
}

export class Notices {
  readonly #options: NoticesOptions
  readonly #subscriber: Redis
  readonly #followers = new Set<NoticeFollower>()

  constructor(options: NoticesOptions) {
    this.#options = options
    this.#subscriber = new Redis({
      ...redisOptions(options.redisUrl),
      connectionName: `${options.name} avisos`,
      lazyConnect: true,
      retryStrategy: attempt => Math.min(25 * 2 ** Math.min(attempt, 10), 500),
      replyMapping: 'legacy',
    })
    this.#subscriber.on('error', () => {}) // Redis is down: the log has one line about that (backend/dependency.ts)
    this.#subscriber.on('message', (_channel, user) => this.#wake(Number(user)))
    this.#subscriber.on('ready', () => this.#wakeAll())
  }

  /** How many responses a person has open here. */
  openOf(whose: number | 'todos'): number {
    return [...this.#followers].filter(follower => follower.whose === whose).length
  }

  /** The text of the events, until `lifeMs` are over or the reader closes it. @throws Unavailable when Redis is down */
  async follow(trace: Trace, { whose, after, lifeMs }: FollowOptions): Promise<Readable> {
    await this.#subscribe()
    const { clock } = this.#options
    const { last, hasGap } = await this.#begin(trace, whose, after)
    const stream = new Readable({ read: () => {} })
    stream.push(openingText(last) + (hasGap ? RELOAD_TEXT : ''))
    const follower: NoticeFollower = { whose, stream, last, looking: Promise.resolve() }
    this.#followers.add(follower)
    let timer = { cancel: () => {} }
    const lookAgain = () => {
      if (!stream.destroyed) stream.push(HEARTBEAT_TEXT)
      this.#look(follower)
      timer = clock.after(LOOK_EVERY_MS, lookAgain)
    }
    timer = clock.after(LOOK_EVERY_MS, lookAgain)
    const end = clock.after(lifeMs, () => stream.push(null))
    stream.on('close', () => {
      this.#followers.delete(follower)
      timer.cancel()
      end.cancel()
    })
    this.#look(follower) // for what came between the first read and now, and after Last-Event-ID
    return stream
  }

  /** Ends all responses: the clients connect again, to another server. */
  endAll(): void {
    for (const { stream } of this.#followers) stream.push(null)
  }

  close(): void {
    this.endAll()
    this.#subscriber.disconnect()
  }

  async #subscribe(): Promise<void> {
    if (this.#subscriber.status !== 'wait') return
    await this.#subscriber.connect().catch(() => {}) // it tries again by itself; until then there are the looks by the clock
    await this.#subscriber.subscribe(NOTICE_CHANNEL)
  }

  /** Where a follower begins, and whether notices before that are gone. */
  async #begin(trace: Trace, whose: number | 'todos', after: string | undefined) {
    const { redis } = this.#options
    const key = noticesKey(whose)
    if (after === undefined) {
      const [newest] = entriesIn(await redis.run(trace, 'XREVRANGE', key, '+', '-', 'COUNT', 1))
      return { last: newest?.id ?? '0-0', hasGap: false }
    }
    const [oldest] = entriesIn(await redis.run(trace, 'XRANGE', key, '-', '+', 'COUNT', 1))
    return { last: after, hasGap: oldest !== undefined && after !== '0-0' && isEarlier(after, oldest.id) }
  }

  #wake(user: number): void {
    for (const follower of this.#followers)
      if (follower.whose === user || follower.whose === 'todos') this.#look(follower)
  }

  #wakeAll(): void {
    for (const follower of this.#followers) this.#look(follower)
  }

  #look(follower: NoticeFollower): void {
    follower.looking = follower.looking
      .then(() => this.#sendNew(follower))
      .catch(error => {
        // Redis is down: the next look reads from the same place.
        if (!(error instanceof Unavailable)) follower.stream.destroy(error)
      })
  }

  async #sendNew(follower: NoticeFollower): Promise<void> {
    const key = noticesKey(follower.whose)
    for (let count = STEP; count === STEP && !follower.stream.destroyed; ) {
      const command = ['XRANGE', key, `(${follower.last}`, '+', 'COUNT', STEP] as const
      const entries = entriesIn(await this.#options.redis.run(backgroundTrace(), ...command))
      for (const entry of entries) {
        if (follower.stream.readableEnded || follower.stream.destroyed) return
        follower.stream.push(noticeText(entry))
        follower.last = entry.id
      }
      count = entries.length
    }
  }
}

function entriesIn(answer: unknown) {
  return (answer as [id: string, fields: string[]][]).map(([id, [, notice = '']]) => ({ id, notice }))
}
