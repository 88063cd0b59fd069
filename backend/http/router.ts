/**
 * The routes: method and path in, the route that answers out, or what is there instead.
 *
 * A path is looked up as it stands on the wire: fixed paths in a map, then those with an id (`/usuarios/:id`, decimal digits).
 *
 * Read beside: ../app.ts (the table), RFC 9110 §9.3.2 (HEAD), §9.3.7 (OPTIONS), §15.5.6 (405)
 * Pure: values in, values out.
 */
import type { Operation } from '../openapi/operation.ts'
import { Refusal } from '../refusal.ts'
import type { Reply } from './reply.ts'
import type { RequestContext, ResponseForm } from './request-context.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface Route {
  readonly method: Method
  /** `/perfil`, or `/usuarios/:id`. */
  readonly path: string
  /** The forms in which it can answer, the preferred one first; JSON alone when nothing is said. */
  readonly produces?: readonly ResponseForm[]
  /** What it is for, for /openapi.json. */
  readonly operation: Operation
  readonly handle: (context: RequestContext) => Reply | Promise<Reply>
}

/** What `OPTIONS` asks for on a path that exists. */
export interface AllowedMethods {
  readonly allow: string
}

export interface RouteMatch<R extends Route = Route> {
  readonly route: R
  /** The path's id, where the route has one. */
  readonly id: string
}

type MethodTable<R extends Route> = Map<string, R>

export class Router<R extends Route = Route> {
  readonly #fixed = new Map<string, MethodTable<R>>()
  /** By what stands before the id: `/usuarios/` … */
  readonly #withId = new Map<string, MethodTable<R>>()

  /** All methods that any path takes: what `OPTIONS *` asks for. */
  readonly #all: string

  constructor(routes: readonly R[]) {
    this.#all = allow(new Map(routes.map(route => [route.method, route])))
    for (const route of routes) {
      const table = route.path.endsWith('/:id') ? this.#withId : this.#fixed
      const key = route.path.replace(/:id$/, '')
      const methods = table.get(key) ?? new Map<string, R>()
      table.set(key, methods.set(route.method, route))
    }
  }

  /** @throws Refusal 404 for an unknown path, 405 with `Allow` for a known one that does not take the method */
  find(method: string, path: string): RouteMatch<R> | AllowedMethods {
    if (path === '*' && method === 'OPTIONS') return { allow: this.#all }
    const slash = path.lastIndexOf('/') + 1
    const fixed = this.#fixed.get(path)
    const id = fixed === undefined ? path.slice(slash) : ''
    const methods = fixed ?? (ID.test(id) ? this.#withId.get(path.slice(0, slash)) : undefined)
    if (methods === undefined) throw new Refusal(404, `there is no ${shorten(path)} here`)
    const route = methods.get(method === 'HEAD' ? 'GET' : method)
    if (route) return { route, id }
    if (method === 'OPTIONS') return { allow: allow(methods) }
    throw new Refusal(405, `${shorten(path)} takes ${allow(methods)}, not ${shorten(method)}`, {
      headers: ['Allow', allow(methods)],
    })
  }
}

/** A positive integer without leading zeros that JavaScript holds exactly. */
const ID = /^[1-9]\d{0,14}$/

function allow(methods: MethodTable<Route>): string {
  const names = [...methods.keys()]
  return [...(names.includes('GET') ? ['GET', 'HEAD'] : []), ...names.filter(name => name !== 'GET'), 'OPTIONS'].join(
    ', ',
  )
}

function shorten(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}
