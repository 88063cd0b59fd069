/**
 * `POST /login` and `POST /logout`: from a name and a password to a session, and back.
 *
 * The page's script sends JSON and gets JSON; a plain form gets 303 to the next page, or the form again with what went wrong.
 *
 * Read beside: ../sessions/sessions.ts, ../passwords/hasher.ts; RFC 9110 §15.4.4 (303)
 * Touches the world: MySQL (the account), libuv's threads (the hash), the sessions' store.
 */
import type { Log } from '#shared/log.ts'
import { clearCookie, setCookie } from '../http/cookies.ts'
import { empty, json, page, type Reply, seeOther } from '../http/reply.ts'
import type { RequestContext } from '../http/request-context.ts'
import type { Route } from '../http/router.ts'
import { loginPage } from '../pages/login-page.ts'
import type { Hasher } from '../passwords/hasher.ts'
import { CHALLENGE, Refusal, Unavailable } from '../refusal.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { LoginThrottle } from '../throttle/login-throttle.ts'
import type { Users } from '../users/users.ts'
import { check } from '../validation/check.ts'
import { Credentials, LoggedIn, LogoutWish } from '../validation/schemas.ts'

export interface LoginParts {
  readonly users: Users
  readonly sessions: Sessions
  readonly hasher: Hasher
  readonly throttle: LoginThrottle
  readonly server: string
  readonly log: Log
}

export function loginRoutes(parts: LoginParts): Route[] {
  return [
    { method: 'POST', path: '/login', produces: BOTH, operation: LOGIN, handle: context => login(parts, context) },
    { method: 'POST', path: '/logout', produces: BOTH, operation: LOGOUT, handle: context => logout(parts, context) },
  ]
}

const BOTH = ['json', 'html'] as const

async function login(parts: LoginParts, context: RequestContext): Promise<Reply> {
  let typed = ''
  try {
    const { type, value } = await context.body(['json', 'form'])
    const { username, password } = check(Credentials, value)
    typed = username
    const account = username.toLowerCase()
    const { trace, caller } = context
    const { user, cookie } = await parts.throttle.guard(trace, account, caller.address, () =>
      authenticate(parts, context, account, password),
    )
    if (type === 'form') return seeOther('/perfil', ['Set-Cookie', cookie])
    return json(200, { user, server: parts.server }, ['Set-Cookie', cookie])
  } catch (error) {
    // A browser that sent the plain form has no script to read a problem: it gets the form again.
    if (context.form === 'json' || !(error instanceof Refusal)) throw error
    return page(error.status, loginPage(error.status, error.message, typed), error.headers)
  }
}

/** How often a user may be changed by somebody else in the middle of a login before we give up. */
const TRIES = 3

/**
 * The log says who came and who was refused, for whoever has to find out later what happened. Never the session id, only its
 * hash; and a user name only when there is such a user: people type their password into that field.
 */
async function authenticate(parts: LoginParts, context: RequestContext, username: string, password: string) {
  const { users, sessions, hasher, log } = parts
  const { trace, cookie, caller } = context
  const about = { client: caller.address, request: trace.id }
  for (let i = 0; i < TRIES; i++) {
    const epoch = await sessions.store.epoch(trace, username)
    const account = await users.account(trace, username)
    const { matches, outdated } = await hasher.verify(password, account?.password)
    if (!account || !matches) {
      log.warn('a login was refused', { user: account?.username ?? '(unknown)', ...about })
      throw new Refusal(401, 'the user name or the password is wrong', { headers: CHALLENGE })
    }
    if (outdated) await users.rehash(trace, account, await hasher.hash(password))
    const begun = await sessions.begin(trace, account, epoch, cookie)
    if (!begun) continue
    log.info('logged in', { user: username, session: begun.session.key.slice(0, 12), ...about })
    return { user: begun.session.user, cookie: setCookie(begun.id, caller.secure) }
  }
  throw new Unavailable('mysql', 'this user is being changed at this moment; try again')
}

async function logout({ sessions }: LoginParts, context: RequestContext): Promise<Reply> {
  const { type, value } = hasBody(context) ? await context.body(['json', 'form']) : { type: 'json', value: {} }
  const { everywhere } = check(LogoutWish, value)
  const { trace, cookie, caller } = context
  const session = await sessions.resume(trace, cookie)
  if (session && (everywhere === true || everywhere === '1' || everywhere === 'true')) {
    await sessions.store.endAll(trace, session.user.username)
  } else if (session) {
    await sessions.store.end(trace, session)
  }
  const headers = ['Set-Cookie', clearCookie(caller.secure)]
  return type === 'form' ? seeOther('/', headers) : empty(headers)
}

/** A log-out needs no body; a form without fields still says that it is one. */
function hasBody({ request: { headers } }: RequestContext): boolean {
  return headers['content-type'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

const UNAVAILABLE = { 503: { description: 'Redis or MySQL is away, or too many passwords are being checked' } }

const LOGIN = {
  summary: 'logs in, under a new session id; a form is answered with 303',
  body: Credentials,
  alsoForm: true,
  answers: {
    200: { description: 'logged in', schema: LoggedIn, jsonAlone: true, headers: ['Set-Cookie'] },
    303: { description: 'logged in, by a form', headers: ['Set-Cookie', 'Location'] },
    401: { description: 'the user name or the password is wrong' },
    429: { description: 'too many failed logins', headers: ['Retry-After'] },
    ...UNAVAILABLE,
  },
}
const LOGOUT = {
  summary: 'logs out, here or everywhere',
  body: LogoutWish,
  bodyOptional: true,
  alsoForm: true,
  answers: {
    204: { description: 'logged out', headers: ['Set-Cookie'] },
    303: { description: 'logged out, by a form', headers: ['Set-Cookie', 'Location'] },
    ...UNAVAILABLE,
  },
}
