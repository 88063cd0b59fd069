/**
 * `GET /perfil`: who am I, who says so, and since when?
 *
 * One round trip to Redis; MySQL is not asked, because the session knows already.
 *
 * Read beside: ../sessions/sessions.ts, ../pages/profile-page.ts
 * Touches the world: through the sessions' store.
 */

import { instantText } from '../http/instant.ts'
import { json, page, type Reply, seeOther } from '../http/reply.ts'
import type { RequestContext } from '../http/request-context.ts'
import type { Route } from '../http/router.ts'
import { profilePage } from '../pages/profile-page.ts'
import { endOf, type Session } from '../sessions/session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { User } from '../users/users.ts'
import { Profile as ProfileSchema } from '../validation/schemas.ts'

export interface Profile {
  readonly user: User
  /** Who answered now: `Servidor 2` … */
  readonly server: string
  readonly session: {
    /** Of the session's key, which is a hash of the id: enough to see that it is still the same one. */
    readonly key: string
    /** Who created it. */
    readonly server: string
    readonly createdAt: string
    readonly expiresAt: string
    readonly store: 'redis' | 'memory'
  }
}

export function perfilRoutes(sessions: Sessions, server: string): Route[] {
  async function perfil({ form, trace, cookie }: RequestContext): Promise<Reply> {
    const session = form === 'html' ? await sessions.resume(trace, cookie) : await sessions.require(trace, cookie)
    if (!session) return seeOther('/')
    const profile: Profile = { user: session.user, server, session: describeSession(session, sessions.store.kind) }
    return form === 'html' ? page(200, profilePage(profile), VARY) : json(200, profile, VARY)
  }
  return [{ method: 'GET', path: '/perfil', produces: ['json', 'html'], operation: OPERATION, handle: perfil }]
}

const OPERATION = {
  summary: 'who I am, who says so, and since when',
  session: true,
  answers: {
    200: { description: 'the profile', schema: ProfileSchema },
    303: { description: 'nobody is logged in, and the client wants a page', headers: ['Location'] },
    401: { description: 'nobody is logged in', jsonAlone: true },
  },
}

const VARY = ['Vary', 'Accept, Cookie']

export function describeSession(session: Session, store: 'redis' | 'memory'): Profile['session'] {
  return {
    key: session.key.slice(0, 12),
    server: session.server,
    createdAt: instantText(session.createdAt),
    expiresAt: instantText(endOf(session)),
    store,
  }
}
