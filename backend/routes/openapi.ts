/**
 * `GET /openapi.json`: the description of all routes, for programs.
 *
 * Read beside: ../openapi/document.ts
 * Pure: the document is made at the first request, and kept.
 */
import { json } from '../http/reply.ts'
import type { Route } from '../http/router.ts'
import { describeRoutes, type Operations } from '../openapi/document.ts'

/** The route that describes `routes` and itself. */
export function openapiRoute(routes: readonly Route[], operations: Operations): Route {
  let document: unknown
  const route: Route = {
    method: 'GET',
    path: '/openapi.json',
    handle: () => {
      document ??= describeRoutes([...routes, route], operations)
      return json(200, document)
    },
  }
  return route
}
