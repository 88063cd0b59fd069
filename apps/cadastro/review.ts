/**
 * The review queue: puts sign-ups from the queue `analise` into Redis, where the admin's list is, and removes those that were decided.
 *
 * The transaction in MySQL does not include Redis. So the order of the steps is fixed: lock the row, write to Redis, change the state, commit. A
 * process that ends in between leaves an entry in Redis whose sign-up is still `recebido`; the message comes again, and the same entry is
 * written again. Other differences (Redis was emptied, a process was stopped for minutes) are corrected by {@link reconcile}.
 *
 * Read beside: topics.ts, pending.ts, routes/decisions.ts
 * Touches the world: MySQL, Redis, and the broker.
 */
import type { Envelope } from '../../backend/queue/envelope.ts'
import { isFirstTime } from '../../backend/queue/once.ts'
import { openMessaging, QUEUE_MIGRATIONS } from '../../backend/queue/open-broker.ts'
import { Unavailable } from '../../backend/refusal.ts'
import type { Application, Toolkit } from '../../backend/toolkit.ts'
import { backgroundTrace, Trace } from '../../backend/trace.ts'
import { CADASTRO_MIGRATIONS } from './migrations.ts'
import { Pending } from './pending.ts'
import type {} from './sign-up-events.ts'
import { beginReview, lockedSignUp, type SignUpRow } from './sign-ups.ts'
import { subjectOf, TOPICS } from './topics.ts'

const GROUP = 'analise'

/** Milliseconds. The first comparison comes soon after the start: Redis may have been emptied while this program did not run. */
const FIRST_COMPARISON_MS = 2_000
const COMPARE_EVERY_MS = 60_000

export function review(toolkit: Toolkit): Application {
  const messaging = openMessaging(toolkit, TOPICS)
  const pending = new Pending(toolkit.redis)
  messaging.broker.consume({
    topic: 'analise',
    group: GROUP,
    handle: async messages => {
      for (const message of messages) await place(toolkit, pending, message)
    },
  })
  messaging.outbox.start()
  let timer: { cancel(): void }
  let comparison: Promise<void> | undefined
  let isClosed = false
  const compareLater = (ms: number) => {
    timer = toolkit.clock.after(ms, () => {
      comparison = reconcile(toolkit, pending).finally(() => {
        if (!isClosed) compareLater(COMPARE_EVERY_MS)
      })
    })
  }
  compareLater(FIRST_COMPARISON_MS)
  return {
    routes: [],
    operations: {},
    migrations: [QUEUE_MIGRATIONS, CADASTRO_MIGRATIONS],
    dependencies: messaging.broker.dependency ? [messaging.broker.dependency] : [],
    close: async () => {
      isClosed = true
      timer.cancel()
      await comparison // it uses Redis and MySQL, which are closed next
      await messaging.close()
    },
  }
}

async function place(toolkit: Toolkit, pending: Pending, message: Envelope): Promise<void> {
  const { type, id } = subjectOf(message, ['analise.pendente', 'analise.decidido'])
  const trace = new Trace(message.requestId)
  const { mysql, config, events } = toolkit
  if (type === 'analise.decidido') return pending.remove(trace, id)
  const began = await mysql.transaction(trace, async statements => {
    if (!(await isFirstTime(statements, GROUP, message))) return false
    const row = await lockedSignUp(statements, id)
    if (row?.state !== 'recebido') return false
    await addTo(pending, trace, row)
    await beginReview(statements, id, config.who.host.name)
    return true
  })
  if (began) events.publish('cadastro.state', () => ({ id, state: 'em-analise' }), trace.id || undefined)
}

async function addTo(pending: Pending, trace: Trace, row: SignUpRow): Promise<void> {
  const { id, username, name, email, createdAt } = row
  if (username === null || name === null || email === null) return
  await pending.add(trace, { id, username, name, email, at: createdAt.getTime() })
}

/**
 * Makes the list in Redis equal to the states in MySQL. Each row is locked meanwhile, so that a decision cannot come between the look at its
 * state and the change in Redis.
 */
export async function reconcile({ mysql, log }: Pick<Toolkit, 'mysql' | 'log'>, pending: Pending): Promise<void> {
  const trace = backgroundTrace()
  try {
    const listed = new Set(await pending.ids(trace))
    const sql = "SELECT id FROM cadastro_signups WHERE state = 'em-analise'"
    const inReview = new Set((await mysql.rows<{ id: string }>(trace, sql)).map(({ id }) => id))
    const differing = [...listed.symmetricDifference(inReview)]
    for (const id of differing) {
      await mysql.transaction(trace, async statements => {
        const row = await lockedSignUp(statements, id)
        if (row?.state === 'em-analise') await addTo(pending, trace, row)
        else if (row?.state !== 'recebido') await pending.remove(trace, id)
      })
    }
    if (differing.length > 0)
      log.info('the list of sign-ups in review was compared with MySQL', { differing: differing.length })
  } catch (error) {
    // The next comparison does it.
    if (!(error instanceof Unavailable)) throw error
  }
}
