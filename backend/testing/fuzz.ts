/**
 * Random requests, made from the schemas of the routes and a seed: nearly valid, wrong in one place, or nonsense.
 *
 * Read beside: ../openapi/openapi.test.ts, ../openapi/operations.ts
 * Pure: random numbers and a route in, a request out.
 */
import type { TSchema } from 'typebox'
import type { Route } from '../http/router.ts'
import type { Operation } from '../openapi/document.ts'
import type { TestRequest } from './browser.ts'
import type { RandomNumbers } from './random.ts'

interface JsonSchema {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
}

/** Texts that have caused errors in programs. */
const NASTY = [
  '',
  ' ',
  'x',
  'ana',
  'carla',
  'Nome Sobrenome',
  'cavalo bateria grampo',
  'null',
  '-1',
  '1e309',
  "'; DROP TABLE users; --",
  '" OR 1=1 #',
  '<script>alert(1)</script>',
  '#{7*7}',
  '../../etc/passwd',
  '%00%ff%0d%0a',
  'a\u0000b',
  '\r\nSet-Cookie: sid=x',
  '\ud83d',
  '👩‍🔬'.repeat(50),
  'ﷺ'.repeat(40),
  'x'.repeat(257),
  'x'.repeat(5000),
  '__proto__',
  'constructor',
]
const NUMBERS = [0, 1, -1, 2, 0.5, 101, 1e15, Number.MAX_SAFE_INTEGER, 1e308, -0]

function pick<T>(random: RandomNumbers, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)] as T
}

/** Any JSON value. */
export function anything(random: RandomNumbers, depth: number): unknown {
  const kind = Math.floor(random() * (depth > 0 ? 6 : 4))
  if (kind === 0) return pick(random, NASTY)
  if (kind === 1) return pick(random, NUMBERS)
  if (kind === 2) return random() < 0.5
  if (kind === 3) return null
  const size = Math.floor(random() * 4)
  const values = Array.from({ length: size }, () => anything(random, depth - 1))
  return kind === 4 ? values : Object.fromEntries(values.map(value => [pick(random, NASTY), value]))
}

/** A value that is mostly valid. */
export function bodyFor(random: RandomNumbers, schema: TSchema | JsonSchema): unknown {
  const { type, properties, anyOf, enum: words } = schema as JsonSchema
  if (random() < 0.05) return anything(random, 3)
  if (words) return random() < 0.9 ? pick(random, words) : pick(random, NASTY)
  if (anyOf) return bodyFor(random, pick(random, anyOf))
  if (properties) {
    const entries = Object.entries(properties).filter(() => random() < 0.8)
    const extra = random() < 0.1 ? [[pick(random, NASTY), anything(random, 2)] as const] : []
    return Object.fromEntries([...entries.map(([name, of]) => [name, bodyFor(random, of)] as const), ...extra])
  }
  if (type === 'boolean') return random() < 0.5
  if (type === 'integer') return pick(random, NUMBERS)
  return random() < 0.5 ? pick(random, ['carla', 'Nome Sobrenome', 'cavalo bateria grampo']) : pick(random, NASTY)
}

const ACCEPT = ['*/*', 'application/json', 'text/html', 'text/html,*/*;q=0.1', 'image/png', ';;;,', 'a/b;q=x']
const TYPES = [
  'application/json',
  'application/json; charset=utf-8',
  'application/x-www-form-urlencoded',
  'text/plain',
  '',
]

/** A request to the route; everything but its method and path is random. */
export function requestFor(
  random: RandomNumbers,
  route: Route,
  { body }: Operation,
): { path: string; ask: TestRequest } {
  // User 1 is the only admin: it cannot be removed, and its password cannot be changed without the present one.
  const id = pick(random, ['1', '2', '3', '99', '123456789012345'])
  const query =
    random() < 0.3
      ? `?${new URLSearchParams([[pick(random, ['limit', 'after', 'x']), String(pick(random, [...NASTY, ...NUMBERS]))]])}`
      : ''
  const headers: Record<string, string> = {
    ...(random() < 0.5 ? { accept: pick(random, ACCEPT) } : {}),
    ...(random() < 0.2 ? { 'if-match': pick(random, ['*', '"1"', 'W/"1"', 'x', '"1", "2"']) } : {}),
    ...(random() < 0.2 ? { 'if-none-match': pick(random, ['*', '"1"', '""']) } : {}),
    ...(random() < 0.1 ? { 'sec-fetch-site': pick(random, ['cross-site', 'same-origin', 'none']) } : {}),
    ...(random() < 0.2 ? { 'x-request-id': pick(random, ['a', 'ä', 'x'.repeat(200), '<b>']) } : {}),
    ...(random() < 0.2 ? { 'x-forwarded-for': pick(random, ['1.2.3.4', '::1', 'x, y', ',']) } : {}),
  }
  const path = route.path.replace(':id', id) + query
  if (!body) return { path, ask: { method: route.method, headers } }
  const value = bodyFor(random, body)
  const text = random() < 0.05 ? String(pick(random, NASTY)) : JSON.stringify(value)
  return {
    path,
    ask: {
      method: route.method,
      body: text,
      headers: { ...headers, 'content-type': random() < 0.85 ? 'application/json' : pick(random, TYPES) },
    },
  }
}
