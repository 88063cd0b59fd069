/**
 * `POST /auth/token` and `POST /auth/revoke`: from a code or a refresh token to an access token, and the end of a family.
 *
 * Read beside: ../rules/token-request.ts, ../rules/grant-rules.ts, ../grants.ts; RFC 6749 §3.2, §5; RFC 7009 §2; RFC 9700 §4.5, §4.14
 * Touches the world: MySQL.
 */
import { empty, json, type Reply } from '../../../../backend/http/reply.ts'
import type { RequestContext } from '../../../../backend/http/request-context.ts'
import type { Route } from '../../../../backend/http/router.ts'
import { Refusal } from '../../../../backend/refusal.ts'
import type { Toolkit } from '../../../../backend/toolkit.ts'
import type { Trace } from '../../../../backend/trace.ts'
import type { UserRecord } from '../../../../backend/users/users.ts'
import { ACCESS_SECONDS } from '../../token-contract.ts'
import { signAccessToken } from '../access-token.ts'
import type { GrantOutcome, Grants, TokenFamily } from '../grants.ts'
import { type GrantError, grantError, statusOf } from '../rules/oauth-error.ts'
import {
  clientProblem,
  type Grant,
  parseTokenRequest,
  type TokenForm,
  UNKNOWN_CODE,
  UNKNOWN_REFRESH,
} from '../rules/token-request.ts'
import type { SigningKeys } from '../signing-keys.ts'

type TokenParts = Pick<Toolkit, 'users' | 'log' | 'clock'> & { readonly grants: Grants; readonly keys: SigningKeys }

export function tokenRoutes(parts: TokenParts): Route[] {
  return [
    { method: 'POST', path: '/auth/token', produces: 'any', handle: context => token(parts, context) },
    { method: 'POST', path: '/auth/revoke', produces: 'any', handle: context => revoke(parts, context) },
  ]
}

async function token(parts: TokenParts, context: RequestContext): Promise<Reply> {
  const { form, refusal } = await readForm(context)
  if (form === undefined) return refusal
  const grant = parseTokenRequest(form, hasCredentials(context))
  if ('error' in grant) return errorReply(grant, context)
  const key = await parts.keys.current() // before the code is used up: without a key the client may try again
  const exchange = await exchangeGrant(parts, grant, context.trace)
  if (exchange.verdict !== 'granted') {
    const { caller } = context
    parts.log.warn('a grant was refused', {
      grant: grant.type,
      why: exchange.verdict,
      client: caller.address,
      request: caller.requestId,
    })
    return errorReply(refusalOf(grant), context)
  }
  const { family, refreshToken } = exchange
  const user = await unchangedUser(parts, family, context.trace)
  if (user === undefined) {
    await parts.grants.endFamily(context.trace, family)
    return errorReply(refusalOf(grant), context)
  }
  const members = {
    access_token: await signAccessToken(key, user, family.scope, parts.clock.epoch()),
    token_type: 'Bearer',
    expires_in: ACCESS_SECONDS,
    refresh_token: refreshToken,
    scope: family.scope,
  }
  return json(200, members, PRAGMA)
}

function exchangeGrant({ grants }: TokenParts, grant: Grant, trace: Trace): Promise<GrantOutcome> {
  return grant.type === 'authorization_code' ? grants.exchangeCode(trace, grant) : grants.exchangeRefresh(trace, grant)
}

function refusalOf(grant: Grant): GrantError {
  return grant.type === 'authorization_code' ? UNKNOWN_CODE : UNKNOWN_REFRESH
}

/** The user of a family, unless the account was deleted or changed since the login (RFC 9700 §4.14.2: a new password ends it). */
async function unchangedUser(
  { users }: TokenParts,
  family: TokenFamily,
  trace: Trace,
): Promise<UserRecord | undefined> {
  try {
    const user = await users.settled(trace, family.userId)
    return user.version === family.userVersion ? user : undefined
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return undefined
    throw error
  }
}

/** RFC 7009 §2.2: 200 whether or not the token existed. The access tokens of the family end by themselves within five minutes. */
async function revoke({ grants }: TokenParts, context: RequestContext): Promise<Reply> {
  const { form, refusal } = await readForm(context)
  if (form === undefined) return refusal
  const problem = clientProblem(form, hasCredentials(context))
  if (problem) return errorReply(problem, context)
  if (!form.token) return errorReply(grantError('invalid_request', 'token is missing'), context)
  await grants.revoke(context.trace, form.token)
  return { ...empty(), status: 200 }
}

/** RFC 6749 §5.1 asks for it beside `Cache-Control: no-store`. */
const PRAGMA = ['Pragma', 'no-cache'] as const

/** The form, or the reply to a body that is not one: at this endpoint every such error is `invalid_request` (RFC 6749 §5.2). */
async function readForm(
  context: RequestContext,
): Promise<{ form: TokenForm; refusal?: never } | { form?: never; refusal: Reply }> {
  try {
    return { form: (await context.body(['form'])).value as TokenForm }
  } catch (error) {
    if (!(error instanceof Refusal) || error.status >= 500) throw error
    const reply = errorReply(grantError('invalid_request', error.message), context)
    return { refusal: { ...reply, headers: [...reply.headers, ...closing(error)] } }
  }
}

/** A body that is too long is not read to its end: the connection has to be closed. */
function closing({ headers }: Refusal): readonly string[] {
  return headers[0] === 'Connection' ? headers : []
}

function hasCredentials({ request }: RequestContext): boolean {
  return request.headers.authorization !== undefined
}

function errorReply(problem: GrantError, { request }: RequestContext): Reply {
  const { error, description } = problem
  const status = statusOf(problem)
  // RFC 6749 §5.2: the challenge has the scheme that the client used.
  const scheme = /^[A-Za-z]+/.exec(request.headers.authorization ?? '')?.[0] ?? 'Basic'
  const challenge = status === 401 ? ['WWW-Authenticate', `${scheme} realm="reposicao"`] : []
  return json(status, { error, error_description: description }, [...PRAGMA, ...challenge])
}
