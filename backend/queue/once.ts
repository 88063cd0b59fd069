/**
 * One effect for each message, although it may be delivered more than once: its id is recorded in the transaction of the effect.
 *
 *     await mysql.transaction(trace, async statements => {
 *       if (!(await isFirstTime(statements, 'orquestrador', message))) return
 *       … the effect, with the same `statements`
 *     })
 *
 * Read beside: broker.ts (delivery is at least once), migrations/002-done.sql, outbox.ts (removes old rows)
 * Touches the world: through the statements of the caller's transaction.
 */
import type { Statements } from '../mysql/mysql.ts'
import type { Envelope } from './envelope.ts'

/**
 * Whether this group has not handled the message yet. It is recorded at the same time; when the transaction is rolled back, so is this. A
 * second transaction with the same message waits until the first has ended.
 */
export async function isFirstTime(
  statements: Statements,
  group: string,
  { id }: Pick<Envelope, 'id'>,
): Promise<boolean> {
  const { affectedRows } = await statements.change(
    'INSERT IGNORE INTO queue_done (consumer_group, message_id, done_at) VALUES (?, ?, UTC_TIMESTAMP(3))',
    [group, id],
  )
  return affectedRows === 1
}

/**
 * The messages of a batch that this group has not handled yet, in order. Two statements, however many messages there are. If another
 * transaction records one of them at the same moment, the second statement fails, and the messages are handled again one by one.
 */
export async function firstTimeOf(
  statements: Statements,
  group: string,
  messages: readonly Envelope[],
): Promise<Envelope[]> {
  const [only] = messages
  if (only === undefined) return []
  if (messages.length === 1) return (await isFirstTime(statements, group, only)) ? [only] : []
  const rows = await statements.rows<{ id: string }>(
    `SELECT message_id AS id FROM queue_done WHERE consumer_group = ? AND message_id IN (${messages.map(() => '?').join(', ')})`,
    [group, ...messages.map(({ id }) => id)],
  )
  const seen = new Set(rows.map(({ id }) => id))
  const fresh = messages.filter(({ id }) => !seen.has(id) && seen.add(id))
  if (fresh.length > 0) {
    await statements.change(
      `INSERT INTO queue_done (consumer_group, message_id, done_at) VALUES ${fresh.map(() => '(?, ?, UTC_TIMESTAMP(3))').join(', ')}`,
      fresh.flatMap(({ id }) => [group, id]),
    )
  }
  return fresh
}
