/**
 * Redis, as the backend sees it: commands that are timed, told to whoever watches, and refused at once while it is away.
 *
 * ioredis connects, and connects again, by itself. It would also keep commands until then; here a request that needs a session
 * must rather be told 503 now than be answered in half a minute, so nothing is queued and nothing is sent twice.
 *
 * Read beside: redis-url.ts, ../dependency.ts; https://redis.io/docs/latest/develop/reference/protocol-spec/
 * Touches the world: one TCP connection to Redis (and one to a Sentinel, when the URL names Sentinels).
 */
import { Redis, type RedisOptions } from 'ioredis'
import type { Clock } from '#shared/clock.ts'
import type { EventKinds } from '#shared/event-kinds.ts'
import type { Events } from '#shared/events.ts'
import { describeError } from '#shared/log.ts'
import { Unavailable } from '../refusal.ts'
import { backgroundTrace, type Trace } from '../trace.ts'
import { redisOptions } from './redis-url.ts'

/** A command and its arguments: `['HMGET', 'session:…', 'id', 'role']`. */
export type RedisCommand = readonly [name: string, ...args: (string | number)[]]

export interface RedisConnectionOptions {
  readonly url: string
  readonly name: string
  readonly clock: Clock
  readonly events: Events
}

/** Milliseconds. Redis answers in well under one; who waits longer gets 503. */
const COMMAND_TIMEOUT_MS = 1000
const LONGEST_PAUSE_MS = 500

/** What Redis itself says when it cannot do its work now; anything else it says about a command is a defect of ours. */
const NOT_NOW =
  /^(LOADING|READONLY|MASTERDOWN|OOM|MISCONF|NOREPLICAS|BUSY|TRYAGAIN|NOAUTH|NOPERM|WRONGPASS|ERR max number)/

export class RedisConnection {
  readonly #client: Redis
  readonly #clock: Clock
  readonly #events: Events
  #lastTrouble: string | undefined
  #gathering = false

  constructor({ url, name, clock, events }: RedisConnectionOptions) {
    this.#clock = clock
    this.#events = events
    const options: RedisOptions = {
      ...redisOptions(url),
      connectionName: name,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      commandTimeout: COMMAND_TIMEOUT_MS,
      // A server that is there but says nothing (stopped, or a cable pulled): drop the connection and make a new one.
      socketTimeout: 2 * COMMAND_TIMEOUT_MS,
      connectTimeout: 2 * COMMAND_TIMEOUT_MS,
      retryStrategy: attempt => Math.min(25 * 2 ** Math.min(attempt, 10), LONGEST_PAUSE_MS),
      sentinelRetryStrategy: attempt => Math.min(25 * 2 ** Math.min(attempt, 10), LONGEST_PAUSE_MS),
      // After a fail-over the old master is a replica: leave it, and ask the Sentinels again.
      reconnectOnError: error => error.message.startsWith('READONLY'),
    }
    this.#client = new Redis({ ...options, replyMapping: 'legacy' })
    // Not logged here: the probe says once when Redis goes, and each further attempt to connect would only repeat it.
    this.#client.on('error', error => {
      this.#lastTrouble = describeError(error)
    })
  }

  /** One command, one round trip. @throws Unavailable when Redis is away or too slow */
  async run(trace: Trace, ...command: RedisCommand): Promise<unknown> {
    const [name, ...args] = command
    this.#gather()
    return this.#timed(trace, [command], this.#client.call(name, ...args))
  }

  /** All of them or none, with nobody else's in between (MULTI … EXEC), in one round trip. */
  async transaction(trace: Trace, commands: readonly RedisCommand[]): Promise<unknown[]> {
    return this.#unwrap(await this.#timed(trace, commands, this.#client.multi(commands.map(asCall)).exec()))
  }

  /** One after the other in one round trip; others' commands may come between them. */
  async pipeline(trace: Trace, commands: readonly RedisCommand[]): Promise<unknown[]> {
    return this.#unwrap(await this.#timed(trace, commands, this.#client.pipeline(commands.map(asCall)).exec()))
  }

  /** For {@link Dependency}. */
  async probe(): Promise<void> {
    if (this.#client.status === 'connecting' || this.#client.status === 'connect') await this.#connected()
    if (this.#client.status !== 'ready') throw new Error(`not connected (${this.#lastTrouble ?? this.#client.status})`)
    await this.run(backgroundTrace(), 'PING')
  }

  close(): void {
    this.#client.disconnect()
  }

  /** Resolves when the attempt to connect that is under way has come to its end, one way or the other, or takes too long. */
  #connected(): Promise<void> {
    return new Promise(resolve => {
      const settle = () => {
        clearTimeout(timer)
        this.#client.off('ready', settle).off('close', settle)
        resolve()
      }
      // While no Sentinel answers, ioredis goes on asking them without ever saying that it failed.
      const timer = setTimeout(settle, COMMAND_TIMEOUT_MS)
      this.#client.on('ready', settle).on('close', settle)
    })
  }

  /**
   * What all requests of this turn of the event loop ask goes out in one write, not in one each: a write to a socket is a system
   * call, and under load it was a third of all the work.
   */
  #gather(): void {
    const { stream } = this.#client
    if (this.#gathering || stream === undefined) return
    this.#gathering = true
    stream.cork()
    setImmediate(() => {
      this.#gathering = false
      stream.uncork()
    })
  }

  async #timed<T>(trace: Trace, commands: readonly RedisCommand[], answer: Promise<T>): Promise<T> {
    const started = this.#clock.now()
    try {
      return await answer
    } catch (error) {
      throw unavailable(error)
    } finally {
      const ms = this.#clock.now() - started
      trace.add('redis', ms)
      if (trace.id !== '') {
        for (const command of commands) this.#events.publish('backend.redis', () => describe(command, ms), trace.id)
      }
    }
  }

  #unwrap(results: [error: Error | null, result: unknown][] | null): unknown[] {
    return (results ?? []).map(([error, result]) => {
      if (error) throw unavailable(error)
      return result
    })
  }
}

/** By `call`, so that ioredis does not reshape the answers: a hash comes as Redis sends it, alone or among others. */
function asCall(command: RedisCommand): ['call', ...RedisCommand] {
  return ['call', ...command]
}

function unavailable(error: unknown): unknown {
  const answered = (error as Error)?.name === 'ReplyError'
  if (answered && !NOT_NOW.test((error as Error).message)) return error
  return new Unavailable('redis', 'the session store does not answer; /status says why', error)
}

/** The command and its key. Values stay out: what is in a session is nobody's business. */
function describe([name, ...args]: RedisCommand, ms: number): EventKinds['backend.redis'] {
  const scripted = name === 'EVAL'
  return {
    command: scripted ? `EVAL (${String(args[0]).split('\n', 1)[0]?.replace('-- ', '')})` : name,
    key: args[scripted ? 2 : 0]?.toString(),
    ms,
  }
}
