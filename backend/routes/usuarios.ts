/**
 * `/usuarios`: reading and changing users.
 *
 * The body is read before the session is looked up: a body may take seconds to arrive, and rights can be taken away meanwhile.
 *
 * Read beside: ../users/permissions.ts (who may do what), ../users/users.ts (the SQL), ../users/user-changes.ts (sessions)
 * Touches the world: MySQL, libuv's threads (new passwords), the session store.
 */
import { clearCookie, setCookie } from '../http/cookies.ts'
import { etagOf, ifMatch, isUnchanged } from '../http/etag.ts'
import { empty, json, notModified, type Reply } from '../http/reply.ts'
import type { RequestContext } from '../http/request-context.ts'
import type { Route } from '../http/router.ts'
import { Refusal } from '../refusal.ts'
import type { Session } from '../sessions/session.ts'
import type { Toolkit } from '../toolkit.ts'
import { may, type UserAction } from '../users/permissions.ts'
import { changeUser, createUser, type OwnSession, type Requester, removeUser } from '../users/user-changes.ts'
import { NewUserSchema, UserChangeSchema } from '../users/user-schemas.ts'
import type { UserRecord } from '../users/users.ts'
import { check, checkQuery } from '../validation/check.ts'
import { PageQuerySchema } from './usuarios-schemas.ts'

export function usuariosRoutes(parts: Pick<Toolkit, 'users' | 'sessions' | 'hasher' | 'throttle'>): Route[] {
  const { users, sessions } = parts

  /** The session, if its user may do this. @throws Refusal 401, 403 */
  async function authorize(context: RequestContext, action: UserAction): Promise<Session> {
    const session = await sessions.require(context.trace, context.cookies)
    refuseForbidden(session, context.id, action)
    return session
  }

  async function list(context: RequestContext): Promise<Reply> {
    await authorize(context, 'list')
    const { limit, after } = checkQuery(PageQuerySchema, context.query)
    const found = await users.list(context.trace, after, limit + 1)
    const page = found.slice(0, limit)
    const next = found.length > limit ? `/usuarios?limit=${limit}&after=${page.at(-1)?.id}` : null
    const link = next === null ? [] : ['Link', `<${next}>; rel="next"`]
    return json(200, { users: page.map(describeUser), next }, link)
  }

  async function create(context: RequestContext): Promise<Reply> {
    const { value } = await context.body()
    const session = await authorize(context, 'create')
    const wanted = check(NewUserSchema, value)
    const user = await createUser(parts, requesterOf(context, session), wanted)
    return json(201, describeUser(user), ['Location', `/usuarios/${user.id}`, 'ETag', etagOf(user.version)])
  }

  async function read(context: RequestContext): Promise<Reply> {
    await authorize(context, 'read')
    const user = await users.get(context.trace, Number(context.id))
    const tag = etagOf(user.version)
    if (isUnchanged(context.request.headers['if-none-match'], tag)) return notModified(tag)
    return json(200, describeUser(user), ['ETag', tag])
  }

  async function change(context: RequestContext): Promise<Reply> {
    const { value } = await context.body()
    const session = await sessions.require(context.trace, context.cookies)
    const wanted = check(UserChangeSchema, value)
    const actions = ACTIONS.filter(([field]) => wanted[field] !== undefined)
    if (actions.length === 0) throw new Refusal(400, 'there is nothing to change: send name, role or password')
    for (const [, action] of actions) refuseForbidden(session, context.id, action)
    const requester = requesterOf(context, session)
    const { user, own } = await changeUser(parts, requester, Number(context.id), wanted, isCurrent(context))
    return json(200, describeUser(user), ['ETag', etagOf(user.version), ...cookieFor(own, context)])
  }

  async function remove(context: RequestContext): Promise<Reply> {
    const session = await authorize(context, 'remove')
    const own = await removeUser(parts, requesterOf(context, session), Number(context.id), isCurrent(context))
    return empty(cookieFor(own, context))
  }

  return [
    { method: 'GET', path: '/usuarios', handle: list },
    { method: 'POST', path: '/usuarios', handle: create },
    { method: 'GET', path: '/usuarios/:id', handle: read },
    { method: 'PATCH', path: '/usuarios/:id', handle: change },
    { method: 'DELETE', path: '/usuarios/:id', handle: remove },
  ]
}

/** The action that a change of each field is. */
const ACTIONS = [
  ['name', 'rename'],
  ['role', 'role'],
  ['password', 'password'],
] as const

function refuseForbidden({ user }: Session, id: string, action: UserAction): void {
  if (may(user.role, action, Number(id) === user.id)) return
  throw new Refusal(403, `${user.username} (${user.role}) may not do this: ${action}`)
}

function requesterOf({ trace, cookies, caller }: RequestContext, session: Session): Requester {
  return { trace, session, cookies, address: caller.address }
}

function isCurrent({ request }: RequestContext): (version: number) => boolean {
  return version => ifMatch(request.headers['if-match'], etagOf(version))
}

/** The Set-Cookie field when the session of the request was replaced or ended. */
function cookieFor(own: OwnSession, { caller: { secure } }: RequestContext): string[] {
  if (own.state === 'kept') return []
  return ['Set-Cookie', own.state === 'renewed' ? setCookie(own.id, secure) : clearCookie(secure)]
}

function describeUser({ id, username, name, role, createdAt, updatedAt }: UserRecord) {
  return { id, username, name, role, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() }
}
