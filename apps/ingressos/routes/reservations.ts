/**
 * Reserving, buying, giving back, and the tickets that one has.
 *
 *     POST /eventos/:id/reservas   limit, turn, key in progress (one step in Redis) ──► one transaction in MySQL, alone
 *     POST /reservas/:id/compra    limit, key in progress ───────────────────────────► or together with others
 *
 * Read beside: ../reservations.ts, ../idempotency/responses.ts, ../line/line.ts
 * Touches the world: Redis, MySQL.
 */
import { randomUUID } from 'node:crypto'
import { describeError } from '#shared/log.ts'
import { empty, instantText, json, page, type Reply, seeOther } from '../../../backend/http/reply.ts'
import type { RequestContext } from '../../../backend/http/request-context.ts'
import type { Route } from '../../../backend/http/router.ts'
import { Refusal } from '../../../backend/refusal.ts'
import type { Trace } from '../../../backend/trace.ts'
import { check } from '../../../backend/validation/check.ts'
import '../event-kinds.ts'
import { hashOfRequest, parseIdempotencyKey } from '../idempotency/key.ts'
import { inProgress, type KeyedRequest } from '../idempotency/responses.ts'
import { reservationPage, ticketsPage } from '../pages/reservation-pages.ts'
import { notEnough } from '../reservations.ts'
import type { SaleParts } from '../sale-parts.ts'
import { NewReservationSchema, NothingSchema } from '../schemas.ts'
import { readAction } from './action-body.ts'

const BOTH = ['json', 'html'] as const
/** Purchases are one group: they lock only their own reservations. */
const ALL = 0

export function reservationRoutes(parts: SaleParts): Route[] {
  const { catalogue, line, reservations, responses, reserving, buying, sessions, events, log } = parts

  async function reserve(context: RequestContext): Promise<Reply> {
    const { trace } = context
    const { type, value, key } = await readAction(context)
    const { user } = await sessions.require(trace, context.cookies)
    const keyed = keyedBy(context, user.id, parseIdempotencyKey(key), value)
    const { quantidade } = check(NewReservationSchema, value)
    const { value: event } = await catalogue.one(trace, Number(context.id))
    const { busy, inLine } = await line.mayReserve(trace, event.id, user.id, event.disponiveis, keyed.key)
    if (busy || !inLine?.admitted) {
      const replay = await responses.find(trace, keyed)
      if (replay !== undefined) return answer(type, replay)
      if (busy) throw inProgress()
      const left = await catalogue.availableNow(trace, event.id)
      if (left < quantidade) throw notEnough(left)
      throw new Refusal(403, notYet(event.id, inLine?.position), { members: { posicao: inLine?.position ?? null } })
    }
    const reply = await reserving
      .execute(event.id, { trace, keyed, event: event.id, quantity: quantidade })
      .catch(error => {
        release(trace, line.done(trace, user.id, keyed.key))
        throw error
      })
    release(trace, line.done(trace, user.id, keyed.key, event.id))
    changed(trace, event.id, idIn(reply), quantidade, 'reserved')
    return answer(type, reply)
  }

  async function buy(context: RequestContext): Promise<Reply> {
    const { trace } = context
    const { type, value, key } = await readAction(context)
    const { user } = await sessions.require(trace, context.cookies)
    const keyed = keyedBy(context, user.id, parseIdempotencyKey(key), value)
    check(NothingSchema, value)
    if (!(await line.mayBuy(trace, user.id, keyed.key))) {
      const replay = await responses.find(trace, keyed)
      if (replay === undefined) throw inProgress()
      return answer(type, replay)
    }
    const id = Number(context.id)
    try {
      const reply = await buyOnce(context, keyed, id)
      changed(trace, undefined, id, undefined, 'bought')
      return answer(type, reply)
    } finally {
      release(trace, line.done(trace, user.id, keyed.key))
    }
  }

  /** A repeated request finds the reservation bought by itself: then the first response is sent again. */
  async function buyOnce({ trace }: RequestContext, keyed: KeyedRequest, id: number): Promise<Reply> {
    try {
      return await buying.execute(ALL, { trace, keyed, reservation: id })
    } catch (error) {
      if (!(error instanceof Refusal) || ![404, 409, 410].includes(error.status)) throw error
      const replay = await responses.find(trace, keyed)
      if (replay !== undefined) return replay
      throw error
    }
  }

  async function cancel(context: RequestContext): Promise<Reply> {
    const { trace } = context
    const isForm = context.request.method === 'POST'
    if (isForm) check(NothingSchema, (await context.body(['json', 'form'], { optional: true })).value)
    const { user } = await sessions.require(trace, context.cookies)
    await line.count(trace, user.id)
    const id = Number(context.id)
    const event = await reservations.cancel(trace, user.id, id)
    changed(trace, event, id, undefined, 'cancelled')
    return isForm ? seeOther(`/eventos/${event}`) : empty()
  }

  async function read(context: RequestContext): Promise<Reply> {
    const { trace, form } = context
    const { user } = await sessions.require(trace, context.cookies)
    await line.count(trace, user.id)
    const found = await reservations.find(trace, user.id, Number(context.id))
    if (form === 'html') return page(200, reservationPage(found, randomUUID()))
    const expiraEm = instantText(found.expiresAt.getTime())
    const { id, event, quantity, state } = found
    return json(200, { id, evento: event, quantidade: quantity, expiraEm, estado: STATES[state] })
  }

  async function tickets({ trace, cookies, form }: RequestContext): Promise<Reply> {
    const { user } = await sessions.require(trace, cookies)
    await line.count(trace, user.id)
    const found = await reservations.tickets(trace, user.id)
    return form === 'html' ? page(200, ticketsPage(found)) : json(200, { ingressos: found })
  }

  /** Nothing of the response depends on it. The mark of a key ends by itself, and what the cache says may be a second old. */
  function release(trace: Trace, work: Promise<unknown>): void {
    work.catch(error => log.warn('Redis was not brought up to date', { request: trace.id, why: describeError(error) }))
  }

  function changed(
    trace: Trace,
    event: number | undefined,
    reservation: number,
    quantity: number | undefined,
    state: 'reserved' | 'bought' | 'cancelled',
  ): void {
    if (event !== undefined) release(trace, catalogue.changed(trace, [event]))
    events.publish('ingressos.reservation', () => ({ event, reservation, quantity, state }), trace.id)
  }

  return [
    { method: 'POST', path: '/eventos/:id/reservas', produces: BOTH, handle: reserve },
    { method: 'GET', path: '/reservas/:id', produces: BOTH, handle: read },
    { method: 'DELETE', path: '/reservas/:id', handle: cancel },
    { method: 'POST', path: '/reservas/:id/compra', produces: BOTH, handle: buy },
    { method: 'POST', path: '/reservas/:id/cancelamento', produces: BOTH, handle: cancel },
    { method: 'GET', path: '/ingressos', produces: BOTH, handle: tickets },
  ]
}

const STATES = { reserved: 'reservada', bought: 'comprada', cancelled: 'cancelada', expired: 'expirada' } as const

function keyedBy({ request, id }: RequestContext, user: number, key: string, value: unknown): KeyedRequest {
  return { user, key, request: hashOfRequest(request.method ?? '', `${pathOf(request.url)} ${id}`, value) }
}

function pathOf(url = ''): string {
  return url.split('?', 1)[0] ?? ''
}

function notYet(event: number, position: number | undefined): string {
  if (position === undefined) return `join the line first: POST /eventos/${event}/fila`
  return `it is not your turn yet; you are number ${position} in the line`
}

/** A form is answered with 303 to the page of what was made. */
function answer(type: 'json' | 'form', reply: Reply): Reply {
  return type === 'form' ? seeOther(locationOf(reply)) : reply
}

function locationOf({ headers }: Reply): string {
  return headers[headers.indexOf('Location') + 1] ?? '/'
}

/** `/reservas/17` → 17. */
function idIn(reply: Reply): number {
  return Number(locationOf(reply).split('/').at(-1))
}
