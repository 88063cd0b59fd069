/**
 * /openapi.json compared with the real responses: each documented response is made once and looks as documented, and random
 * requests to every route get no undocumented response, and never a 500.
 */
import { Validator as DocumentValidator } from '@seriousme/openapi-schema-validator'
import t from 'tap'
import type { TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { empty } from '../http/reply.ts'
import type { Route } from '../http/router.ts'
import { startBackend } from '../testing/backend.ts'
import { Browser, type TestRequest, type TestResponse } from '../testing/browser.ts'
import { anything, bodyFor, requestFor } from '../testing/fuzz.ts'
import { seeded } from '../testing/random.ts'
import { startServers } from '../testing/servers.ts'
import { allResponses, type Operation, operationKey, ProblemSchema, undocumented } from './document.ts'

await startServers(t)
const one = await startBackend(t, 1)
const two = await startBackend(t, 2)
const ana = new Browser()
await ana.login(one)
const document = (await ana.ask(one, '/openapi.json')).json
const validators = new Map<TSchema, Validator>()
const operationOf = (route: Route) => one.operations[operationKey(route)] as Operation
const problem = Compile(ProblemSchema)

/** Why a response is not as documented; undefined when it is. */
function discrepancy(route: Route, { status, headers, text, json }: TestResponse): string | undefined {
  const outcome = allResponses(route, operationOf(route))[status]
  if (!outcome) return `${status} is not documented; it says ${text.slice(0, 200)}`
  const [type = ''] = String(headers['content-type'] ?? '').split(';')
  for (const name of outcome.headers ?? [])
    if (headers[name.toLowerCase()] === undefined) return `${status} lacks ${name}`
  for (const name of ['x-request-id', 'x-served-by', 'server-timing', 'cache-control']) {
    if (headers[name] === undefined) return `${status} lacks ${name}`
  }
  if (text !== '' && headers['x-content-type-options'] !== 'nosniff') return `${status} may be sniffed`
  const described = document.paths[route.path.replace(':id', '{id}')][route.method.toLowerCase()].responses[status]
  const types = Object.keys(described.content ?? {})
  if (text !== '' && !types.includes(type)) return `${status} is ${type}, not ${types.join(' or ')}`
  if (type === 'text/html') return undefined
  if (status >= 400) {
    if (type !== 'application/problem+json') return `${status} is ${type}`
    return problem.Check(json) && json.status === status ? undefined : `${status} is not a problem document: ${text}`
  }
  if (!outcome.schema) return undefined
  const validator = validators.get(outcome.schema) ?? Compile(outcome.schema)
  validators.set(outcome.schema, validator)
  return validator.Check(json)
    ? undefined
    : `${status} does not fit its schema: ${JSON.stringify(validator.Errors(json))} ${text}`
}

t.test('every route has an entry in openapi/operations.ts, and the document is valid OpenAPI 3.1', async t => {
  t.strictSame(undocumented(one.routes, one.operations), [], 'routes without an operation')
  const stray = { method: 'GET', path: '/new', handle: () => empty() } as const
  t.strictSame(undocumented([...one.routes, stray], one.operations), ['GET /new'], 'a new route would be found')
  const { valid, errors } = await new DocumentValidator().validate(document)
  t.ok(valid, JSON.stringify(errors))
  t.equal(document.openapi, '3.1.1')
  const described = Object.entries<object>(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map(method => `${method.toUpperCase()} ${path}`),
  )
  t.strictSame(
    described.sort(),
    one.routes.map(({ method, path }) => `${method} ${path.replace(':id', '{id}')}`).sort(),
  )
  const { responses, requestBody, parameters } = document.paths['/usuarios/{id}'].patch
  t.strictSame(Object.keys(responses), [
    '200',
    '400',
    '401',
    '403',
    '404',
    '406',
    '409',
    '412',
    '413',
    '415',
    '422',
    '429',
    '503',
  ])
  t.match(requestBody.content['application/json'].schema, { type: 'object', additionalProperties: false })
  t.match(parameters, [
    { name: 'id', in: 'path', required: true },
    { name: 'If-Match', in: 'header' },
  ])
  const names = ({ parameters = [] }: { parameters?: { name: string }[] }) => parameters.map(({ name }) => name)
  t.strictSame(names(document.paths['/usuarios/{id}'].get), ['id', 'If-None-Match'])
  t.strictSame(names(document.paths['/usuarios/{id}'].delete), ['id', 'If-Match'])
  t.strictSame(names(document.paths['/usuarios'].get), ['limit', 'after'])
  t.match(document.paths['/login'].post.requestBody.content, { 'application/x-www-form-urlencoded': {} })
  const bodyNeeded = (path: string) => document.paths[path].post.requestBody.required
  t.strictSame(['/login', '/logout', '/usuarios'].map(bodyNeeded), [true, false, true])
})

t.test('every route returns the responses that it documents', async t => {
  const route = (key: string) => one.routes.find(({ method, path }) => `${method} ${path}` === key) as Route
  const json = { username: 'carla', name: 'Carla', password: 'cavalo bateria grampo' }
  const html = { accept: 'text/html' }
  const form = { username: 'ana', password: 'ana-no-laboratorio' }
  const cases: [key: string, path: string, status: number, ask?: TestRequest, who?: Browser][] = [
    ['GET /status', '/status', 200],
    ['GET /healthz', '/healthz', 200],
    ['GET /livez', '/livez', 200],
    ['GET /openapi.json', '/openapi.json', 200],
    ['GET /perfil', '/perfil', 200],
    ['GET /perfil', '/perfil', 200, { headers: html }],
    ['GET /perfil', '/perfil', 303, { headers: html }, new Browser()],
    ['GET /perfil', '/perfil', 401, {}, new Browser()],
    ['GET /sessoes', '/sessoes', 200],
    ['GET /usuarios', '/usuarios', 200],
    ['GET /usuarios', '/usuarios?x=1', 400],
    ['POST /usuarios', '/usuarios', 201, { json }],
    ['POST /usuarios', '/usuarios', 409, { json }],
    ['POST /usuarios', '/usuarios', 422, { json: { ...json, username: 'dora', password: 'short' } }],
    ['GET /usuarios/:id', '/usuarios/1', 200],
    ['GET /usuarios/:id', '/usuarios/1', 304, { headers: { 'if-none-match': '"1"' } }],
    ['GET /usuarios/:id', '/usuarios/77', 404],
    ['PATCH /usuarios/:id', '/usuarios/3', 200, { method: 'PATCH', json: { name: 'Carla D.' } }],
    [
      'PATCH /usuarios/:id',
      '/usuarios/3',
      412,
      { method: 'PATCH', json: { name: 'x' }, headers: { 'if-match': '"1"' } },
    ],
    ['PATCH /usuarios/:id', '/usuarios/1', 409, { method: 'PATCH', json: { role: 'aluno' } }],
    ['DELETE /usuarios/:id', '/usuarios/3', 204, { method: 'DELETE' }],
    ['POST /login', '/login', 200, { json: form }, new Browser()],
    ['POST /login', '/login', 303, { form }, new Browser()],
    ['POST /login', '/login', 401, { json: { ...form, password: 'x' } }, new Browser()],
    ['POST /logout', '/logout', 204, { method: 'POST' }, new Browser()],
    ['POST /logout', '/logout', 303, { form: {} }, new Browser()],
  ]
  for (const [key, path, status, ask, who = ana] of cases) {
    const answer = await who.ask(two, path, ask)
    t.equal(answer.status, status, `${key} ${status}`)
    t.equal(discrepancy(route(key), answer), undefined, key)
  }
  const tried = new Set(cases.map(([key, , status]) => `${key} ${status}`))
  const documented = one.routes.flatMap(route =>
    Object.keys(operationOf(route).responses)
      .filter(status => Number(status) < 400)
      .map(status => `${operationKey(route)} ${status}`),
  )
  t.strictSame(
    documented.filter(response => !tried.has(response)),
    [],
    'documented responses without a case above',
  )
  const forms = (path: string, method: string, status: number) =>
    Object.keys(document.paths[path][method].responses[status].content)
  const [PROBLEM, PAGE] = ['application/problem+json', 'text/html']
  t.strictSame(forms('/login', 'post', 200), ['application/json'], 'the response to a form is 303')
  t.strictSame(forms('/login', 'post', 401), [PROBLEM, PAGE])
  t.strictSame(forms('/login', 'post', 403), [PROBLEM, PAGE])
  t.strictSame(forms('/status', 'get', 406), [PROBLEM, PAGE], 'an error is a page on every route')
  t.strictSame(forms('/perfil', 'get', 401), [PROBLEM], 'a client that prefers HTML gets 303')
  t.strictSame(forms('/perfil', 'get', 503), [PROBLEM, PAGE])
})

t.test('random requests to every route get no undocumented response, and never a 500 (seeded)', async t => {
  const random = seeded(20261122)
  const statuses = new Map<string, Set<number>>()
  const fuzzer = new Browser()
  for (const route of one.routes) {
    const seen = new Set<number>()
    statuses.set(`${route.method} ${route.path}`, seen)
    for (let i = 0; i < 60; i++) {
      // Without a session most routes would only answer 401: two thirds of the requests come from an admin.
      if (fuzzer.cookie === undefined || i % 10 === 0) await fuzzer.login(one)
      const { path, ask } = requestFor(random, route, operationOf(route))
      const answer = await (random() < 0.7 ? fuzzer : new Browser()).ask(random() < 0.5 ? one : two, path, ask)
      const wrong = discrepancy(route, answer)
      if (wrong !== undefined) return t.fail(`${route.method} ${path} ${JSON.stringify(ask)}: ${wrong}`)
      seen.add(answer.status)
    }
  }
  t.ok([...statuses.values()].every(seen => seen.size > 0))
  t.ok(statuses.get('POST /usuarios')?.has(400))
  t.strictSame(
    one.lines.concat(two.lines).filter(line => line.startsWith('error')),
    [],
  )
})

t.test('the random bodies are valid and invalid', async t => {
  const random = seeded(1)
  const route = one.routes.find(({ path }) => path === '/usuarios/:id')
  const change = one.operations['PATCH /usuarios/:id']?.body as TSchema
  const check = Compile(change)
  const bodies = Array.from({ length: 300 }, () => bodyFor(random, change))
  const good = bodies.filter(body => check.Check(body)).length
  t.ok(good > 30 && good < 270, `${good} of 300 are valid`)
  t.ok(route && new Set(Array.from({ length: 50 }, () => JSON.stringify(anything(random, 3)))).size > 20)
})
