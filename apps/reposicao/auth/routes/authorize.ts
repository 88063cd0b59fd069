/**
 * `GET /auth/authorize`: sends the browser back to the page with a code; without a session, to the login form first.
 *
 * There is no page that asks for consent: the only client is the lab's own page, and a code is sent to its one registered address
 * alone (RFC 6749 §10.2).
 *
 * Read beside: ../rules/authorization-request.ts, login.ts; RFC 6749 §4.1.1, §4.1.2; RFC 9700 §4.2.4, §4.12
 * Touches the world: the session store, MySQL.
 */
import type { Reply } from '../../../../backend/http/reply.ts'
import type { RequestContext } from '../../../../backend/http/request-context.ts'
import type { Route } from '../../../../backend/http/router.ts'
import { Refusal } from '../../../../backend/refusal.ts'
import type { Toolkit } from '../../../../backend/toolkit.ts'
import type { Grants } from '../grants.ts'
import { codeLocation, judgeAuthorization } from '../rules/authorization-request.ts'

export function authorizeRoute(parts: Pick<Toolkit, 'sessions' | 'users' | 'log'>, grants: Grants): Route {
  const { sessions, users, log } = parts
  const handle = async (context: RequestContext): Promise<Reply> => {
    const { trace, cookies, caller } = context
    const verdict = judgeAuthorization(context.query)
    if (verdict.kind === 'refused') throw new Refusal(400, verdict.why)
    if (verdict.kind === 'returned') return found(verdict.location)
    const session = await sessions.resume(trace, cookies)
    if (session === undefined) return found(`/auth/login?${context.query}`)
    const { request } = verdict
    const { id, version } = await users.get(trace, session.user.id)
    const code = await grants.issueCode(trace, { id, version }, request)
    log.info('a code was issued', { user: session.user.username, client: caller.address, request: trace.id })
    return found(codeLocation(code, request.state))
  }
  return { method: 'GET', path: '/auth/authorize', produces: 'any', handle }
}

/** 302 as in the examples of RFC 6749. The address has a code or a state in it: no cache, and no Referer to other sites. */
function found(location: string): Reply {
  const headers = ['Location', location, 'Cache-Control', 'no-store', 'Referrer-Policy', 'no-referrer']
  return { status: 302, headers, body: '' }
}
