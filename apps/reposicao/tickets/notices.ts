/**
 * The notices that people follow: from the streams in Redis to open responses.
 *
 * One connection to Redis is subscribed for the whole process. What it receives is only a reason to look: the notices themselves are read
 * from the stream, from the last one that was sent. So none is lost or sent twice if the subscription breaks, and a look every few seconds
 * does the same without it.
 *
 * Read beside: ../ticket-cache.ts (writes them), rules/notice-text.ts, routes/avisos.ts; https://redis.io/docs/latest/develop/pubsub/
 * Touches the world: Redis, one connection more (and one to each Sentinel: a subscriber sends nothing, and would not notice that its master is silent); timers.
 */
import { Readable } from 'node:stream'
import type { Redis } from 'ioredis'
import type { Clock } from '#shared/clock.ts'
import { connectRedis } from '../../../backend/redis/connect.ts'
import type { RedisConnection } from '../../../backend/redis/redis.ts'
import { Refusal, Unavailable } from '../../../backend/refusal.ts'
import { backgroundTrace, type Trace } from '../../../backend/trace.ts'
import { NOTICE_CHANNEL, noticesKey } from '../ticket-cache.ts'
import { HEARTBEAT_TEXT, isEarlier, noticeText, openingText, RELOAD_TEXT } from './rules/notice-text.ts'

/** Milliseconds between two looks that nothing has caused. Each also shows that the connection is alive. */
const LOOK_EVERY_MS = 10_000
/** Open responses of one person at one server: a few browsers with a few tabs. */
const MOST_STREAMS = 20
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
  /** The id of the person who reads. */
  readonly by: number
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
  /** The end was sent, or the reader has closed the response: nothing more is written. */
  isOver: boolean
  last: string
  /** Looks come one after the other. */
  looking: Promise<void>
}

export class Notices {
  readonly #options: NoticesOptions
  readonly #subscriber: Redis
  readonly #disconnect: () => void
  readonly #followers = new Set<NoticeFollower>()
  /** Open responses of each person, by the id of the user. */
  readonly #open = new Map<number, number>()

  constructor(options: NoticesOptions) {
    this.#options = options
    const { client, close } = connectRedis(options.redisUrl, {
      connectionName: `${options.name} avisos`,
      lazyConnect: true,
    })
    this.#subscriber = client
    this.#disconnect = close
    this.#subscriber.on('error', () => {}) // Redis is down: the log has one line about that (backend/dependency.ts)
    this.#subscriber.on('message', (_channel, user) => this.#wake(Number(user)))
    // After every connection, the first one too: what was announced meanwhile is read by the look afterwards.
    this.#subscriber.on('ready', () => {
      this.#subscriber.subscribe(NOTICE_CHANNEL).then(
        () => this.#wakeAll(),
        () => {}, // the connection broke again; the next one begins here
      )
    })
  }

  /** The text of the events, until `lifeMs` are over or the reader closes it. @throws Refusal 429; Unavailable when Redis is down */
  async follow(trace: Trace, { by, whose, after, lifeMs }: FollowOptions): Promise<Readable> {
    const { clock } = this.#options
    const release = this.#reserve(by)
    // If Redis is down it tries again by itself, and the read below refuses the request.
    if (this.#subscriber.status === 'wait') this.#subscriber.connect().catch(() => {})
    const { last, hasGap } = await this.#begin(trace, whose, after).catch(error => {
      release()
      throw error
    })
    const stream = new Readable({ read: () => {} })
    stream.push(openingText(last) + (hasGap ? RELOAD_TEXT : ''))
    const follower: NoticeFollower = { whose, stream, isOver: false, last, looking: Promise.resolve() }
    this.#followers.add(follower)
    const lookAgain = () => {
      stream.push(HEARTBEAT_TEXT)
      this.#look(follower)
      return clock.after(LOOK_EVERY_MS, () => {
        if (!follower.isOver) timer = lookAgain()
      })
    }
    let timer = lookAgain() // the first look finds what came after Last-Event-ID
    const end = clock.after(lifeMs, () => this.#end(follower))
    stream.on('close', () => {
      follower.isOver = true
      this.#followers.delete(follower)
      release()
      timer.cancel()
      end.cancel()
    })
    return stream
  }

  /** Ends all responses: the clients connect again, to another server. */
  endAll(): void {
    for (const follower of this.#followers) this.#end(follower)
  }

  close(): void {
    this.endAll()
    this.#disconnect()
  }

  /** Counted before anything is awaited, so that many requests at the same moment do not pass. @returns what gives the place back */
  #reserve(user: number): () => void {
    const open = this.#open.get(user) ?? 0
    if (open >= MOST_STREAMS) {
      const why = `you have ${MOST_STREAMS} streams open here already; close one`
      throw new Refusal(429, why, { headers: ['Retry-After', '5'] })
    }
    this.#open.set(user, open + 1)
    return () => {
      const left = (this.#open.get(user) ?? 1) - 1
      if (left > 0) this.#open.set(user, left)
      else this.#open.delete(user)
    }
  }

  #end(follower: NoticeFollower): void {
    if (!follower.isOver) follower.stream.push(null)
    follower.isOver = true
    this.#followers.delete(follower)
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
    for (let count = STEP; count === STEP; ) {
      const command = ['XRANGE', key, `(${follower.last}`, '+', 'COUNT', STEP] as const
      const entries = entriesIn(await this.#options.redis.run(backgroundTrace(), ...command))
      for (const entry of entries) {
        if (follower.isOver) return
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
