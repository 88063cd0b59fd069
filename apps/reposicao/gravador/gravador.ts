/**
 * The gravador (writer) of reposicao: takes tickets from the queue and writes them to MySQL, at an even pace. It has no routes of its own.
 *
 * Read beside: recorder.ts, config.ts, ../README.md
 * Pure: puts the parts together.
 */
import { openMessaging, QUEUE_MIGRATIONS } from '../../../backend/queue/open-broker.ts'
import type { Application, Toolkit } from '../../../backend/toolkit.ts'
import { MIGRATIONS } from '../migrations.ts'
import { TicketCache } from '../ticket-cache.ts'
import { RECORDER_GROUP, TICKETS_TOPIC } from '../ticket-message.ts'
import type { RecorderConfig } from './config.ts'
import { Pace } from './pace.ts'
import { TicketRecorder } from './recorder.ts'

export function gravador(toolkit: Toolkit, { perSecond, batch }: RecorderConfig): Application {
  const { mysql, redis, clock } = toolkit
  const { broker, outbox, close } = openMessaging(toolkit, [TICKETS_TOPIC])
  outbox.start() // for changes whose server was killed before it could publish them
  const recorder = new TicketRecorder({ mysql, cache: new TicketCache(redis), pace: new Pace(perSecond), clock })
  broker.consume({
    topic: TICKETS_TOPIC.name,
    group: RECORDER_GROUP,
    batch,
    handle: messages => recorder.handle(messages),
  })
  return {
    routes: [],
    operations: {},
    migrations: [QUEUE_MIGRATIONS, MIGRATIONS],
    dependencies: broker.dependency ? [broker.dependency] : [],
    close,
  }
}
