/**
 * `GET /filas` and `POST /filas/mortas/:id/reenvio`: what waits where, and the dead letters.
 *
 * Read beside: backend/queue/broker.ts (the counts), backend/queue/dead-letters.ts
 * Touches the world: MySQL, and the broker.
 */
import { json, type Reply } from '../../../backend/http/reply.ts'
import type { RequestContext } from '../../../backend/http/request-context.ts'
import type { Route } from '../../../backend/http/router.ts'
import type { TopicCounts } from '../../../backend/queue/broker.ts'
import { DEAD_LETTER_ID, type DeadLetter } from '../../../backend/queue/dead-letters.ts'
import type { Messaging } from '../../../backend/queue/open-broker.ts'
import { Refusal } from '../../../backend/refusal.ts'
import type { Toolkit } from '../../../backend/toolkit.ts'
import { requireAdmin } from './admin.ts'

export function queueRoutes(toolkit: Toolkit, { broker, outbox, dead }: Messaging): Route[] {
  async function show(context: RequestContext): Promise<Reply> {
    await requireAdmin(toolkit, context)
    const { trace } = context
    const [counts, letters, saida] = await Promise.all([broker.counts(trace), dead.list(trace), outbox.length(trace)])
    return json(200, {
      broker: broker.engine,
      saida,
      filas: counts.map(describeCounts),
      mortas: letters.map(describeLetter),
    })
  }

  async function resend(context: RequestContext): Promise<Reply> {
    await requireAdmin(toolkit, context)
    const { trace, id } = context
    if (!(await dead.resend(trace, id, outbox))) throw new Refusal(404, `there is no dead letter ${id}`)
    return json(202, { id })
  }

  return [
    { method: 'GET', path: '/filas', handle: show },
    { method: 'POST', path: '/filas/mortas/:id/reenvio', id: DEAD_LETTER_ID, handle: resend },
  ]
}

function describeCounts({ topic, length, groups }: TopicCounts) {
  const grupos = groups.map(({ group, lag, pending, consumers }) => {
    return { grupo: group, atraso: lag, pendentes: pending, consumidores: consumers }
  })
  return { fila: topic, tamanho: length, grupos }
}

function describeLetter({ id, topic, group, reason, tries, at, type, key }: DeadLetter) {
  return {
    id,
    fila: topic,
    grupo: group,
    motivo: reason,
    tentativas: tries,
    em: at.toISOString(),
    tipo: type,
    chave: key,
  }
}
