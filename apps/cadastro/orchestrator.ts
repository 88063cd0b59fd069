/**
 * The orchestrator: takes each sign-up from the topic `cadastros`, writes the search index, and sends it on to the queue `analise`. All of it in one
 * transaction with the id of the message, so that a message that comes twice has one effect.
 *
 * Read beside: topics.ts, search-index.ts, backend/queue/once.ts and outbox.ts
 * Touches the world: MySQL, and the broker.
 */

import type { Envelope } from '../../backend/queue/envelope.ts'
import { isFirstTime } from '../../backend/queue/once.ts'
import { type Messaging, openMessaging, QUEUE_MIGRATIONS } from '../../backend/queue/open-broker.ts'
import type { Application, Toolkit } from '../../backend/toolkit.ts'
import { Trace } from '../../backend/trace.ts'
import { CADASTRO_MIGRATIONS } from './migrations.ts'
import { indexSignUp } from './search-index.ts'
import { lockedSignUp } from './sign-ups.ts'
import { messageAbout, subjectOf, TOPICS } from './topics.ts'

const GROUP = 'orquestrador'

export function orchestrator(toolkit: Toolkit): Application {
  const messaging = openMessaging(toolkit, TOPICS)
  const { broker, outbox } = messaging
  broker.consume({
    topic: 'cadastros',
    group: GROUP,
    handle: async messages => {
      for (const message of messages) await passOn(toolkit, messaging, message)
    },
  })
  outbox.start()
  return {
    routes: [],
    operations: {},
    migrations: [QUEUE_MIGRATIONS, CADASTRO_MIGRATIONS],
    dependencies: broker.dependency ? [broker.dependency] : [],
    close: () => messaging.close(),
  }
}

async function passOn({ mysql, clock }: Toolkit, { outbox }: Messaging, message: Envelope): Promise<void> {
  const { id } = subjectOf(message, ['cadastro.recebido'])
  await mysql.transaction(new Trace(message.requestId), async statements => {
    if (!(await isFirstTime(statements, GROUP, message))) return
    const row = await lockedSignUp(statements, id)
    if (row?.state !== 'recebido' || row.name === null || row.email === null) return
    await indexSignUp(statements, id, row.name, row.email)
    const next = messageAbout('analise.pendente', id, message.requestId, clock.epoch())
    await outbox.add(statements, 'analise', next)
  })
  outbox.wake()
}
