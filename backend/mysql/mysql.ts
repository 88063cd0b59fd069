/**
 * MySQL, as the backend sees it: prepared statements on a bounded pool, timed, told to whoever watches, tried again where
 * that is safe, and refused at once while the server is away.
 *
 * Safe means: a read changes nothing, and a transaction whose COMMIT was never sent has changed nothing either.
 *
 * Read beside: retry.ts, migrations.ts, ../dependency.ts
 * Touches the world: up to {@link POOL}.connectionLimit TCP connections to MySQL.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { createPool, type Pool, type PoolConnection, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise'
import type { Clock } from '#shared/clock.ts'
import type { Events } from '#shared/events.ts'
import type { DependencyState } from '../dependency.ts'
import { Unavailable } from '../refusal.ts'
import { backgroundTrace, type Trace } from '../trace.ts'
import { PAUSES_MS, troubleOf } from './errors.ts'

export type SqlValue = string | number | null

export interface MySqlOptions {
  readonly url: URL
  readonly clock: Clock
  readonly events: Events
  /** What the last probe found: while it says `down`, nobody has to wait to learn the same. */
  readonly state: () => DependencyState
  /** Brings the database up to date; run once, before the first statement of a request. */
  readonly prepare: (connection: PoolConnection) => Promise<void>
}

const POOL = { connectionLimit: 8, maxIdle: 2, idleTimeout: 60_000, queueLimit: 64, connectTimeout: 1_500 } as const
/** Milliseconds. */
const STATEMENT_TIMEOUT_MS = 2_000
const WAIT_FOR_CONNECTION_MS = 2_000

/** One connection, inside a transaction or not. */
export interface Statements {
  /** @param values one for each `?`; a row count for LIMIT is passed as text, as MySQL 8 wants it */
  rows<Row>(sql: string, values?: readonly SqlValue[]): Promise<Row[]>
  /** For INSERT, UPDATE and DELETE. */
  change(sql: string, values?: readonly SqlValue[]): Promise<ResultSetHeader>
}

export class MySql {
  readonly #pool: Pool
  readonly #options: MySqlOptions
  #prepared = false

  constructor(options: MySqlOptions) {
    this.#options = options
    const { hostname, port, username, password, pathname } = options.url
    this.#pool = createPool({
      ...POOL,
      host: hostname,
      port: Number(port || 3306),
      user: decodeURIComponent(username),
      password: decodeURIComponent(password),
      database: decodeURIComponent(pathname.slice(1)),
      charset: 'utf8mb4',
      timezone: 'Z',
    })
  }

  /** Reads, and reads again when the connection breaks. @throws Unavailable when MySQL is away or too slow */
  async rows<Row>(trace: Trace, sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    return this.#attempt(trace, statements => statements.rows<Row>(sql, values))
  }

  /**
   * All of it or nothing. `work` may run more than once (deadlock, connection lost), so it does nothing but its statements.
   *
   * @throws Unavailable when MySQL is away; also when it went away during COMMIT, and nobody knows which it was
   */
  async transaction<T>(trace: Trace, work: (statements: Statements) => Promise<T>): Promise<T> {
    return this.#attempt(trace, async (statements, connection) => {
      await connection.query(timed('START TRANSACTION'))
      const result = await work(statements).catch(async error => {
        // A connection that was lost is closed by #once, and the server rolls back by itself.
        if (troubleOf(error) !== 'lost') await connection.query(timed('ROLLBACK'))
        throw error
      })
      await connection.query(timed('COMMIT')).catch(error => {
        throw new Unavailable(
          'mysql',
          'the database went away while it was saving; look whether the change was made',
          error,
        )
      })
      return result
    })
  }

  /** For {@link Dependency}: connects, brings the database up to date the first time, and asks it something. */
  async probe(): Promise<void> {
    await this.#once(backgroundTrace(), async (statements, connection) => {
      if (!this.#prepared) await this.#options.prepare(connection)
      this.#prepared = true
      await statements.rows('SELECT 1')
    })
  }

  async close(): Promise<void> {
    await this.#pool.end().catch(error => {
      // Saying good-bye to a server that has gone already: then it is closed, which is all that was wanted.
      if (troubleOf(error) !== 'lost') throw error
    })
  }

  async #attempt<T>(trace: Trace, work: MySqlWork<T>): Promise<T> {
    const state = this.#options.state()
    if (state === 'down') throw new Unavailable('mysql', 'the database is down; try again in a moment')
    if (!this.#prepared) throw new Unavailable('mysql', 'the database is not ready yet; try again in a moment')
    for (const wait of PAUSES_MS) {
      try {
        return await this.#once(trace, work)
      } catch (error) {
        const trouble = troubleOf(error)
        if (trouble === 'other' || trouble === 'missing' || timedOut(error)) throw unavailable(error)
        await pause(wait)
      }
    }
    return this.#once(trace, work).catch(error => {
      throw unavailable(error)
    })
  }

  async #once<T>(trace: Trace, work: MySqlWork<T>): Promise<T> {
    const connection = await this.#connection()
    try {
      const result = await work(this.#statements(trace, connection), connection)
      connection.release()
      return result
    } catch (error) {
      // After a time-out the answer may still come, and would be taken for the next one's: such a connection is not used again.
      if (troubleOf(error) === 'lost' || error instanceof Unavailable) connection.destroy()
      else connection.release()
      throw error
    }
  }

  async #connection(): Promise<PoolConnection> {
    const waiting = this.#pool.getConnection()
    const late = new AbortController()
    try {
      return await Promise.race([
        waiting,
        pause(WAIT_FOR_CONNECTION_MS, undefined, { signal: late.signal }).then(() => {
          waiting.then(connection => connection.release()).catch(() => {}) // came after all, and nobody needs it any more
          throw new Unavailable('mysql', 'the database does not answer in time')
        }),
      ])
    } catch (error) {
      // "Queue limit reached": more people wait for a connection than could be served in time.
      if (troubleOf(error) !== 'other' || error instanceof Unavailable) throw error
      throw new Unavailable('mysql', 'too many requests wait for the database', error)
    } finally {
      late.abort()
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
        const [result] = await connection.execute<Result>(timed(sql), [...values])
        rows = Array.isArray(result) ? result.length : result.affectedRows
        return result
      } finally {
        const ms = this.#options.clock.now() - started
        trace.add('mysql', ms)
        if (trace.id !== '') this.#options.events.publish('backend.mysql', () => ({ sql, rows, ms }), trace.id)
      }
    }
    return {
      rows: async <Row>(sql: string, values: readonly SqlValue[] = []) =>
        (await execute<RowDataPacket[]>(sql, values)) as unknown as Row[],
      change: (sql, values = []) => execute<ResultSetHeader>(sql, values),
    }
  }
}

/** mysql2 gives up waiting after the time; the statement itself goes on in the server, so its connection must be closed. */
function timed(sql: string) {
  return { sql, timeout: STATEMENT_TIMEOUT_MS }
}

type MySqlWork<T> = (statements: Statements, connection: PoolConnection) => Promise<T>

/** Waiting for the same silence three times over would only make the client wait. */
function timedOut(error: unknown): boolean {
  const code = (error as { code?: string }).code
  return error instanceof Unavailable || code === 'PROTOCOL_SEQUENCE_TIMEOUT' || code === 'ETIMEDOUT'
}

/** What a statement itself did wrong (a duplicate key, say) goes through to the caller, who knows what it means. */
function unavailable(error: unknown): unknown {
  if (error instanceof Unavailable || troubleOf(error) === 'other') return error
  return new Unavailable('mysql', 'the database does not answer; /status says why', error)
}
