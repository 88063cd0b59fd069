/**
 * Creating, changing and removing users, with what follows for their sessions.
 *
 * A session remembers the role it was made with, so that no request has to ask MySQL. Therefore a new role or password, and a
 * removal, end every session of that user, while the row is locked and before the change is committed: if Redis is away, nothing is
 * changed. No session slips through with the old rights, for whoever begins one asks for the epoch first and then for the row:
 *
 *   epoch, row ── lock, sessions end, COMMIT ── begin    the epoch is another one by now: refused, and asked again
 *   lock, sessions end ── epoch, row … COMMIT ── begin   the row is waited for (users.ts `SETTLED`), and is the new one
 *
 * Who changed their own goes on under a new session id.
 *
 * Read beside: users.ts, ../routes/usuarios.ts, ../sessions/store.ts (what an epoch is)
 * Touches the world: MySQL, libuv's threads, the sessions' store.
 */
import type { Static } from 'typebox'
import { clearCookie, setCookie } from '../http/cookies.ts'
import type { RequestContext } from '../http/request-context.ts'
import type { Hasher } from '../passwords/hasher.ts'
import { objection } from '../passwords/policy.ts'
import { Refusal } from '../refusal.ts'
import type { Session } from '../sessions/session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { LoginThrottle } from '../throttle/login-throttle.ts'
import type { NewUser, UserChange } from '../validation/schemas.ts'
import type { UserRecord, Users } from './users.ts'

export interface UserServices {
  readonly users: Users
  readonly sessions: Sessions
  readonly hasher: Hasher
  readonly throttle: LoginThrottle
}

/** @throws Refusal 409 (name taken), 422 (the password) */
export async function createUser(
  { users, hasher }: UserServices,
  { trace }: RequestContext,
  { user: actor }: Session,
  wanted: Static<typeof NewUser>,
): Promise<UserRecord> {
  const { username, name, role = 'aluno' } = wanted
  const password = await hashAcceptable(hasher, wanted.password, username)
  return users.create(trace, actor.username, { username, name, role, password })
}

/** @returns the user as changed, and the field that gives whoever changed their own rights a new session */
export async function changeUser(
  { users, sessions, hasher, throttle }: UserServices,
  context: RequestContext,
  session: Session,
  wanted: Static<typeof UserChange>,
  isCurrent: (version: number) => boolean,
): Promise<{ user: UserRecord; headers: string[] }> {
  const { trace, caller } = context
  const id = Number(context.id)
  const own = id === session.user.id
  const before = await users.get(trace, id)
  const { name, role, currentPassword } = wanted
  if (wanted.password !== undefined && own) {
    await confirm({ users, hasher, throttle }, context, before.username, currentPassword)
  }
  const password = wanted.password && (await hashAcceptable(hasher, wanted.password, before.username))
  const change = {
    ...(name === undefined ? {} : { name }),
    ...(role === undefined ? {} : { role }),
    ...(password === undefined ? {} : { password }),
  }
  let endsSessions = false
  const user = await users.change(trace, id, change, {
    actor: session.user.username,
    isCurrent,
    beforeCommit: async before => {
      endsSessions = password !== undefined || (role !== undefined && role !== before.role)
      if (endsSessions) await sessions.store.endAll(trace, before.username)
    },
  })
  if (!endsSessions) {
    if (name !== undefined) await sessions.store.rename(trace, user.username, name)
    return { user, headers: [] }
  }
  if (!own) return { user, headers: [] }
  const epoch = await sessions.store.epoch(trace, user.username)
  const begun = await sessions.begin(trace, await users.settled(trace, id), epoch, context.cookie)
  return { user, headers: ['Set-Cookie', begun ? setCookie(begun.id, caller.secure) : clearCookie(caller.secure)] }
}

/** @returns fields for the answer: a cookie that is cleared, when somebody removed themselves */
export async function removeUser(
  { users, sessions }: UserServices,
  { trace, id, caller }: RequestContext,
  session: Session,
  isCurrent: (version: number) => boolean,
): Promise<string[]> {
  const { username } = await users.remove(trace, Number(id), {
    actor: session.user.username,
    isCurrent,
    beforeCommit: async ({ username }) => void (await sessions.store.endAll(trace, username)),
  })
  return username === session.user.username ? ['Set-Cookie', clearCookie(caller.secure)] : []
}

/** An open session is not enough to change the password: whoever finds a machine unlocked must not be able to keep it. */
async function confirm(
  { users, hasher, throttle }: Pick<UserServices, 'users' | 'hasher' | 'throttle'>,
  { trace, caller }: RequestContext,
  username: string,
  currentPassword: string | undefined,
): Promise<void> {
  if (currentPassword === undefined) {
    throw new Refusal(422, 'to change your own password, send currentPassword too', {
      members: { field: 'currentPassword' },
    })
  }
  await throttle.guard(trace, username, caller.address, async () => {
    const account = await users.account(trace, username)
    const { matches } = await hasher.verify(currentPassword, account?.password)
    if (!matches) throw new Refusal(422, 'currentPassword is wrong', { members: { field: 'currentPassword' } })
  })
}

async function hashAcceptable(hasher: Hasher, password: string, username: string): Promise<string> {
  const why = await objection(password, username)
  if (why !== undefined) throw new Refusal(422, `password: ${why}`, { members: { field: 'password' } })
  return hasher.hash(password)
}
