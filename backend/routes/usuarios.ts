/**
 * `/usuarios`: reading and changing users, for whoever may.
 *
 * The body is read before the session is looked up: it may take seconds to come, and rights may be taken away meanwhile.
 *
 * Read beside: ../users/permissions.ts (who may), ../users/users.ts (the SQL), ../users/user-changes.ts (what a change does to sessions)
 * Touches the world: MySQL, libuv's threads (new passwords), the sessions' store.
 */
import { etagOf, ifMatch, isUnchanged } from '../http/etag.ts'
import { empty, json, notModified, type Reply } from '../http/reply.ts'
import type { RequestContext } from '../http/request-context.ts'
import type { Route } from '../http/router.ts'
import { Refusal } from '../refusal.ts'
import type { Session } from '../sessions/session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { may, type UserAction } from '../users/permissions.ts'
import { changeUser, createUser, removeUser, type UserServices } from '../users/user-changes.ts'
import type { UserRecord, Users } from '../users/users.ts'
import { check, checkQuery } from '../validation/check.ts'
import { NewUser, PageQuery, UserChange, UserPage, UserRecord as UserSchema } from '../validation/schemas.ts'

export type UsuariosParts = UserServices & { readonly users: Users; readonly sessions: Sessions }

export function usuariosRoutes(parts: UsuariosParts): Route[] {
  const { users, sessions } = parts

  /** Who asks, if they may. @throws Refusal 401, 403 */
  async function allowed(context: RequestContext, action: UserAction): Promise<Session> {
    const session = await sessions.require(context.trace, context.cookie)
    refuseForbidden(session, context.id, action)
    return session
  }

  async function list(context: RequestContext): Promise<Reply> {
    await allowed(context, 'list')
    const { limit, after } = checkQuery(PageQuery, context.query)
    const found = await users.list(context.trace, after, limit + 1)
    const page = found.slice(0, limit)
    const next = found.length > limit ? `/usuarios?limit=${limit}&after=${page.at(-1)?.id}` : null
    const link = next === null ? [] : ['Link', `<${next}>; rel="next"`]
    return json(200, { users: page.map(describeUser), next }, link)
  }

  async function create(context: RequestContext): Promise<Reply> {
    const { value } = await context.body()
    const session = await allowed(context, 'create')
    const wanted = check(NewUser, value)
    const user = await createUser(parts, context, session, wanted)
    return json(201, describeUser(user), ['Location', `/usuarios/${user.id}`, 'ETag', etagOf(user.version)])
  }

  async function read(context: RequestContext): Promise<Reply> {
    await allowed(context, 'read')
    const user = await users.get(context.trace, Number(context.id))
    const tag = etagOf(user.version)
    if (isUnchanged(context.request.headers['if-none-match'], tag)) return notModified(tag)
    return json(200, describeUser(user), ['ETag', tag])
  }

  async function change(context: RequestContext): Promise<Reply> {
    const { value } = await context.body()
    const session = await sessions.require(context.trace, context.cookie)
    const wanted = check(UserChange, value)
    const actions = ACTIONS.filter(([field]) => wanted[field] !== undefined)
    if (actions.length === 0) throw new Refusal(400, 'there is nothing to change: send name, role or password')
    for (const [, action] of actions) refuseForbidden(session, context.id, action)
    const { user, headers } = await changeUser(parts, context, session, wanted, isCurrent(context))
    return json(200, describeUser(user), ['ETag', etagOf(user.version), ...headers])
  }

  async function remove(context: RequestContext): Promise<Reply> {
    const session = await allowed(context, 'remove')
    return empty(await removeUser(parts, context, session, isCurrent(context)))
  }

  return [
    { method: 'GET', path: '/usuarios', handle: list, operation: LIST },
    { method: 'POST', path: '/usuarios', handle: create, operation: CREATE },
    { method: 'GET', path: '/usuarios/:id', handle: read, operation: READ },
    { method: 'PATCH', path: '/usuarios/:id', handle: change, operation: CHANGE },
    { method: 'DELETE', path: '/usuarios/:id', handle: remove, operation: REMOVE },
  ]
}

/** Which field of a change is which action. */
const ACTIONS = [
  ['name', 'rename'],
  ['role', 'role'],
  ['password', 'password'],
] as const

function refuseForbidden({ user }: Session, id: string, action: UserAction): void {
  if (may(user.role, action, Number(id) === user.id)) return
  throw new Refusal(403, `${user.username} (${user.role}) may not do this: ${action}`)
}

function isCurrent({ request }: RequestContext): (version: number) => boolean {
  return version => ifMatch(request.headers['if-match'], etagOf(version))
}

function describeUser({ id, username, name, role, createdAt, updatedAt }: UserRecord) {
  return { id, username, name, role, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() }
}

const FORBIDDEN = { 403: { description: 'your role does not allow it' } }
const MISSING = { 404: { description: 'there is no such user' } }
const OUTDATED = { 412: { description: 'changed meanwhile: If-Match names another version' } }

const LIST = {
  summary: 'users in the order of their ids',
  session: true,
  query: PageQuery,
  answers: { 200: { description: 'one page', schema: UserPage }, ...FORBIDDEN },
}
const CREATE = {
  summary: 'a new user',
  session: true,
  body: NewUser,
  answers: {
    201: { description: 'created', schema: UserSchema, headers: ['Location', 'ETag'] },
    409: { description: 'the user name is taken' },
    422: { description: 'the password is too short, too long or too common' },
    ...FORBIDDEN,
  },
}
const READ = {
  summary: 'one user',
  session: true,
  condition: 'If-None-Match',
  answers: {
    200: { description: 'the user', schema: UserSchema, headers: ['ETag'] },
    304: { description: 'still the version in If-None-Match' },
    ...FORBIDDEN,
    ...MISSING,
  },
} as const
const CHANGE = {
  summary:
    'another name, role or password; a new role or password ends the sessions of that user; who changes their own gets a new one',
  session: true,
  condition: 'If-Match',
  body: UserChange,
  answers: {
    200: { description: 'changed', schema: UserSchema, headers: ['ETag'] },
    409: { description: 'the last admin stays admin' },
    422: { description: 'the new password is refused, or the current one is wrong' },
    429: { description: 'too many wrong passwords', headers: ['Retry-After'] },
    ...FORBIDDEN,
    ...MISSING,
    ...OUTDATED,
  },
} as const
const REMOVE = {
  summary: 'removes a user and ends their sessions',
  session: true,
  condition: 'If-Match',
  answers: {
    204: { description: 'removed' },
    409: { description: 'the last admin stays' },
    ...FORBIDDEN,
    ...MISSING,
    ...OUTDATED,
  },
} as const
