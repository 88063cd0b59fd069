/**
 * `POST /sessions {"store": "memory"}`: keeps sessions in the memory of this process, or in Redis again, while it runs. Sessions
 * are not moved: a user who logged in before the change has to log in again, which is the lesson.
 *
 * Read beside: store.ts (the two stores), #shared/admin.ts (from where a POST is accepted)
 * Pure: a body in, another store for the sessions.
 */
import type { AdminRoute } from '#shared/admin.ts'
import { membersOf, wordOf } from '#shared/admin-body.ts'
import type { Sessions } from './sessions.ts'
import type { SessionStore } from './store.ts'

export type SessionStores = Readonly<Record<SessionStore['kind'], SessionStore>>

export function sessionsRoute(sessions: Sessions, stores: SessionStores): AdminRoute {
  return body => {
    const store = wordOf(membersOf(body, ['store']), 'store', ['redis', 'memory'])
    sessions.store = stores[store]
    return { store }
  }
}
