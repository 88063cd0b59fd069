/**
 * `POST /login` and `POST /logout`: from a name and a password to a session, and back.
 *
 * The page's script sends JSON and gets JSON; a plain form gets 303 to the next page, or the form again with what went wrong.
 *
 * Read beside: ../sessions/sessions.ts, ../passwords/hasher.ts; RFC 9110 §15.4.4 (303)
 * Touches the world: MySQL (the account), libuv's threads (the hash), the sessions' store.
 */
import { clearCookie, setCookie } from '../http/cookies.ts'
import type { Exchange } from '../http/exchange.ts'
import { CHALLENGE, Refusal, Unavailable } from '../http/refusal.ts'
import { empty, json, page, type Reply, seeOther } from '../http/reply.ts'
import type { Route } from '../http/router.ts'
import { loginPage } from '../pages/login.ts'
import type { Hasher } from '../passwords/hasher.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Account, Users } from '../users/users.ts'
import { Credentials, check } from '../validation/schemas.ts'

export interface LoginParts {
  readonly users: Users
  readonly sessions: Sessions
  readonly hasher: Hasher
  readonly server: string
}

export function loginRoutes(parts: LoginParts): Route[] {
  return [
    { method: 'POST', path: '/login', handle: exchange => login(parts, exchange) },
    { method: 'POST', path: '/logout', handle: exchange => logout(parts, exchange) },
  ]
}

async function login(parts: LoginParts, exchange: Exchange): Promise<Reply> {
  const { type, value } = await exchange.body(['json', 'form'])
  const inBrowser = type === 'form' && exchange.form === 'html'
  try {
    const { username, password } = check(Credentials, value)
    const { account, cookie } = await authenticate(parts, exchange, username.toLowerCase(), password)
    if (type === 'form') return seeOther('/perfil', ['Set-Cookie', cookie])
    const { id, name, role } = account
    return json(200, { user: { id, username: account.username, name, role }, server: parts.server }, [
      'Set-Cookie',
      cookie,
    ])
  } catch (error) {
    if (!inBrowser || !(error instanceof Refusal)) throw error
    const typed = (value as { username?: string }).username ?? ''
    return page(error.status, loginPage(error.status, error.message, typed), error.headers)
  }
}

/** How often a user may be changed by somebody else in the middle of a login before we give up. */
const TRIES = 3

async function authenticate(
  { users, sessions, hasher }: LoginParts,
  exchange: Exchange,
  username: string,
  password: string,
) {
  const { trace, cookie, caller } = exchange
  for (let i = 0; i < TRIES; i++) {
    const epoch = await sessions.store.epoch(trace, username)
    const account = await users.account(trace, username)
    const { matches, outdated } = await hasher.verify(password, account?.password)
    if (!account || !matches) throw new Refusal(401, 'the user name or the password is wrong', { headers: CHALLENGE })
    if (outdated) await users.rehash(trace, account, await hasher.hash(password))
    const begun = await sessions.begin(trace, account, epoch, cookie)
    if (begun) return { account: account satisfies Account, cookie: setCookie(begun.id, caller.secure) }
  }
  throw new Unavailable('mysql', 'this user is being changed at this moment; try again')
}

async function logout({ sessions }: LoginParts, exchange: Exchange): Promise<Reply> {
  const { type } = hasBody(exchange) ? await exchange.body(['json', 'form']) : { type: 'json' }
  const { trace, cookie, caller } = exchange
  const session = await sessions.resume(trace, cookie)
  if (session) await sessions.store.end(trace, session)
  const headers = ['Set-Cookie', clearCookie(caller.secure)]
  return type === 'form' ? seeOther('/', headers) : empty(headers)
}

/** A log-out needs no body; a form without fields still says that it is one. */
function hasBody({ request: { headers } }: Exchange): boolean {
  return headers['content-type'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}
