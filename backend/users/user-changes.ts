/**
 * Creating, changing and removing users, with the consequences for their sessions.
 *
 * A session holds the role that its user had at the login, so that no request has to ask MySQL. Therefore a new role, a new
 * password and a removal end every session of the user: while the row is locked, and before the change is committed. If Redis is
 * down, nothing is changed. A login at the same moment cannot get a session with the old rights, because it reads the epoch (a
 * counter that grows when the sessions are ended) first and the row second:
 *
 *   login: epoch, row · change: lock, end sessions, COMMIT · login: begin   the epoch has changed: refused, and tried again
 *   change: lock, end sessions · login: epoch, row … change: COMMIT         the row is locked (`SETTLED` in users.ts): the new one is read
 *
 * Users who change their own role or password get a new session id.
 *
 * Read beside: users.ts, ../routes/usuarios.ts, ../sessions/store.ts (epochs)
 * Touches the world: MySQL, libuv's threads, the session store.
 */
import type { Static } from 'typebox'
import { objection } from '../passwords/policy.ts'
import { Refusal } from '../refusal.ts'
import type { Session } from '../sessions/session.ts'
import type { Toolkit } from '../toolkit.ts'
import type { Trace } from '../trace.ts'
import type { NewUserSchema, UserChangeSchema } from './user-schemas.ts'
import type { UserRecord } from './users.ts'

type Services = Pick<Toolkit, 'users' | 'sessions' | 'hasher' | 'throttle'>

/** The user who asks for a change. */
export interface Requester {
  readonly trace: Trace
  readonly session: Session
  /** The values of the session cookie of the request. */
  readonly cookies: readonly string[]
  /** The IP address of the client. */
  readonly address: string
}

/** What became of the session that the request came with. */
export type OwnSession =
  | { readonly state: 'kept' | 'ended' }
  /** A new session, under this id, has replaced it. */
  | { readonly state: 'renewed'; readonly id: string }

/** @throws Refusal 409 (the user name is taken), 422 (the password) */
export async function createUser(
  services: Services,
  { trace, session: { user: actor } }: Requester,
  { username, name, role = 'aluno', password }: Static<typeof NewUserSchema>,
): Promise<UserRecord> {
  const hash = await hashAcceptable(services, trace, password, username)
  return services.users.create(trace, actor.username, { username, name, role, password: hash })
}

/**
 * @param isCurrent whether the row may be changed in the version that it has (If-Match)
 * @throws Refusal 404, 409 (the last admin), 412 (changed meanwhile), 422 (a password), 429 (too many wrong passwords)
 */
export async function changeUser(
  services: Services,
  requester: Requester,
  id: number,
  wanted: Static<typeof UserChangeSchema>,
  isCurrent: (version: number) => boolean,
): Promise<{ user: UserRecord; own: OwnSession }> {
  const { users, sessions } = services
  const { trace, session } = requester
  const isOwn = id === session.user.id
  const before = await users.get(trace, id)
  const { name, role, currentPassword } = wanted
  if (wanted.password !== undefined && isOwn) {
    await confirmPassword(services, requester, before.username, currentPassword)
  }
  const password = wanted.password && (await hashAcceptable(services, trace, wanted.password, before.username))
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
  if (endsSessions) return { user, own: isOwn ? await renewSession(services, requester, user) : { state: 'kept' } }
  if (name !== undefined) await sessions.store.rename(trace, user.username, name)
  return { user, own: { state: 'kept' } }
}

/** @throws Refusal 404, 409 (the last admin), 412 (changed meanwhile) */
export async function removeUser(
  { users, sessions }: Services,
  { trace, session }: Requester,
  id: number,
  isCurrent: (version: number) => boolean,
): Promise<OwnSession> {
  const { username } = await users.remove(trace, id, {
    actor: session.user.username,
    isCurrent,
    beforeCommit: async ({ username }) => void (await sessions.store.endAll(trace, username)),
  })
  return { state: username === session.user.username ? 'ended' : 'kept' }
}

/** A new session with the new rights, unless the user was changed once more meanwhile. */
async function renewSession(
  { users, sessions }: Services,
  { trace, cookies }: Requester,
  { id, username }: UserRecord,
): Promise<OwnSession> {
  const epoch = await sessions.store.epoch(trace, username)
  const begun = await sessions.begin(trace, await users.settled(trace, id), epoch, cookies)
  return begun ? { state: 'renewed', id: begun.id } : { state: 'ended' }
}

/** A session alone is not enough for a new password: otherwise a browser left open would give the account away. */
async function confirmPassword(
  { users, hasher, throttle }: Services,
  { trace, address }: Requester,
  username: string,
  currentPassword: string | undefined,
): Promise<void> {
  if (currentPassword === undefined) {
    throw new Refusal(422, 'to change your own password, send currentPassword too', {
      members: { field: 'currentPassword' },
    })
  }
  await throttle.guard(trace, username, address, async () => {
    const account = await users.account(trace, username)
    const { matches } = await hasher.verify(currentPassword, account?.password, trace)
    if (!matches) throw new Refusal(422, 'currentPassword is wrong', { members: { field: 'currentPassword' } })
  })
}

async function hashAcceptable({ hasher }: Services, trace: Trace, password: string, username: string): Promise<string> {
  const why = await objection(password, username)
  if (why !== undefined) throw new Refusal(422, `password: ${why}`, { members: { field: 'password' } })
  return hasher.hash(password, trace)
}
