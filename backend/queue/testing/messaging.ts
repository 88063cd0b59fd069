/**
 * The broker inside the test process: one toolkit with its messaging for each consumer, on the test's own MariaDB and Redis.
 *
 * Read beside: broker-cases.ts, ../open-broker.ts, ../../testing/backend.ts
 * Touches the world: through the backends that it starts.
 */
import type { Test } from 'tap'
import { startBackend } from '../../testing/backend.ts'
import type { Toolkit } from '../../toolkit.ts'
import { Trace } from '../../trace.ts'
import type { Topic } from '../broker.ts'
import { type Envelope, newMessage } from '../envelope.ts'
import { type Messaging, openMessaging, QUEUE_MIGRATIONS } from '../open-broker.ts'

export interface TestMessaging extends Messaging {
  readonly toolkit: Toolkit
  /** Its log, one `level message {fields}` each. */
  readonly lines: readonly string[]
}

/** @param env further settings: `{ BROKER: 'kafka://…' }` */
export async function startMessaging(
  t: Test,
  ordinal: 1 | 2 | 3,
  topics: readonly Topic[],
  env: Readonly<Record<string, string>> = {},
): Promise<TestMessaging> {
  let toolkit: Toolkit | undefined
  let messaging: Messaging | undefined
  const { lines } = await startBackend(t, ordinal, {
    env,
    application: parts => {
      toolkit = parts
      const opened = openMessaging(parts, topics)
      messaging = opened
      const dependencies = opened.broker.dependency ? [opened.broker.dependency] : []
      return { routes: [], operations: {}, migrations: QUEUE_MIGRATIONS, dependencies, close: () => opened.close() }
    },
  })
  if (!toolkit || !messaging) throw new Error('the application was not built')
  return { ...messaging, toolkit, lines }
}

/** A message for tests. */
export function messageFor(key: string, body: unknown, type = 'test.message'): Envelope {
  return newMessage({ key, type, requestId: 'request-of-the-test', body }, Date.UTC(2026, 0, 1))
}

export const testTrace = new Trace('request-of-the-test')
