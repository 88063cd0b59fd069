/**
 * `/openapi.json`: all routes as an OpenAPI 3.1 document. A test compares it with the real responses.
 *
 * Read beside: operations.ts (what each route is for), openapi.test.ts; https://spec.openapis.org/oas/v3.1.1.html
 * Pure: routes and operations in, a document out.
 */
import { STATUS_CODES } from 'node:http'
import Type, { type TSchema } from 'typebox'
import { PROBLEM_TYPE } from '#shared/problem.ts'
import type { Route } from '../http/router.ts'

/** What a route is for: what it accepts, and what it may return (OpenAPI 3.1 §4.8.10, Operation Object). */
export interface Operation {
  readonly summary: string
  /** Whether the session cookie is required: then 401 is possible, and 503 while Redis is down. */
  readonly session?: boolean
  /** The JSON body. */
  readonly body?: TSchema
  /** Whether the same members are also accepted as a form. */
  readonly alsoForm?: boolean
  /** Whether the request may come without a body. */
  readonly bodyOptional?: boolean
  readonly query?: TSchema
  /** The precondition field that the route evaluates (RFC 9110 §13.1). */
  readonly condition?: 'If-Match' | 'If-None-Match'
  /** Its successful responses and its own refusals. {@link allResponses} adds those that all routes have. */
  readonly responses: Readonly<Record<number, DocumentedResponse>>
}

export interface DocumentedResponse {
  readonly description: string
  /** The schema of the JSON body; absent where there is no body, and for problems. */
  readonly schema?: TSchema
  /** Never a page, even if the route has pages. */
  readonly jsonAlone?: boolean
  /** Fields that this response always has. */
  readonly headers?: readonly string[]
}

/** The operation of each route, by method and path: `GET /perfil`. */
export type Operations = Readonly<Record<string, Operation>>

export function operationKey({ method, path }: Pick<Route, 'method' | 'path'>): string {
  return `${method} ${path}`
}

/** RFC 9457 §3.1. Extension members are allowed. */
export const ProblemSchema = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer({ minimum: 400, maximum: 599 }),
  detail: Type.Optional(Type.String()),
})

/** A route without an operation is left out; {@link undocumented} names it. */
export function describeRoutes(routes: readonly Route[], operations: Operations) {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) {
    const operation = operations[operationKey(route)]
    if (operation === undefined) continue
    const path = route.path.replace(':id', '{id}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describeRoute(route, operation) }
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'meutrabalho.com.br',
      version: '1.0.0',
      description:
        'Sessions in Redis, users in MySQL, several servers with the same routes. Errors are RFC 9457 problems.',
    },
    paths,
    components: {
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'sid', description: 'set by POST /login' } },
      schemas: { Problem: ProblemSchema },
    },
  }
}

/** The routes that no operation describes, as `GET /path`. */
export function undocumented(routes: readonly Route[], operations: Operations): string[] {
  return routes.map(operationKey).filter(key => operations[key] === undefined)
}

function describeRoute(route: Route, operation: Operation) {
  const { summary, session, body, alsoForm, bodyOptional = false, query, condition } = operation
  const described = Object.entries(allResponses(route, operation)).map(([status, response]) => [
    status,
    describeResponse(status, response, route),
  ])
  const parameters = [...pathParameters(route), ...queryParameters(query), ...headerParameters(condition)]
  return {
    summary,
    ...(session ? { security: [{ session: [] }] } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: { required: !bodyOptional, content: contentOf(body, alsoForm) } } : {}),
    responses: Object.fromEntries(described),
  }
}

/** The responses of the route itself, and those that follow from what kind of route it is. */
export function allResponses(
  { method }: Route,
  { responses, session, body, query }: Operation,
): Record<number, DocumentedResponse> {
  const refusal = (status: number) => ({ [status]: { description: STATUS_CODES[status] ?? '' } })
  return {
    ...(body || query ? refusal(400) : {}),
    ...(session ? { ...refusal(401), ...refusal(503) } : {}),
    ...(method === 'GET' ? {} : refusal(403)),
    ...refusal(406),
    ...(body ? { ...refusal(413), ...refusal(415) } : {}),
    ...responses,
  }
}

function describeResponse(
  status: string,
  { description, schema, jsonAlone = false, headers = [] }: DocumentedResponse,
  { produces = ['json'] }: Route,
) {
  const page = { 'text/html': { schema: { type: 'string' } } }
  const problem = { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } }
  const html = produces.includes('html') && !jsonAlone ? page : {}
  // An error is a page for every client that prefers one.
  const errorPage = jsonAlone ? {} : page
  const content = schema
    ? { 'application/json': { schema }, ...html }
    : Number(status) >= 400
      ? { ...problem, ...errorPage }
      : undefined
  const named = headers.map(name => [name, { schema: { type: 'string' } }])
  return {
    description,
    ...(named.length > 0 ? { headers: Object.fromEntries(named) } : {}),
    ...(content ? { content } : {}),
  }
}

function contentOf(schema: TSchema, alsoForm = false) {
  const form = alsoForm ? { 'application/x-www-form-urlencoded': { schema } } : {}
  return { 'application/json': { schema }, ...form }
}

function pathParameters({ path, id }: Route) {
  if (!path.includes(':id')) return []
  const schema = id === undefined ? { type: 'integer', minimum: 1 } : { type: 'string', pattern: id.source }
  return [{ name: 'id', in: 'path', required: true, schema }]
}

function queryParameters(query: TSchema | undefined) {
  const { properties = {} } = (query ?? {}) as { properties?: Record<string, unknown> }
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', schema }))
}

const CONDITIONS = {
  'If-Match': 'the change is made only if the ETag is still this one; * is any',
  'If-None-Match': 'the content is sent only if the ETag is another one; * is any',
} as const

function headerParameters(condition: Operation['condition']) {
  if (condition === undefined) return []
  return [{ name: condition, in: 'header', description: CONDITIONS[condition], schema: { type: 'string' } }]
}
