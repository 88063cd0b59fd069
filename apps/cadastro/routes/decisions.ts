/**
 * `POST /cadastros/:id/aprovacao` and `/recusa`: an admin decides. One transaction; the message that also removes the sign-up from Redis is part of it.
 *
 * Read beside: ../sign-up.ts (what a decision does in each state), ../sign-ups.ts
 * Touches the world: MySQL, Redis, and the broker.
 */
import { json } from '../../../backend/http/reply.ts'
import type { RequestContext } from '../../../backend/http/request-context.ts'
import type { Route } from '../../../backend/http/router.ts'
import type { Messaging } from '../../../backend/queue/open-broker.ts'
import { Unavailable } from '../../../backend/refusal.ts'
import type { Toolkit } from '../../../backend/toolkit.ts'
import type { Pending } from '../pending.ts'
import type { Decision } from '../sign-up.ts'
import type {} from '../sign-up-events.ts'
import { decideSignUp, findSignUp } from '../sign-ups.ts'
import { messageAbout, SIGN_UP_ID } from '../topics.ts'
import { requireAdmin } from './admin.ts'
import { describeSignUp } from './sign-ups.ts'

export function decisionRoutes(toolkit: Toolkit, { outbox }: Messaging, pending: Pending): Route[] {
  const { mysql, clock, events } = toolkit

  const decide = (decision: Decision) => async (context: RequestContext) => {
    const { trace, id } = context
    const { username } = await requireAdmin(toolkit, context)
    const { outcome, requestId } = await mysql.transaction(trace, async statements => {
      const decided = await decideSignUp(statements, id, decision, username)
      if (decided.outcome === 'decided') {
        await outbox.add(statements, 'analise', messageAbout('analise.decidido', id, trace.id, clock.epoch()))
      }
      return decided
    })
    if (outcome === 'decided') {
      outbox.wake()
      events.publish('cadastro.decided', () => ({ id, decision, by: username }), requestId ?? undefined)
      // So that the list is right at once. If this process ends before, or Redis is down, the message does it.
      await pending.remove(trace, id).catch(error => {
        if (!(error instanceof Unavailable)) throw error
      })
    }
    return json(200, describeSignUp(await findSignUp(mysql, trace, id)))
  }

  return [
    { method: 'POST', path: '/cadastros/:id/aprovacao', id: SIGN_UP_ID, handle: decide('aprovado') },
    { method: 'POST', path: '/cadastros/:id/recusa', id: SIGN_UP_ID, handle: decide('recusado') },
  ]
}
