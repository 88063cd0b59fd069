/**
 * What each route of this application is for: /openapi.json.
 *
 * Read beside: routes/, backend/openapi/document.ts
 * Pure: values.
 */
import Type from 'typebox'
import type { Operations } from '../../backend/openapi/document.ts'
import { loginOperations, profileOperations } from '../../backend/openapi/operations.ts'
import {
  AcceptedSchema,
  ListQuerySchema,
  NewSignUpSchema,
  QueuesSchema,
  SignUpListSchema,
  SignUpSchema,
} from './routes/schemas.ts'

const FORBIDDEN = { 403: { description: 'not an admin' } }
const MISSING = { 404: { description: 'there is none with this id' } }
const DECISION = {
  session: true,
  responses: {
    200: { description: 'decided, now or before', schema: SignUpSchema },
    409: { description: 'decided otherwise, not in review yet, or the user name was taken meanwhile' },
    ...FORBIDDEN,
    ...MISSING,
  },
}

export const cadastroOperations: Operations = {
  ...loginOperations,
  ...profileOperations,
  'POST /cadastros': {
    summary: 'signs up; an admin has to approve it',
    body: NewSignUpSchema,
    responses: {
      202: { description: 'accepted, and being processed', schema: AcceptedSchema, headers: ['Location'] },
      409: { description: 'the user name or the e-mail address is taken' },
      422: { description: 'the password is refused' },
      503: { description: 'MySQL is down, or too many passwords are being hashed' },
    },
  },
  'GET /cadastros': {
    summary: 'the sign-ups in review, or those that contain words',
    session: true,
    query: ListQuerySchema,
    responses: { 200: { description: 'a list', schema: SignUpListSchema }, ...FORBIDDEN },
  },
  'GET /cadastros/:id': {
    summary: 'the state of one sign-up; its id is the permission',
    responses: { 200: { description: 'the state and its history', schema: SignUpSchema }, ...MISSING },
  },
  'POST /cadastros/:id/aprovacao': { summary: 'approves: the person becomes a user', ...DECISION },
  'POST /cadastros/:id/recusa': { summary: 'refuses: the data of the person is removed', ...DECISION },
  'GET /filas': {
    summary: 'what waits in each topic, and the dead letters',
    session: true,
    responses: { 200: { description: 'counts and letters', schema: QueuesSchema }, ...FORBIDDEN },
  },
  'POST /filas/mortas/:id/reenvio': {
    summary: 'sends a dead letter again',
    session: true,
    responses: {
      202: { description: 'it is in the outbox', schema: Type.Object({ id: Type.String() }) },
      ...FORBIDDEN,
      ...MISSING,
    },
  },
}
