/**
 * The connection to Redis: commands with a time-out, published as events, and refused at once while Redis is down.
 *
 * ioredis connects, and connects again, by itself. It can also keep commands until then, for any time. That is switched off: a request
 * that needs a session should get 503 rather than a response in half a minute. When Redis has closed a connection, a command waits for
 * the next one as long as it would wait for its answer; while the last probe found Redis down, it does not wait at all. A command that
 * only reads is sent again when its connection breaks.
 *
 * Read beside: connect.ts, redis-events.ts, ../dependency.ts; https://redis.io/docs/latest/develop/reference/protocol-spec/
 * Touches the world: one TCP connection to Redis. With replicas two, and one to each Sentinel (connect.ts).
 */
import type { Redis, RedisOptions } from 'ioredis'
import type { Clock } from '#shared/clock.ts'
import type { Events } from '#shared/events.ts'
import { describeError } from '#shared/log.ts'
import type { DependencyState } from '../dependency.ts'
import { Unavailable } from '../refusal.ts'
import { backgroundTrace, type Trace } from '../trace.ts'
import { connectRedis } from './connect.ts'
import { isConnectionLost, unavailable } from './redis-errors.ts'
import { describe, type RedisCommand } from './redis-events.ts'

export type { RedisCommand } from './redis-events.ts'

export interface RedisConnectionOptions {
  readonly url: string
  readonly name: string
  readonly clock: Clock
  readonly events: Events
  /** The result of the last probe: while it is `down`, commands are refused at once. */
  readonly state: () => DependencyState
  /** How many replicas must have received what {@link RedisConnection.durably} writes; 0 (the default) with one Redis. */
  readonly replicas?: number
}

/** Milliseconds. Redis answers in much less than one; without an answer in this time the request gets 503. */
const COMMAND_TIMEOUT_MS = 1000
/** Below {@link COMMAND_TIMEOUT_MS}, so that the answer says what is missing. */
const REPLICA_TIMEOUT_MS = 500

/** Commands that change nothing, and can be sent twice. */
const READS: ReadonlySet<string> = new Set(['GET', 'HMGET', 'ZRANGE', 'PING'])

export class RedisConnection {
  readonly #client: Redis
  /**
   * For WAIT, which holds up all later commands of its connection while no replica answers. With one Redis it is the same connection as {@link #client}.
   */
  readonly #confirmed: Redis
  /** What {@link close} has to call. */
  readonly #ends: (() => void)[] = []
  readonly #clock: Clock
  readonly #events: Events
  readonly #state: () => DependencyState
  readonly #replicas: number
  #lastError: string | undefined
  #gathering = false

  constructor({ url, name, clock, events, state, replicas = 0 }: RedisConnectionOptions) {
    this.#replicas = replicas
    this.#clock = clock
    this.#events = events
    this.#state = state
    const options: RedisOptions = {
      connectionName: name,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      commandTimeout: COMMAND_TIMEOUT_MS,
      // A server that is silent (stopped, or its cable is pulled): this connection is closed, and a new one is made.
      socketTimeout: 2 * COMMAND_TIMEOUT_MS,
      connectTimeout: 2 * COMMAND_TIMEOUT_MS,
    }
    const open = () => {
      const { client, close } = connectRedis(url, options)
      client.setMaxListeners(0) // one for each command that waits for the connection
      // Not logged here: the log has one line when Redis goes down (dependency.ts), and each attempt to connect would repeat it.
      client.on('error', error => {
        this.#lastError = describeError(error)
      })
      this.#ends.push(close)
      return client
    }
    this.#client = open()
    this.#confirmed = replicas > 0 ? open() : this.#client
  }

  /** One command. @throws Unavailable when Redis is down or too slow */
  async run(trace: Trace, ...command: RedisCommand): Promise<unknown> {
    const [name, ...args] = command
    const send = () => {
      this.#gather()
      return this.#client.call(name, ...args)
    }
    return this.#timed(this.#client, trace, [command], READS.has(name) ? () => this.#twice(send) : send, reply => [
      reply,
    ])
  }

  /**
   * One command whose effect must not be lost when the master dies: it is answered only when a replica has received it, too (WAIT).
   * Without replicas (`replicas` 0), the same as {@link run}.
   *
   * @throws Unavailable also when no replica has received it in time; then the command was executed at the master
   */
  async durably(trace: Trace, ...command: RedisCommand): Promise<unknown> {
    if (this.#replicas === 0) return this.run(trace, ...command)
    const [result] = await this.#received(trace, [command])
    return result
  }

  /** {@link transaction}, answered only when a replica has received it, too. */
  async durableTransaction(trace: Trace, commands: readonly RedisCommand[]): Promise<void> {
    if (this.#replicas === 0) await this.transaction(trace, commands)
    else await this.#received(trace, [['MULTI'], ...commands, ['EXEC']])
  }

  /** Sends the commands, and then WAIT, which applies to all earlier commands of the same connection. */
  async #received(trace: Trace, commands: readonly RedisCommand[]): Promise<unknown[]> {
    const wait: RedisCommand = ['WAIT', this.#replicas, REPLICA_TIMEOUT_MS]
    const results = await this.#pipeline(this.#confirmed, trace, [...commands, wait])
    if (Number(results.at(-1)) >= this.#replicas) return results
    throw new Unavailable('redis', 'no replica of Redis has received the change in time')
  }

  /** All commands or none, with no others between them (MULTI … EXEC). @throws Unavailable */
  async transaction(trace: Trace, commands: readonly RedisCommand[]): Promise<unknown[]> {
    const send = () => this.#client.multi(commands.map(asCall)).exec()
    return this.#unwrap(await this.#timed(this.#client, trace, commands, send, resultsOf))
  }

  /** Commands sent together. Those of other clients may be executed between them. @throws Unavailable */
  async pipeline(trace: Trace, commands: readonly RedisCommand[]): Promise<unknown[]> {
    return this.#pipeline(this.#client, trace, commands)
  }

  async #pipeline(client: Redis, trace: Trace, commands: readonly RedisCommand[]): Promise<unknown[]> {
    const send = () => client.pipeline(commands.map(asCall)).exec()
    return this.#unwrap(await this.#timed(client, trace, commands, send, resultsOf))
  }

  /** For {@link Dependency}. */
  async probe(): Promise<void> {
    if (this.#client.status !== 'ready') await this.#connected()
    if (this.#client.status !== 'ready') throw new Error(`not connected (${this.#lastError ?? this.#client.status})`)
    await this.run(backgroundTrace(), 'PING')
  }

  close(): void {
    for (const end of this.#ends) end()
  }

  /** Resolves when the present (or the next) attempt to connect has succeeded, failed, or taken too long. */
  #connected(): Promise<void> {
    // While no Sentinel answers, ioredis asks them again and again, without an event for a failure.
    return untilEvent(this.#client, 'ready', 'close')
  }

  /** Sends a command that only reads, and sends it again if the connection breaks before its answer. */
  async #twice(send: () => Promise<unknown>): Promise<unknown> {
    try {
      return await send()
    } catch (error) {
      if (!isConnectionLost(error) || this.#state() === 'down') throw error
      if (this.#client.status !== 'ready') await untilEvent(this.#client, 'ready')
      return send()
    }
  }

  /**
   * Sends the commands of all requests of this turn of the event loop in one write. Each write to a socket is a system call; one
   * for each command was a third of all the work under load.
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

  /** @param repliesIn the reply to each command, for the events */
  async #timed<T>(
    client: Redis,
    trace: Trace,
    commands: readonly RedisCommand[],
    send: () => Promise<T>,
    repliesIn: (reply: T) => readonly unknown[],
  ): Promise<T> {
    const started = this.#clock.now()
    let replies: readonly unknown[] = []
    try {
      if (client.status !== 'ready' && this.#state() !== 'down') await untilEvent(client, 'ready')
      const reply = await send()
      replies = repliesIn(reply)
      return reply
    } catch (error) {
      throw unavailable(error)
    } finally {
      const ms = this.#clock.now() - started
      trace.add('redis', ms)
      for (const id of trace.ids) {
        for (const [index, command] of commands.entries()) {
          this.#events.publish('backend.redis', () => describe(command, replies[index], ms), id)
        }
      }
    }
  }

  #unwrap(results: RedisReplies): unknown[] {
    return (results ?? []).map(([error, result]) => {
      if (error) throw unavailable(error)
      return result
    })
  }
}

/** Resolves at the first of the events, at most after {@link COMMAND_TIMEOUT_MS}. */
function untilEvent(client: Redis, ...events: ('ready' | 'close')[]): Promise<void> {
  return new Promise(resolve => {
    const settle = () => {
      clearTimeout(timer)
      for (const event of events) client.off(event, settle)
      resolve()
    }
    const timer = setTimeout(settle, COMMAND_TIMEOUT_MS)
    for (const event of events) client.on(event, settle)
  })
}

/** How ioredis returns the replies of a transaction or pipeline: an error or a result for each command. */
type RedisReplies = [error: Error | null, result: unknown][] | null

/** With `call`, ioredis does not convert the answers: a hash comes as Redis sends it, here as in {@link RedisConnection.run}. */
function asCall(command: RedisCommand): ['call', ...RedisCommand] {
  return ['call', ...command]
}

/** The replies of several commands, without their errors. */
function resultsOf(replies: RedisReplies): unknown[] {
  return (replies ?? []).map(([, result]) => result)
}
