/**
 * What each route of the auth API is for, for /openapi.json.
 *
 * Read beside: routes/, backend/openapi/document.ts
 * Pure: values.
 */
import Type from 'typebox'
import type { Operations } from '../../../backend/openapi/document.ts'
import { loginOperations } from '../../../backend/openapi/operations.ts'

const text = Type.Optional(Type.String())
const UNAVAILABLE = { 503: { description: 'Redis or MySQL is down' } }
const { 'POST /login': login, 'POST /logout': logout } = loginOperations as Required<typeof loginOperations>

const AccessTokenSchema = Type.Object({
  access_token: Type.String(),
  token_type: Type.Literal('Bearer'),
  expires_in: Type.Integer(),
  refresh_token: Type.String(),
  scope: Type.String(),
})

export const authOperations: Operations = {
  ...(login ? { 'POST /auth/login': login } : {}),
  ...(logout ? { 'POST /auth/logout': logout } : {}),
  'GET /auth/login': { summary: 'the login form', responses: { 200: { description: 'a page' } } },
  'GET /auth/authorize': {
    summary: 'OAuth 2: a code for a person who is logged in',
    query: Type.Object({
      response_type: text,
      client_id: text,
      redirect_uri: text,
      scope: text,
      state: text,
      code_challenge: text,
      code_challenge_method: text,
    }),
    responses: {
      302: { description: 'to the page with code, state and iss; or to the login form', headers: ['Location'] },
      ...UNAVAILABLE,
    },
  },
  'POST /auth/token': {
    summary: 'OAuth 2: a code or a refresh token for an access token (a form, not JSON)',
    responses: {
      200: { description: 'RFC 6749 §5.1', schema: AccessTokenSchema },
      400: { description: 'RFC 6749 §5.2' },
      401: { description: 'invalid_client' },
      ...UNAVAILABLE,
    },
  },
  'POST /auth/revoke': {
    summary: 'RFC 7009: ends a refresh token and all that were issued after the same login (a form)',
    responses: { 200: { description: 'ended, or unknown' }, 400: { description: 'RFC 6749 §5.2' }, ...UNAVAILABLE },
  },
  'GET /auth/jwks': { summary: 'the public keys of access tokens', responses: { 200: { description: 'RFC 7517 §5' } } },
  'GET /auth/.well-known/oauth-authorization-server': {
    summary: 'the metadata of this server',
    responses: { 200: { description: 'RFC 8414 §2' } },
  },
}
