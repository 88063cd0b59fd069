/**
 * `POST /login` and `POST /logout`: from a user name and a password to a session, and back.
 *
 * The script of the page sends JSON and gets JSON. A plain form gets 303 to the next page, or the form again with the error.
 *
 * Read beside: ../sessions/sessions.ts, ../passwords/hasher.ts; RFC 9110 §15.4.4 (303)
 * Touches the world: MySQL (the account), libuv's threads (the hash), the session store.
 */
import { clearCookie, setCookie } from '../http/cookies.ts'
import { empty, json, page, type Reply, seeOther } from '../http/reply.ts'
import type { RequestContext } from '../http/request-context.ts'
import type { Route } from '../http/router.ts'
import { loginPage } from '../pages/login-page.ts'
import { CHALLENGE, Refusal, Unavailable } from '../refusal.ts'
import type { Toolkit } from '../toolkit.ts'
import { check } from '../validation/check.ts'
import { CredentialsSchema, LogoutSchema } from './login-schemas.ts'

type LoginParts = Pick<Toolkit, 'users' | 'sessions' | 'hasher' | 'throttle' | 'config' | 'log'>

/** What differs between the programs that people log in at. */
export interface LoginPlace {
  /** In front of `/login` and `/logout`: empty, or `/auth`. */
  readonly prefix: string
  /** Where a form continues after it has logged in: a path of this site. */
  readonly next: (context: RequestContext) => string
  /** The form again, after an error. @param username as it was typed */
  readonly form: (status: number, detail: string, username: string, context: RequestContext) => string
}

const AT_THE_ROOT: LoginPlace = { prefix: '', next: () => '/perfil', form: loginPage }

export function loginRoutes(parts: LoginParts, place: LoginPlace = AT_THE_ROOT): Route[] {
  const { prefix } = place
  return [
    { method: 'POST', path: `${prefix}/login`, produces: BOTH, handle: context => login(parts, place, context) },
    { method: 'POST', path: `${prefix}/logout`, produces: BOTH, handle: context => logout(parts, context) },
  ]
}

const BOTH = ['json', 'html'] as const

async function login(parts: LoginParts, place: LoginPlace, context: RequestContext): Promise<Reply> {
  let typed = ''
  try {
    const { type, value } = await context.body(['json', 'form'])
    const { username, password } = check(CredentialsSchema, value)
    typed = username
    const account = username.toLowerCase()
    const { trace, caller } = context
    const { id, session } = await parts.throttle.guard(trace, account, caller.address, () =>
      authenticate(parts, context, account, password),
    )
    const cookie = ['Set-Cookie', setCookie(id, caller.secure)]
    if (type === 'form') return seeOther(place.next(context), cookie)
    return json(200, { user: session.user, server: parts.config.who.serverName }, cookie)
  } catch (error) {
    // A browser that sent a plain form runs no script that could read a problem document: it gets the form again.
    if (context.form === 'json' || !(error instanceof Refusal)) throw error
    return page(error.status, place.form(error.status, error.message, typed, context), error.headers)
  }
}

/** How often a login begins again because the user was changed in the middle of it. */
const TRIES = 3

/**
 * Checks the password and begins a session.
 *
 * The log has the user of each login and of each refusal, for a later investigation. It never has the session id, only its hash; and a
 * user name only if there is such a user, because people type their password into that field by mistake.
 *
 * @throws Refusal 401; 503 when the user is changed again and again, or a database is down
 */
async function authenticate(parts: LoginParts, context: RequestContext, username: string, password: string) {
  const { users, sessions, hasher, log } = parts
  const { trace, cookies, caller } = context
  const about = { client: caller.address, request: trace.id }
  for (let i = 0; i < TRIES; i++) {
    const epoch = await sessions.store.epoch(trace, username)
    const account = await users.account(trace, username)
    const { matches, outdated } = await hasher.verify(password, account?.password, trace)
    if (!account || !matches) {
      log.warn('a login was refused', { user: account?.username ?? '(unknown)', ...about })
      throw new Refusal(401, 'the user name or the password is wrong', { headers: CHALLENGE })
    }
    if (outdated) await users.rehash(trace, account, await hasher.hash(password, trace))
    const begun = await sessions.begin(trace, account, epoch, cookies)
    if (!begun) continue
    log.info('logged in', { user: username, session: begun.session.key.slice(0, 12), ...about })
    return begun
  }
  throw new Unavailable('mysql', 'this user is being changed at this moment; try again')
}

async function logout({ sessions }: LoginParts, context: RequestContext): Promise<Reply> {
  const { type, value } = await context.body(['json', 'form'], { optional: true })
  const { everywhere } = check(LogoutSchema, value)
  const { trace, cookies, caller } = context
  const session = await sessions.resume(trace, cookies)
  if (session && (everywhere === true || everywhere === '1' || everywhere === 'true')) {
    await sessions.store.endAll(trace, session.user.username)
  } else if (session) {
    await sessions.store.end(trace, session)
  }
  const headers = ['Set-Cookie', clearCookie(caller.secure)]
  return type === 'form' ? seeOther('/', headers) : empty(headers)
}
