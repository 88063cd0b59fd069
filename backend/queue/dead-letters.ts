/**
 * Dead letters: messages that could not be handled, with the reason. They are in MySQL, for both engines: an admin can list them, and send
 * one again in the same transaction in which it leaves the list.
 *
 * Read beside: retry-rule.ts (what becomes one), consume.ts (adds them), outbox.ts (sends one again)
 * Touches the world: MySQL.
 */
import type { MySql } from '../mysql/mysql.ts'
import { backgroundTrace, type Trace } from '../trace.ts'
import { decodeEnvelope } from './envelope.ts'
import type { Outbox } from './outbox.ts'

export interface DeadLetter {
  /** `topic~group~lane~place`. */
  readonly id: string
  readonly topic: string
  readonly group: string
  readonly reason: string
  /** Tries that have begun; 0 when the message could not be read. */
  readonly tries: number
  readonly at: Date
  /** Of the message; null when it could not be read. */
  readonly type: string | null
  readonly key: string | null
}

interface NewDeadLetter {
  readonly topic: string
  readonly group: string
  readonly lane: number
  readonly place: string
  readonly reason: string
  readonly tries: number
  readonly text: string
  /** Milliseconds since 1970. */
  readonly at: number
}

/** Which ids `POST …/:id/reenvio` has. */
export const DEAD_LETTER_ID = /^[a-z0-9~-]{1,190}$/

/** The most that a list has. */
const LONGEST_LIST = 200

export class DeadLetters {
  readonly #mysql: MySql

  constructor(mysql: MySql) {
    this.#mysql = mysql
  }

  /** The same message is recorded once, however often this is called. @throws Unavailable */
  async add({ topic, group, lane, place, reason, tries, text, at }: NewDeadLetter): Promise<void> {
    const id = [topic, group, lane, place].join('~')
    const values = [id, topic, group, reason, tries, text, new Date(at).toISOString().slice(0, -1)]
    await this.#mysql.transaction(backgroundTrace(), statements =>
      statements.change(
        `INSERT INTO queue_dead (id, topic, consumer_group, reason, tries, message, died_at)
         VALUES (?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE id = queue_dead.id`,
        values,
      ),
    )
  }

  /** Newest first, at most {@link LONGEST_LIST}. The content is left out: it may be personal. @throws Unavailable */
  async list(trace: Trace): Promise<DeadLetter[]> {
    const rows = await this.#mysql.rows<Omit<DeadLetter, 'type' | 'key'> & { message: string }>(
      trace,
      `SELECT id, topic, consumer_group AS \`group\`, reason, tries, died_at AS at, message
       FROM queue_dead ORDER BY died_at DESC, id LIMIT ?`,
      [String(LONGEST_LIST)],
    )
    return rows.map(({ message: text, ...row }) => {
      const decoded = decodeEnvelope(text)
      const { type = null, key = null } = 'message' in decoded ? decoded.message : {}
      return { ...row, type, key }
    })
  }

  /** Moves one to the outbox: it is published again as it was. Groups that have handled it ignore it. @returns whether there is such a letter */
  async resend(trace: Trace, id: string, outbox: Outbox): Promise<boolean> {
    const found = await this.#mysql.transaction(trace, async statements => {
      const [letter] = await statements.rows<{ topic: string; message: string }>(
        'SELECT topic, message FROM queue_dead WHERE id = ? FOR UPDATE',
        [id],
      )
      if (letter === undefined) return false
      await statements.change('DELETE FROM queue_dead WHERE id = ?', [id])
      await outbox.addText(statements, letter.topic, letter.message)
      return true
    })
    if (found) outbox.wake()
    return found
  }
}
