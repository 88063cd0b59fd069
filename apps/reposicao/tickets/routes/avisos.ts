/**
 * `GET /tickets/avisos`: changes of one's own tickets as server-sent events; `?de=todos` for the pharmacy: changes of all tickets.
 *
 * The token is in the Authorization field as everywhere, not in the address, where logs would keep it (RFC 9700 §4.3.2). `EventSource` cannot
 * send it, so the page reads the response with `fetch`.
 *
 * Read beside: ../notices.ts, ../rules/notice-text.ts; HTML Standard §9.2
 * Touches the world: through the notices.
 */
import Type from 'typebox'
import type { Reply } from '../../../../backend/http/reply.ts'
import type { RequestContext } from '../../../../backend/http/request-context.ts'
import type { Route } from '../../../../backend/http/router.ts'
import { Refusal } from '../../../../backend/refusal.ts'
import { checkQuery } from '../../../../backend/validation/check.ts'
import { strict } from '../../../../backend/validation/schema-parts.ts'
import { lastEventId } from '../rules/notice-text.ts'
import type { TicketParts } from './parts.ts'

export const NoticeQuerySchema = Type.Object(
  { de: Type.Enum(['mim', 'todos'], { default: 'mim', description: 'mim or todos' }) },
  strict,
)

export function noticesRoute({ bearer, notices, clock }: TicketParts): Route {
  const handle = async ({ trace, request, query }: RequestContext): Promise<Reply> => {
    const { user, expiresAt } = await bearer.session(request.headers.authorization)
    const { de } = checkQuery(NoticeQuerySchema, query)
    if (de === 'todos' && user.role !== 'farmacia') throw new Refusal(403, 'only the pharmacy may follow all tickets')
    const whose = de === 'todos' ? 'todos' : user.id
    const after = lastEventId(request.headers['last-event-id']?.toString())
    const body = await notices.follow(trace, { by: user.id, whose, after, lifeMs: expiresAt - clock.epoch() })
    return { status: 200, headers: ['Content-Type', 'text/event-stream', 'Cache-Control', 'no-store'], body }
  }
  return { method: 'GET', path: '/tickets/avisos', produces: 'any', handle }
}
