/**
 * `GET /openapi.json`: what all routes are for, for programs.
 *
 * Read beside: ../openapi/document.ts
 * Pure: the document is made once.
 */
import { json } from '../http/reply.ts'
import type { Route } from '../http/router.ts'
import { describeRoutes } from '../openapi/document.ts'
import { Description } from '../validation/schemas.ts'

/** The given routes, and the one that describes them all. */
export function withDescription(routes: readonly Route[]): Route[] {
  const all: Route[] = [...routes]
  let description: unknown
  all.push({
    method: 'GET',
    path: '/openapi.json',
    operation: { summary: 'this document', answers: { 200: { description: 'OpenAPI 3.1', schema: Description } } },
    handle: () => {
      description ??= describeRoutes(all)
      return json(200, description)
    },
  })
  return all
}
