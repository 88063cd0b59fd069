/**
 * `GET /sessoes`: the sessions of the user who is logged in. `POST /logout` with `everywhere` ends them all.
 *
 * Read beside: ../sessions/store.ts, login.ts
 * Touches the world: through the session store.
 */
import { json, type Reply } from '../http/reply.ts'
import type { RequestContext } from '../http/request-context.ts'
import type { Route } from '../http/router.ts'
import type { Toolkit } from '../toolkit.ts'
import { describeSession } from './perfil.ts'

export function sessoesRoutes({ sessions }: Pick<Toolkit, 'sessions'>): Route[] {
  async function list({ trace, cookies }: RequestContext): Promise<Reply> {
    const current = await sessions.require(trace, cookies)
    const all = await sessions.list(trace, current.user.username)
    const described = all.map(session => ({
      ...describeSession(session, sessions.store.kind),
      current: session.key === current.key,
    }))
    return json(200, { sessions: described })
  }
  return [{ method: 'GET', path: '/sessoes', handle: list }]
}
