/**
 * `/eventos`: the events, and the waiting line of each.
 *
 * Read beside: ../catalogue.ts, ../line/line.ts, ../schemas.ts
 * Touches the world: Redis, MySQL.
 */
import { randomUUID } from 'node:crypto'
import { json, page, type Reply, seeOther } from '../../../backend/http/reply.ts'
import type { RequestContext } from '../../../backend/http/request-context.ts'
import type { Route } from '../../../backend/http/router.ts'
import { Refusal } from '../../../backend/refusal.ts'
import { check } from '../../../backend/validation/check.ts'
import '../event-kinds.ts'
import type { StandingInLine } from '../line/line.ts'
import { eventListPage, eventPage } from '../pages/event-pages.ts'
import type { SaleParts } from '../sale-parts.ts'
import { NewEventSchema, NothingSchema } from '../schemas.ts'

const BOTH = ['json', 'html'] as const

export function eventRoutes(parts: SaleParts): Route[] {
  const { catalogue, line, sessions, events, settings } = parts

  async function list({ trace, form }: RequestContext): Promise<Reply> {
    const { value, status } = await catalogue.list(trace)
    const fields = ['Cache-Status', status]
    return form === 'html' ? page(200, eventListPage(value), fields) : json(200, { eventos: value }, fields)
  }

  async function one(context: RequestContext): Promise<Reply> {
    const { trace, form } = context
    const { value, status } = await catalogue.one(trace, Number(context.id))
    const fields = ['Cache-Status', status]
    if (form === 'json') return json(200, value, fields)
    const session = await sessions.resume(trace, context.cookies)
    const standing = session && (await line.look(trace, value.id, session.user.id, value.disponiveis))
    return page(200, eventPage(value, { loggedIn: session !== undefined, standing, key: randomUUID() }), fields)
  }

  async function create(context: RequestContext): Promise<Reply> {
    const { value } = await context.body()
    const { user } = await sessions.require(context.trace, context.cookies)
    if (user.role !== 'admin') throw new Refusal(403, 'only an admin may create events')
    const { nome, total } = check(NewEventSchema, value)
    const event = await catalogue.create(context.trace, nome, total)
    return json(201, event, ['Location', `/eventos/${event.id}`])
  }

  async function join(context: RequestContext): Promise<Reply> {
    const { value, type } = await context.body(['json', 'form'], { optional: true })
    const { trace } = context
    const { user } = await sessions.require(trace, context.cookies)
    check(NothingSchema, value)
    const { value: event } = await catalogue.one(trace, Number(context.id))
    const standing = await line.join(trace, event.id, user.id, event.disponiveis)
    report(context, event.id, standing)
    return type === 'form' ? seeOther(`/eventos/${event.id}`) : json(200, describe(standing))
  }

  async function look(context: RequestContext): Promise<Reply> {
    const { trace } = context
    const { user } = await sessions.require(trace, context.cookies)
    const { value: event } = await catalogue.one(trace, Number(context.id))
    const standing = await line.look(trace, event.id, user.id, event.disponiveis)
    if (standing === undefined) throw new Refusal(404, `you are not in the line of event ${event.id}; POST joins it`)
    report(context, event.id, standing)
    return json(200, describe(standing))
  }

  function report({ trace }: RequestContext, event: number, { waiting, position, admitted }: StandingInLine): void {
    events.publish('ingressos.line', () => ({ event, waiting, position, admitted }), trace.id)
  }

  function describe({ position, admitted, ahead }: StandingInLine) {
    const esperaSegundos = admitted ? 0 : Math.ceil((ahead + 1) / settings.admissionsPerSecond)
    return { posicao: position, admitido: admitted, aFrente: ahead, esperaSegundos }
  }

  return [
    { method: 'GET', path: '/eventos', produces: BOTH, handle: list },
    { method: 'POST', path: '/eventos', handle: create },
    { method: 'GET', path: '/eventos/:id', produces: BOTH, handle: one },
    { method: 'POST', path: '/eventos/:id/fila', produces: BOTH, handle: join },
    { method: 'GET', path: '/eventos/:id/fila', handle: look },
  ]
}
