/**
 * What each route of the ticket sale is for, for /openapi.json.
 *
 * Read beside: routes/, backend/openapi/document.ts
 * Pure: values.
 */
import type { Operations } from '../../backend/openapi/document.ts'
import {
  NewEventSchema,
  NewReservationSchema,
  NothingSchema,
  PurchaseSchema,
  ReservationSchema,
  StandingSchema,
  TicketEventListSchema,
  TicketEventSchema,
  TicketListSchema,
} from './schemas.ts'

const CACHED = ['Cache-Status']
const TOO_MANY = { 429: { description: 'this user makes too many requests', headers: ['Retry-After'] } }
const KEYED = {
  303: { description: 'the same, for a form', headers: ['Location'] },
  409: { description: 'not possible in this state, or the same Idempotency-Key is in progress' },
  422: { description: 'this Idempotency-Key was used for another request' },
  ...TOO_MANY,
}
const body = { bodyOptional: true, alsoForm: true, body: NothingSchema, session: true }

export const saleOperations: Operations = {
  'GET /eventos': {
    summary: 'the events, the newest first; the response may be a second old',
    responses: { 200: { description: 'the events', schema: TicketEventListSchema, headers: CACHED } },
  },
  'POST /eventos': {
    summary: 'a new event (admin)',
    session: true,
    body: NewEventSchema,
    responses: { 201: { description: 'created', schema: TicketEventSchema, headers: ['Location'] } },
  },
  'GET /eventos/:id': {
    summary: 'one event; the response may be a second old',
    responses: { 200: { description: 'the event', schema: TicketEventSchema, headers: CACHED } },
  },
  'POST /eventos/:id/fila': {
    summary: 'joins the waiting line; a user who is in it keeps the place',
    ...body,
    responses: {
      200: { description: 'the place', schema: StandingSchema, jsonAlone: true },
      303: { description: 'the same, for a form', headers: ['Location'] },
      ...TOO_MANY,
    },
  },
  'GET /eventos/:id/fila': {
    summary: 'the place in the waiting line',
    session: true,
    responses: { 200: { description: 'the place', schema: StandingSchema }, ...TOO_MANY },
  },
  'POST /eventos/:id/reservas': {
    summary: 'holds seats for a while; needs the field Idempotency-Key (a form: the member chave)',
    session: true,
    body: NewReservationSchema,
    alsoForm: true,
    responses: {
      201: { description: 'reserved', schema: ReservationSchema, jsonAlone: true, headers: ['Location'] },
      403: { description: 'it is not this user’s turn yet' },
      ...KEYED,
    },
  },
  'GET /reservas/:id': {
    summary: 'a reservation of one’s own',
    session: true,
    responses: { 200: { description: 'the reservation', schema: ReservationSchema }, ...TOO_MANY },
  },
  'POST /reservas/:id/compra': {
    summary: 'buys what is reserved; needs the field Idempotency-Key (a form: the member chave)',
    ...body,
    responses: {
      201: { description: 'bought', schema: PurchaseSchema, jsonAlone: true, headers: ['Location'] },
      410: { description: 'the reservation has expired, or was cancelled' },
      ...KEYED,
    },
  },
  'DELETE /reservas/:id': {
    summary: 'gives the seats back',
    session: true,
    responses: {
      204: { description: 'cancelled, now or before' },
      409: { description: 'bought already' },
      410: { description: 'expired' },
      ...TOO_MANY,
    },
  },
  'POST /reservas/:id/cancelamento': {
    summary: 'the same as DELETE, for a form',
    ...body,
    responses: { 303: { description: 'cancelled', headers: ['Location'] }, ...TOO_MANY },
  },
  'GET /ingressos': {
    summary: 'one’s own tickets, the newest first',
    session: true,
    responses: { 200: { description: 'the tickets', schema: TicketListSchema }, ...TOO_MANY },
  },
}
