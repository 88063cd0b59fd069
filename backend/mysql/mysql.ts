/**
 * The connections to MySQL: prepared statements in a small pool, with a time-out, published as events, tried again where that is
 * safe, and refused at once while the server is down.
 *
 * Safe to try again, on the same server or on another one: a read, and a transaction whose COMMIT was not sent. Neither has changed
 * anything. A server that was stopped (SIGSTOP) may execute the statements later, but it then finds the connection closed, and rolls back.
 * A COMMIT that is answered with a deadlock was rolled back, too. After any other error of COMMIT the change may have been made, and the client gets
 * that error. So no change is made twice, and each change that was acknowledged has been made.
 *
 * Read beside: nodes.ts (which server), errors.ts, bounded.ts (time-outs), migrations.ts, ../dependency.ts
 * Touches the world: through nodes.ts.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import type { Clock } from '#shared/clock.ts'
import type { Events } from '#shared/events.ts'
import type { DependencyState } from '../dependency.ts'
import { Unavailable } from '../refusal.ts'
import { backgroundTrace, type Trace } from '../trace.ts'
import { answerWithin } from './bounded.ts'
import { errorKind, isOfServer, isUsable, PAUSES_MS } from './errors.ts'
import { connectionTo, type MySqlNode, MySqlNodes } from './nodes.ts'

export type SqlValue = string | number | null

export interface MySqlOptions {
  readonly url: URL
  readonly clock: Clock
  readonly events: Events
  /** The result of the last probe: while it is `down`, statements are refused at once. */
  readonly state: () => DependencyState
  /** Brings the database up to date. Called once, before the first statement of a request. */
  readonly prepare: (connection: PoolConnection) => Promise<void>
}

/** Milliseconds. */
const STATEMENT_TIMEOUT_MS = 2_000

/** One connection, inside a transaction or not. */
export interface Statements {
  /** @param values one for each `?`; the number of rows for LIMIT as text: MySQL 8 requires it */
  rows<Row>(sql: string, values?: readonly SqlValue[]): Promise<Row[]>
  /** For INSERT, UPDATE and DELETE. */
  change(sql: string, values?: readonly SqlValue[]): Promise<ResultSetHeader>
}

export class MySql {
  readonly #nodes: MySqlNodes
  readonly #options: MySqlOptions
  #prepared = false

  constructor(options: MySqlOptions) {
    this.#options = options
    this.#nodes = new MySqlNodes(options.url)
  }

  /** Reads, and reads again when the connection breaks. @throws Unavailable when MySQL is down or too slow */
  async rows<Row>(trace: Trace, sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    return this.#attempt(trace, statements => statements.rows<Row>(sql, values))
  }

  /**
   * All statements or none; none if the client of the request has closed its connection before COMMIT. `work` may be called more than
   * once (deadlock, lost connection), so it must do nothing but its statements.
   *
   * @throws Abandoned; Unavailable when MySQL is down, or when the connection broke during COMMIT: then the change may have been made
   */
  async transaction<T>(trace: Trace, work: (statements: Statements) => Promise<T>): Promise<T> {
    return this.#attempt(trace, async (statements, connection) => {
      trace.refuseAbandoned()
      await bounded(connection, connection.query('START TRANSACTION'))
      let result: T
      try {
        result = await work(statements)
        trace.refuseAbandoned()
      } catch (error) {
        // Otherwise #once closes the connection, and the server rolls back by itself.
        if (isUsable(error)) await bounded(connection, connection.query('ROLLBACK'))
        throw error
      }
      await bounded(connection, connection.query('COMMIT')).catch(error => {
        // Galera: another node has changed the same rows. The transaction was rolled back, as after a deadlock.
        if (error.code === 'ER_LOCK_DEADLOCK') throw error
        throw new Unavailable(
          'mysql',
          'the connection to the database broke during COMMIT: check whether the change was made',
          error,
        )
      })
      return result
    })
  }

  /**
   * For {@link Dependency}: connects, brings the database up to date the first time, and executes a statement. In a cluster a node that
   * fails here is left out, and the next one is probed at once: MySQL is down only when no node works.
   */
  async probe(): Promise<void> {
    await this.#nodes.probe()
    for (;;) {
      const node = this.#nodes.current
      try {
        return await this.#once(node, backgroundTrace(), async (statements, connection) => {
          if (!this.#prepared) await this.#options.prepare(connection)
          this.#prepared = true
          await statements.rows('SELECT 1')
        })
      } catch (error) {
        if (!this.#nodes.hasInsteadOf(node)) throw error
      }
    }
  }

  async close(): Promise<void> {
    await this.#nodes.end().catch(error => {
      // The server has closed the connection already.
      if (errorKind(error) !== 'lost') throw error
    })
  }

  async #attempt<T>(trace: Trace, work: MySqlWork<T>): Promise<T> {
    const state = this.#options.state()
    if (state === 'down') throw new Unavailable('mysql', 'MySQL is down; try again in a moment')
    if (!this.#prepared) throw new Unavailable('mysql', 'the database is not ready yet; try again in a moment')
    for (const wait of PAUSES_MS) {
      const node = this.#nodes.current
      try {
        return await this.#once(node, trace, work)
      } catch (error) {
        const kind = errorKind(error)
        if (kind === 'other' || kind === 'missing') throw unavailable(error)
        // The same server is not asked again after a time-out: the client would only wait three times as long.
        if (kind === 'silent' && !this.#nodes.hasInsteadOf(node)) throw unavailable(error)
        await pause(wait)
      }
    }
    return this.#once(this.#nodes.current, trace, work).catch(error => {
      throw unavailable(error)
    })
  }

  async #once<T>(node: MySqlNode, trace: Trace, work: MySqlWork<T>): Promise<T> {
    const connection = await this.#connection(node)
    try {
      const result = await work(this.#statements(trace, connection), connection)
      connection.release()
      return result
    } catch (error) {
      if (isUsable(error)) connection.release()
      else connection.destroy()
      if (isOfServer(error)) this.#nodes.leaveOut(node)
      throw error
    }
  }

  async #connection(node: MySqlNode): Promise<PoolConnection> {
    try {
      return await connectionTo(node)
    } catch (error) {
      if (isOfServer(error)) this.#nodes.leaveOut(node)
      if (errorKind(error) !== 'other') throw error
      // "Queue limit reached": more requests wait for a connection than could be served in time.
      throw new Unavailable('mysql', 'too many requests are waiting for the database', error)
    }
  }

  #statements(trace: Trace, connection: PoolConnection): Statements {
    const execute = async <Result extends RowDataPacket[] | ResultSetHeader>(
      sql: string,
      values: readonly SqlValue[],
    ) => {
      const started = this.#options.clock.now()
      let rows: number | undefined
      try {
        const [result] = await bounded(connection, connection.execute<Result>(sql, [...values]))
        rows = Array.isArray(result) ? result.length : result.affectedRows
        return result
      } finally {
        const ms = this.#options.clock.now() - started
        trace.add('mysql', ms)
        for (const id of trace.ids) this.#options.events.publish('backend.mysql', () => ({ sql, rows, ms }), id)
      }
    }
    return {
      rows: async <Row>(sql: string, values: readonly SqlValue[] = []) =>
        (await execute<RowDataPacket[]>(sql, values)) as unknown as Row[],
      change: (sql, values = []) => execute<ResultSetHeader>(sql, values),
    }
  }
}

/**
 * Waits for MySQL at most {@link STATEMENT_TIMEOUT_MS}. Then the connection is closed, because the server still executes the statement,
 * and its result would be taken for that of the next one. (The time-out of mysql2 begins with Execute, after Prepare has been answered:
 * a server that stops before that would block the request until it runs again.)
 *
 * @throws NoAnswer
 */
function bounded<T>(connection: PoolConnection, answer: Promise<T>): Promise<T> {
  return answerWithin(STATEMENT_TIMEOUT_MS, answer, () => connection.destroy())
}

type MySqlWork<T> = (statements: Statements, connection: PoolConnection) => Promise<T>

/** An error of the statement itself (a duplicate key, for example) is passed to the caller. */
function unavailable(error: unknown): unknown {
  if (error instanceof Unavailable || errorKind(error) === 'other') return error
  return new Unavailable('mysql', 'MySQL does not answer; the reason is in /status', error)
}
