/**
 * `PATCH /tickets/:id` and `DELETE /tickets/:id`: one step of a ticket, and its removal while nothing was done for it.
 *
 * A change needs If-Match with the ETag of the version that the person has seen: two people at the pharmacy do not overwrite each other.
 *
 * Read beside: ../../ticket.ts (the permissions), ../ticket-table.ts; RFC 9110 §13.1.1 (If-Match), §15.5.13 (412), RFC 6585 §3 (428)
 * Touches the world: MySQL, Redis.
 */
import Type from 'typebox'
import { etagOf, ifMatch } from '../../../../backend/http/etag.ts'
import { empty, json, type Reply } from '../../../../backend/http/reply.ts'
import type { RequestContext } from '../../../../backend/http/request-context.ts'
import type { Route } from '../../../../backend/http/router.ts'
import { Refusal, Unavailable } from '../../../../backend/refusal.ts'
import { check } from '../../../../backend/validation/check.ts'
import { strict } from '../../../../backend/validation/schema-parts.ts'
import { maySee, REQUESTED_STATES, type TicketUser } from '../../ticket.ts'
import type { TicketVersion } from '../../ticket-message.ts'
import { noSuchTicket, TICKET_ID, type TicketParts } from './parts.ts'

export const TicketChangeSchema = Type.Object(
  { estado: Type.Enum([...REQUESTED_STATES], { description: `one of ${REQUESTED_STATES.join(', ')}` }) },
  strict,
)

export function changeRoutes(parts: TicketParts): Route[] {
  return [
    { method: 'PATCH', path: '/tickets/:id', id: TICKET_ID, handle: context => change(parts, context) },
    { method: 'DELETE', path: '/tickets/:id', id: TICKET_ID, handle: context => remove(parts, context) },
  ]
}

async function change(parts: TicketParts, context: RequestContext): Promise<Reply> {
  const { trace, id, request } = context
  const user = await parts.bearer.authenticate(request.headers.authorization)
  const { estado } = check(TicketChangeSchema, (await context.body()).value)
  if (request.headers['if-match'] === undefined) {
    throw new Refusal(428, 'If-Match is needed, with the ETag of the version that you have seen')
  }
  const changed = await parts.table.step(trace, user, id, estado, isCurrent(context))
  if (changed === undefined) throw await whyNot(parts, context, user)
  await announce(parts, context, changed)
  return json(200, changed.ticket, ['ETag', etagOf(changed.version)])
}

/** If-Match is optional here: a ticket that is still `aberto` has one version only. */
async function remove(parts: TicketParts, context: RequestContext): Promise<Reply> {
  const { trace, id, request } = context
  const user = await parts.bearer.authenticate(request.headers.authorization)
  const removed = await parts.table.remove(trace, user, id, isCurrent(context))
  if (removed === undefined) throw await whyNot(parts, context, user)
  await announce(parts, context, removed)
  return empty()
}

function isCurrent({ request }: RequestContext): (version: number) => boolean {
  return version => ifMatch(request.headers['if-match'], etagOf(version))
}

/** A ticket that was not in MySQL may be in the queue, or may have been written since then. */
async function whyNot({ cache }: TicketParts, { trace, id }: RequestContext, user: TicketUser): Promise<Refusal> {
  const known = await cache.find(trace, id)
  if (known === undefined || known.deleted || !maySee(user, known.ticket)) return noSuchTicket(id)
  const why = 'this ticket is still in the queue and cannot be changed; try again in a moment'
  return new Refusal(409, why, { headers: ['Retry-After', '1'] })
}

/** At once, so that the next read shows it. If Redis is down, the message in the outbox does the same later. */
async function announce(
  { cache, log }: TicketParts,
  { trace, id }: RequestContext,
  changed: TicketVersion,
): Promise<void> {
  try {
    await cache.change(trace, [changed])
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    log.warn('a change will be announced later', { ticket: id, request: trace.id, reason: error.message })
  }
}
