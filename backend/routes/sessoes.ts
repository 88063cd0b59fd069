/**
 * `GET /sessoes`: where am I logged in? Ended all at once by `POST /logout` with `everywhere`.
 *
 * Read beside: ../sessions/store.ts, login.ts
 * Touches the world: through the sessions' store.
 */

import { json, type Reply } from '../http/reply.ts'
import type { RequestContext } from '../http/request-context.ts'
import type { Route } from '../http/router.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { SessionList } from '../validation/schemas.ts'
import { describeSession } from './perfil.ts'

export function sessoesRoutes(sessions: Sessions): Route[] {
  async function list({ trace, cookie }: RequestContext): Promise<Reply> {
    const mine = await sessions.require(trace, cookie)
    const all = await sessions.list(trace, mine.user.username)
    const described = all.map(session => ({
      ...describeSession(session, sessions.store.kind),
      current: session.key === mine.key,
    }))
    return json(200, { sessions: described })
  }
  const operation = {
    summary: 'my sessions, the newest first',
    session: true,
    answers: { 200: { description: 'when each was created, and by which server', schema: SessionList } },
  }
  return [{ method: 'GET', path: '/sessoes', operation, handle: list }]
}
