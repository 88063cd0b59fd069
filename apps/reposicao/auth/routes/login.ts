/**
 * `GET /auth/login`: the login form, and the way back to the authorization request that led to it. `POST /auth/login` is that of all
 * programs (backend/routes/login.ts).
 *
 * The way back is always `/auth/authorize` of this server with the same query, which is judged again there. So no link can make
 * this form send people to another site.
 *
 * Read beside: authorize.ts; RFC 9700 §4.11 (open redirectors), §4.16 (clickjacking: the page may not be in a frame)
 * Touches the world: through the login routes of the backend.
 */
import { page } from '../../../../backend/http/reply.ts'
import type { RequestContext } from '../../../../backend/http/request-context.ts'
import type { Route } from '../../../../backend/http/router.ts'
import { loginFormPage } from '../../../../backend/pages/login-page.ts'
import { loginRoutes } from '../../../../backend/routes/login.ts'
import type { Toolkit } from '../../../../backend/toolkit.ts'

export function authLoginRoutes(toolkit: Toolkit): Route[] {
  return [
    {
      method: 'GET',
      path: '/auth/login',
      produces: ['html'],
      handle: context => page(200, loginFormPage({ action: withQuery('/auth/login', context) })),
    },
    ...loginRoutes(toolkit, {
      prefix: '/auth',
      next: context => (context.query.size > 0 ? withQuery('/auth/authorize', context) : '/'),
      form: (status, detail, username, context) =>
        loginFormPage({ action: withQuery('/auth/login', context), username, trouble: { status, detail } }),
    }),
  ]
}

/** The query is written again, not copied: no octet of it can end the address or the attribute. */
function withQuery(path: string, { query }: RequestContext): string {
  return query.size > 0 ? `${path}?${query}` : path
}
