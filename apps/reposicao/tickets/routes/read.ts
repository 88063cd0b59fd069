/**
 * `GET /tickets/:id` and `GET /tickets`: one ticket from the cache or from MySQL, and lists.
 *
 * Cache-aside: the cache is asked first; what it does not have is read from MySQL and put into it. `Cache-Status` says what happened.
 * While MySQL is down, tickets in the cache and in the queue are still answered; while Redis is down, those in MySQL are.
 *
 * Read beside: ../../ticket-cache.ts, ../ticket-table.ts; RFC 9211 §2 (Cache-Status), RFC 9110 §8.8.3, §13.1.2
 * Touches the world: Redis, MySQL.
 */
import Type from 'typebox'
import { etagOf, isUnchanged } from '../../../../backend/http/etag.ts'
import { json, type Reply } from '../../../../backend/http/reply.ts'
import type { RequestContext } from '../../../../backend/http/request-context.ts'
import type { Route } from '../../../../backend/http/router.ts'
import { Unavailable } from '../../../../backend/refusal.ts'
import type { Trace } from '../../../../backend/trace.ts'
import { checkQuery } from '../../../../backend/validation/check.ts'
import { strict } from '../../../../backend/validation/schema-parts.ts'
import { maySee, TICKET_STATES } from '../../ticket.ts'
import type { TicketVersion } from '../../ticket-message.ts'
import { noSuchTicket, TICKET_ID, type TicketParts } from './parts.ts'

export const TicketQuerySchema = Type.Object(
  {
    estado: Type.Optional(Type.Enum([...TICKET_STATES], { description: `one of ${TICKET_STATES.join(', ')}` })),
    limite: Type.Integer({ minimum: 1, maximum: 200, default: 50, description: 'a whole number from 1 to 200' }),
    antes: Type.Integer({
      minimum: 0,
      maximum: 999_999_999_999_999,
      default: 0,
      description: 'from the link to the next page',
    }),
  },
  strict,
)

export function readRoutes(parts: TicketParts): Route[] {
  return [
    { method: 'GET', path: '/tickets', handle: context => list(parts, context) },
    { method: 'GET', path: '/tickets/:id', id: TICKET_ID, handle: context => read(parts, context) },
  ]
}

async function read(parts: TicketParts, { trace, request, id }: RequestContext): Promise<Reply> {
  const user = await parts.bearer.authenticate(request.headers.authorization)
  const { found, cacheStatus } = await lookUp(parts, trace, id)
  const status = ['Cache-Status', `redis; ${cacheStatus}`]
  if (found === undefined || found.deleted || !maySee(user, found.ticket)) {
    const refusal = noSuchTicket(id)
    throw Object.assign(refusal, { headers: status })
  }
  const tag = etagOf(found.version)
  const headers = ['ETag', tag, ...status]
  if (isUnchanged(request.headers['if-none-match'], tag))
    return { status: 304, headers: [...headers, 'Cache-Control', 'no-store'], body: '' }
  return json(200, found.ticket, headers)
}

/** A ticket and the parameters of `Cache-Status` (RFC 9211 §2.1, §2.2, §2.4). */
async function lookUp(
  { cache, table, log }: TicketParts,
  trace: Trace,
  id: string,
): Promise<{ found: TicketVersion | undefined; cacheStatus: string }> {
  let down: Unavailable | undefined
  try {
    const cached = await cache.find(trace, id)
    if (cached) return { found: cached, cacheStatus: 'hit' }
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    down = error
  }
  const found = await table.find(trace, id)
  // A ticket that is not in MySQL may be in the queue, and only Redis shows that: 503, not 404.
  if (down !== undefined && found === undefined) throw down
  if (down !== undefined) return { found, cacheStatus: 'fwd=bypass' }
  if (found === undefined) return { found, cacheStatus: 'fwd=uri-miss' }
  try {
    await cache.store(trace, found)
    return { found, cacheStatus: 'fwd=uri-miss; stored' }
  } catch (error) {
    log.warn('a ticket could not be cached', { ticket: id, request: trace.id, reason: (error as Error).message })
    return { found, cacheStatus: 'fwd=uri-miss' }
  }
}

/** Those in the queue come first, because they are the newest. They are only on the first page. */
async function list({ bearer, cache, table }: TicketParts, { trace, request, query }: RequestContext): Promise<Reply> {
  const user = await bearer.authenticate(request.headers.authorization)
  const { estado, limite, antes } = checkQuery(TicketQuerySchema, query)
  const owner = user.role === 'farmacia' ? undefined : user.id
  const queued =
    antes === 0 && (estado === undefined || estado === 'na-fila') ? await cache.queued(trace, owner, limite) : []
  const written =
    estado === 'na-fila' ? [] : await table.list(trace, { owner, estado, before: antes, limit: limite + 1 })
  const page = written.slice(0, limite)
  // A ticket that was written between the two reads would be in both.
  const ids = new Set(page.map(({ ticket }) => ticket.id))
  const tickets = [...queued.filter(({ id }) => !ids.has(id)), ...page.map(({ ticket }) => ticket)]
  const next = written.length > limite ? nextPage(estado, limite, page.at(-1)?.seq ?? 0) : null
  return json(200, { tickets, proxima: next }, next === null ? [] : ['Link', `<${next}>; rel="next"`])
}

function nextPage(estado: string | undefined, limite: number, antes: number): string {
  return `/tickets?${new URLSearchParams({ ...(estado === undefined ? {} : { estado }), limite: String(limite), antes: String(antes) })}`
}
