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

/** The messages of a batch that this group has not handled yet, in order. */
export async function firstTimeOf(
  statements: Statements,
  group: string,
  messages: readonly Envelope[],
): Promise<Envelope[]> {
  const fresh: Envelope[] = []
  for (const message of messages) if (await isFirstTime(statements, group, message)) fresh.push(message)
  return fresh
}
