/**
 * `/openapi.json`: all routes as an OpenAPI 3.1 document, made from the routes themselves. A test holds it against the answers.
 *
 * Read beside: operation.ts, ../validation/schemas.ts; https://spec.openapis.org/oas/v3.1.1.html
 * Pure: routes in, a document out.
 */
import { STATUS_CODES } from 'node:http'
import type { TSchema } from 'typebox'
import { PROBLEM_TYPE } from '#shared/problem.ts'
import type { Route } from '../http/router.ts'
import { Problem } from '../validation/schemas.ts'
import type { DocumentedResponse, Operation } from './operation.ts'

export function describeRoutes(routes: readonly Route[]) {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) {
    const path = route.path.replace(':id', '{id}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describeRoute(route) }
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'meutrabalho.com.br',
      version: '1.0.0',
      description: 'Sessions in Redis, users in MySQL, three servers that answer alike. Errors are RFC 9457 problems.',
    },
    paths,
    components: {
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'sid', description: 'from POST /login' } },
      schemas: { Problem },
    },
  }
}

function describeRoute(route: Route) {
  const { summary, session, body, alsoForm, bodyOptional = false, query, condition } = route.operation
  const outcomes = Object.entries(allOutcomes(route)).map(([status, outcome]) => [
    status,
    describeOutcome(status, outcome, route),
  ])
  const parameters = [...pathParameters(route), ...queryParameters(query), ...headerParameters(condition)]
  return {
    summary,
    ...(session ? { security: [{ session: [] }] } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: { required: !bodyOptional, content: contentOf(body, alsoForm) } } : {}),
    responses: Object.fromEntries(outcomes),
  }
}

/** The route's own outcomes, and those that follow from what kind of route it is. */
export function allOutcomes({
  method,
  operation: { answers, session, body, query },
}: Route): Record<number, DocumentedResponse> {
  const refusal = (status: number) => ({ [status]: { description: STATUS_CODES[status] ?? '' } })
  /** Refused before it is known in which form the client wants its answer. */
  const early = (status: number) => ({ [status]: { description: STATUS_CODES[status] ?? '', jsonAlone: true } })
  return {
    ...(body || query ? refusal(400) : {}),
    ...(session ? { ...refusal(401), ...refusal(503) } : {}),
    ...(method === 'GET' ? {} : early(403)),
    ...early(406),
    ...(body ? { ...refusal(413), ...refusal(415) } : {}),
    ...answers,
  }
}

function describeOutcome(
  status: string,
  { description, schema, jsonAlone = false, headers = [] }: DocumentedResponse,
  { produces = ['json'] }: Route,
) {
  const page = { 'text/html': { schema: { type: 'string' } } }
  const problem = { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } }
  const html = produces.includes('html') && !jsonAlone ? page : {}
  const content = schema
    ? { 'application/json': { schema }, ...html }
    : Number(status) >= 400
      ? { ...problem, ...html }
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

function pathParameters({ path }: Route) {
  if (!path.endsWith('/:id')) return []
  return [{ name: 'id', in: 'path', required: true, schema: { type: 'integer', minimum: 1 } }]
}

function queryParameters(query: TSchema | undefined) {
  const { properties = {} } = (query ?? {}) as { properties?: Record<string, unknown> }
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', schema }))
}

const CONDITIONS = {
  'If-Match': 'only if the user is still in this version: an ETag, or *',
  'If-None-Match': 'not if the user is still in this version: an ETag, or *',
} as const

function headerParameters(condition: Operation['condition']) {
  if (condition === undefined) return []
  return [{ name: condition, in: 'header', description: CONDITIONS[condition], schema: { type: 'string' } }]
}
