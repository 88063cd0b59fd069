/**
 * What each route of the tickets API is for, for /openapi.json.
 *
 * Read beside: routes/, backend/openapi/document.ts
 * Pure: values.
 */
import Type from 'typebox'
import type { Operations } from '../../../backend/openapi/document.ts'
import { strict } from '../../../backend/validation/schema-parts.ts'
import { TicketOrderSchema, TicketSchema } from '../ticket-message.ts'
import { NoticeQuerySchema } from './routes/avisos.ts'
import { TicketChangeSchema } from './routes/change.ts'
import { TicketQuerySchema } from './routes/read.ts'

const BEARER = {
  400: { description: 'RFC 6750: invalid_request, or the body or the query is wrong' },
  401: { description: 'RFC 6750: no token, or invalid_token', headers: ['WWW-Authenticate'] },
  403: { description: 'RFC 6750: insufficient_scope, or another role may do this' },
  503: { description: 'Redis, MySQL or the auth API is down' },
}
const MISSING = { 404: { description: 'there is no such ticket, or it belongs to another ward' } }

export const ticketOperations: Operations = {
  'POST /tickets': {
    summary: 'asks for medicine: accepted and in the queue',
    body: TicketOrderSchema,
    responses: {
      202: {
        description: 'it will be written exactly once',
        schema: Type.Object({ id: Type.String(), estado: Type.Literal('na-fila') }, strict),
        headers: ['Location'],
      },
      ...BEARER,
    },
  },
  'GET /tickets': {
    summary: 'tickets, newest first: a ward has its own, the pharmacy has all',
    query: TicketQuerySchema,
    responses: {
      200: {
        description: 'a page',
        schema: Type.Object(
          { tickets: Type.Array(TicketSchema), proxima: Type.Union([Type.String(), Type.Null()]) },
          strict,
        ),
      },
      ...BEARER,
    },
  },
  'GET /tickets/:id': {
    summary: 'one ticket, from the cache or from MySQL',
    condition: 'If-None-Match',
    responses: {
      200: { description: 'the ticket', schema: TicketSchema, headers: ['ETag', 'Cache-Status'] },
      304: { description: 'not changed' },
      ...BEARER,
      ...MISSING,
    },
  },
  'PATCH /tickets/:id': {
    summary: 'moves a ticket to another state',
    body: TicketChangeSchema,
    condition: 'If-Match',
    responses: {
      200: { description: 'changed', schema: TicketSchema, headers: ['ETag'] },
      ...BEARER,
      ...MISSING,
      409: { description: 'not from the present state' },
      412: { description: 'changed meanwhile' },
      428: { description: 'If-Match is missing' },
    },
  },
  'DELETE /tickets/:id': {
    summary: 'deletes a ticket that is still aberto',
    condition: 'If-Match',
    responses: {
      204: { description: 'deleted' },
      ...BEARER,
      ...MISSING,
      409: { description: 'not aberto any more' },
      412: { description: 'changed meanwhile' },
    },
  },
  'GET /tickets/avisos': {
    summary: 'changes of tickets as server-sent events; continues after Last-Event-ID',
    query: NoticeQuerySchema,
    responses: { 200: { description: 'text/event-stream' }, ...BEARER, 429: { description: 'too many streams' } },
  },
  'GET /.well-known/oauth-authorization-server/auth': {
    summary: 'the metadata of the auth API',
    responses: { 200: { description: 'RFC 8414 §2' } },
  },
}
