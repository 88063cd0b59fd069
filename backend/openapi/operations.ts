/**
 * What each route is for, for /openapi.json. A test fails for a route that has no entry here, and compares the real responses of
 * every route with its entry.
 *
 * Read beside: document.ts (what the members mean), ../routes/
 * Pure: values.
 */
import Type from 'typebox'
import { CredentialsSchema, LoggedInSchema, LogoutSchema } from '../routes/login-schemas.ts'
import { ProfileSchema, SessionListSchema } from '../routes/perfil-schemas.ts'
import { HealthSchema, StatusSchema } from '../routes/status-schemas.ts'
import { PageQuerySchema, UserPageSchema, UserRecordSchema } from '../routes/usuarios-schemas.ts'
import { NewUserSchema, UserChangeSchema } from '../users/user-schemas.ts'
import type { Operations } from './document.ts'

/** The routes that every backend and every application has. */
export const statusOperations: Operations = {
  'GET /status': {
    summary: 'which server answers, and the state of its databases',
    responses: { 200: { description: 'also while MySQL or Redis is down', schema: StatusSchema } },
  },
  'GET /healthz': {
    summary: 'readiness: whether this server should get requests',
    responses: {
      200: { description: 'it should', schema: HealthSchema },
      503: { description: 'it should not: it is stopping, for example' },
    },
  },
  'GET /livez': {
    summary: 'liveness: whether the process answers',
    responses: { 200: { description: 'it does', schema: HealthSchema } },
  },
  'GET /openapi.json': {
    summary: 'this document',
    // The rest of its schema: https://spec.openapis.org/oas/v3.1.1.html
    responses: { 200: { description: 'OpenAPI 3.1', schema: Type.Object({ openapi: Type.String() }) } },
  },
}

const UNAVAILABLE = { 503: { description: 'Redis or MySQL is down, or too many passwords are being checked' } }

export const loginOperations: Operations = {
  'POST /login': {
    summary: 'logs in under a new session id; the response to a form is 303',
    body: CredentialsSchema,
    alsoForm: true,
    responses: {
      200: { description: 'logged in', schema: LoggedInSchema, jsonAlone: true, headers: ['Set-Cookie'] },
      303: { description: 'logged in with a form', headers: ['Set-Cookie', 'Location'] },
      401: { description: 'the user name or the password is wrong' },
      429: { description: 'too many failed logins', headers: ['Retry-After'] },
      ...UNAVAILABLE,
    },
  },
  'POST /logout': {
    summary: 'logs out, in this browser or everywhere',
    body: LogoutSchema,
    bodyOptional: true,
    alsoForm: true,
    responses: {
      204: { description: 'logged out', headers: ['Set-Cookie'] },
      303: { description: 'logged out with a form', headers: ['Set-Cookie', 'Location'] },
      ...UNAVAILABLE,
    },
  },
}

export const profileOperations: Operations = {
  'GET /perfil': {
    summary: 'the user who is logged in, the server that answers, and the session',
    session: true,
    responses: {
      200: { description: 'the profile', schema: ProfileSchema },
      303: { description: 'not logged in, and the client prefers HTML', headers: ['Location'] },
      401: { description: 'not logged in', jsonAlone: true },
    },
  },
  'GET /sessoes': {
    summary: 'the sessions of the user who is logged in, newest first',
    session: true,
    responses: { 200: { description: 'when each was created, and by which server', schema: SessionListSchema } },
  },
}

const FORBIDDEN = { 403: { description: 'the role of the user does not allow it' } }
const MISSING = { 404: { description: 'there is no such user' } }
const OUTDATED = { 412: { description: 'If-Match names another version: the user was changed in the meantime' } }

export const userOperations: Operations = {
  'GET /usuarios': {
    summary: 'users in the order of their ids',
    session: true,
    query: PageQuerySchema,
    responses: { 200: { description: 'one page', schema: UserPageSchema }, ...FORBIDDEN },
  },
  'POST /usuarios': {
    summary: 'creates a user',
    session: true,
    body: NewUserSchema,
    responses: {
      201: { description: 'created', schema: UserRecordSchema, headers: ['Location', 'ETag'] },
      409: { description: 'the user name is taken' },
      422: { description: 'the password is too short, too long or too common' },
      ...FORBIDDEN,
    },
  },
  'GET /usuarios/:id': {
    summary: 'one user',
    session: true,
    condition: 'If-None-Match',
    responses: {
      200: { description: 'the user', schema: UserRecordSchema, headers: ['ETag'] },
      304: { description: 'still the version in If-None-Match' },
      ...FORBIDDEN,
      ...MISSING,
    },
  },
  'PATCH /usuarios/:id': {
    summary:
      'changes name, role or password. A new role or password ends the sessions of that user; users who change their own get a new session',
    session: true,
    condition: 'If-Match',
    body: UserChangeSchema,
    responses: {
      200: { description: 'changed', schema: UserRecordSchema, headers: ['ETag'] },
      409: { description: 'the last admin cannot give up the role' },
      422: { description: 'the new password is refused, or the current one is wrong' },
      429: { description: 'too many wrong passwords', headers: ['Retry-After'] },
      ...FORBIDDEN,
      ...MISSING,
      ...OUTDATED,
    },
  },
  'DELETE /usuarios/:id': {
    summary: 'removes a user and ends the sessions of that user',
    session: true,
    condition: 'If-Match',
    responses: {
      204: { description: 'removed' },
      409: { description: 'the last admin cannot be removed' },
      ...FORBIDDEN,
      ...MISSING,
      ...OUTDATED,
    },
  },
}
