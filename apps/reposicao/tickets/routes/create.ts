/**
 * `POST /tickets`: accepts an order, puts it into the queue, and answers before it is in MySQL.
 *
 *     1  Redis: the ticket exists and is `na-fila`       from here on its requester can read it
 *     2  the broker: the message is stored               from here on it will be written, exactly once
 *     3  202 with its id and Location
 *
 * If this process ends after 1, the ticket is deleted after a week, and there was no 202. If it ends after 2, the ticket is written, and there
 * was no 202 either: a client that got no answer looks into its list before it asks again.
 *
 * Read beside: ../../ticket-message.ts, ../../gravador/recorder.ts (what happens next); RFC 9110 §15.3.3 (202)
 * Touches the world: Redis and the broker.
 */
import { json, type Reply } from '../../../../backend/http/reply.ts'
import type { RequestContext } from '../../../../backend/http/request-context.ts'
import type { Route } from '../../../../backend/http/router.ts'
import { check } from '../../../../backend/validation/check.ts'
import { orderMessage, queuedTicket, TICKETS_TOPIC, TicketOrderSchema } from '../../ticket-message.ts'
import type { TicketParts } from './parts.ts'

export function createRoute({ bearer, broker, cache, clock }: TicketParts): Route {
  const create = async (context: RequestContext): Promise<Reply> => {
    const { trace, request } = context
    const user = await bearer.authenticate(request.headers.authorization)
    const order = check(TicketOrderSchema, (await context.body()).value)
    const message = orderMessage(order, user, trace.id, clock.epoch())
    const queued = queuedTicket(message)
    trace.refuseAbandoned()
    await cache.enqueue(trace, queued, clock.epoch())
    try {
      await broker.publish(trace, TICKETS_TOPIC.name, message)
    } catch (error) {
      // If the broker has stored it after all, the gravador writes it and sets its state again.
      await cache.forget(trace, queued.ticket).catch(() => {})
      throw error
    }
    const { id, estado } = queued.ticket
    return json(202, { id, estado }, ['Location', `/tickets/${id}`])
  }
  return { method: 'POST', path: '/tickets', handle: create }
}
