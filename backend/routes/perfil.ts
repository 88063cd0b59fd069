/**
 * `GET /perfil`: the user who is logged in, the server that answers, and the session.
 *
 * One command to Redis. MySQL is not asked: the session holds what the profile shows.
 *
 * Read beside: ../sessions/sessions.ts, ../pages/profile-page.ts
 * Touches the world: through the session store.
 */
import { instantText, json, page, type Reply, seeOther } from '../http/reply.ts'
import type { RequestContext } from '../http/request-context.ts'
import type { Route } from '../http/router.ts'
import { type DescribedSession, type Profile, profilePage } from '../pages/profile-page.ts'
import { endOf, type Session } from '../sessions/session.ts'
import type { Toolkit } from '../toolkit.ts'

export function perfilRoutes({ sessions, config }: Pick<Toolkit, 'sessions' | 'config'>): Route[] {
  async function perfil({ form, trace, cookies }: RequestContext): Promise<Reply> {
    const session = form === 'html' ? await sessions.resume(trace, cookies) : await sessions.require(trace, cookies)
    if (!session) return seeOther('/')
    const described = describeSession(session, sessions.store.kind)
    const profile: Profile = { user: session.user, server: config.who.serverName, session: described }
    return form === 'html' ? page(200, profilePage(profile), VARY) : json(200, profile, VARY)
  }
  return [{ method: 'GET', path: '/perfil', produces: ['json', 'html'], handle: perfil }]
}

const VARY = ['Vary', 'Accept, Cookie']

export function describeSession(session: Session, store: 'redis' | 'memory'): DescribedSession {
  return {
    key: session.key.slice(0, 12),
    server: session.server,
    createdAt: instantText(session.createdAt),
    expiresAt: instantText(endOf(session)),
    store,
  }
}
