/**
 * The outbox: a message that must be published exactly if a transaction is committed. It is written in that transaction, and a relay publishes
 * it afterwards. A relay that ends between publishing and deleting publishes again, so consumers may get a message twice (once.ts).
 *
 * Each host publishes its own rows at once, and those of the others after {@link ADOPT_AFTER_MS}: a host that was killed after its answer needs
 * not come back. There is no lock, which a paused host would keep. Instead a pass publishes all rows up to the newest of its own, in the order
 * in which they were written, so the messages of a key are first published in order, whichever host does it. (Two transactions that write
 * messages of one key must lock a common row before; then the order of `seq` is the order of their commits.)
 *
 * Read beside: migrations/001-outbox.sql, broker.ts; "Transactional outbox" in Chris Richardson, Microservices Patterns
 * Touches the world: MySQL, and the broker.
 */
import type { Clock } from '#shared/clock.ts'
import { describeError, type Log } from '#shared/log.ts'
import type { MySql, Statements } from '../mysql/mysql.ts'
import { Unavailable } from '../refusal.ts'
import { Trace } from '../trace.ts'
import type { Broker } from './broker.ts'
import { decodeEnvelope, type Envelope, encodeEnvelope } from './envelope.ts'

export interface OutboxOptions {
  readonly mysql: MySql
  readonly broker: Pick<Broker, 'publishText'>
  /** The host's name on the map. */
  readonly origin: string
  readonly clock: Clock
  readonly log: Log
}

/** Milliseconds. */
const ADOPT_AFTER_MS = 2_000
const LOOK_EVERY_MS = 1_000
/** Rows of one pass. */
const MOST_ROWS = 100
/** How long ids of handled messages are kept: longer than any broker takes to deliver a message again. */
const KEEP_DONE_DAYS = 7
const CLEAN_EVERY_MS = 3_600_000

interface OutboxRow {
  readonly seq: number
  readonly topic: string
  readonly message: string
}

export class Outbox {
  readonly #options: OutboxOptions
  #timer: { cancel(): void } | undefined
  #pass: Promise<void> | undefined
  #again = false
  #closed = false
  #cleanedAt = Number.NEGATIVE_INFINITY

  constructor(options: OutboxOptions) {
    this.#options = options
  }

  /** Writes a message in the caller's transaction. Call {@link wake} after its commit. */
  async add(statements: Statements, topic: string, message: Envelope): Promise<void> {
    await this.addText(statements, topic, encodeEnvelope(message))
  }

  /** The same for a text that need not be a message: a dead letter goes back as it was. */
  async addText(statements: Statements, topic: string, text: string): Promise<void> {
    await statements.change(
      'INSERT INTO queue_outbox (origin, topic, message, created_at) VALUES (?, ?, ?, UTC_TIMESTAMP(3))',
      [this.#options.origin, topic, text],
    )
  }

  /** Begins to look for rows that nothing has announced: those of hosts that were killed. */
  start(): void {
    this.#timer = this.#options.clock.after(LOOK_EVERY_MS, () => {
      this.wake()
      if (!this.#closed) this.start()
    })
  }

  /** Publishes now what is there. */
  wake(): void {
    if (this.#closed) return
    if (this.#pass !== undefined) {
      this.#again = true
      return
    }
    this.#pass = this.#relay().finally(() => {
      this.#pass = undefined
      if (this.#again) {
        this.#again = false
        this.wake()
      }
    })
  }

  /** Messages that are committed and not published yet. @throws Unavailable */
  async length(trace: Trace): Promise<number> {
    const [row] = await this.#options.mysql.rows<{ count: number }>(trace, 'SELECT COUNT(*) AS count FROM queue_outbox')
    return row?.count ?? 0
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#timer?.cancel()
    await this.#pass
  }

  async #relay(): Promise<void> {
    try {
      while (!this.#closed && (await this.#publishSome()) === MOST_ROWS);
      await this.#clean()
    } catch (error) {
      // The rows stay, and the next pass begins with them. The log has one line when MySQL or the broker goes down.
      if (!(error instanceof Unavailable)) {
        this.#options.log.error('the outbox could not be published', { reason: describeError(error) })
      }
    }
  }

  /** @returns how many rows were published */
  async #publishSome(): Promise<number> {
    const { mysql, broker, origin } = this.#options
    const background = new Trace('')
    const rows = await mysql.rows<OutboxRow>(
      background,
      `SELECT seq, topic, message FROM queue_outbox WHERE seq <= (
         SELECT COALESCE(MAX(seq), 0) FROM queue_outbox WHERE origin = ? OR created_at < UTC_TIMESTAMP(3) - INTERVAL ? MICROSECOND
       ) ORDER BY seq LIMIT ?`,
      [origin, ADOPT_AFTER_MS * 1000, String(MOST_ROWS)],
    )
    if (rows.length === 0) return 0
    for (const { topic, message } of rows) {
      const decoded = decodeEnvelope(message)
      const requestId = 'message' in decoded ? decoded.message.requestId : ''
      await broker.publishText(new Trace(requestId), topic, message)
    }
    await mysql.transaction(background, statements =>
      statements.change(
        `DELETE FROM queue_outbox WHERE seq IN (${rows.map(() => '?').join(', ')})`,
        rows.map(({ seq }) => seq),
      ),
    )
    return rows.length
  }

  async #clean(): Promise<void> {
    const { mysql, clock } = this.#options
    if (clock.now() - this.#cleanedAt < CLEAN_EVERY_MS) return
    this.#cleanedAt = clock.now()
    await mysql.transaction(new Trace(''), statements =>
      statements.change('DELETE FROM queue_done WHERE done_at < UTC_TIMESTAMP(3) - INTERVAL ? DAY LIMIT 10000', [
        KEEP_DONE_DAYS,
      ]),
    )
  }
}
