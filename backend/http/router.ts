/**
 * The routes: a method and a path in; the route for them out, or the methods that the path has.
 *
 * The path is compared as it is on the wire, without decoding. Fixed paths come first, then those with an id: `/usuarios/:id`,
 * `/eventos/:id/fila`.
 *
 * Read beside: ../app.ts (puts the table together); RFC 9110 §9.3.2 (HEAD), §9.3.7 (OPTIONS), §15.5.6 (405)
 * Pure: values in, values out.
 */
import { Refusal } from '../refusal.ts'
import type { ResponseForm } from './accept.ts'
import type { Reply } from './reply.ts'
import type { RequestContext } from './request-context.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface Route {
  readonly method: Method
  /** `/perfil`, or with one segment that varies: `/usuarios/:id`. */
  readonly path: string
  /** Which ids the path has, as a regular expression for the whole segment; decimal numbers when it is absent. */
  readonly id?: RegExp
  /** The forms of its responses, the preferred one first. Absent: JSON. `any`: one form, sent whatever Accept is (RFC 9110 §12.5.1). */
  readonly produces?: readonly ResponseForm[] | 'any'
  readonly handle: (context: RequestContext) => Reply | Promise<Reply>
}

/** What the response to `OPTIONS` says. */
export interface AllowedMethods {
  /** The value of Allow: `GET, HEAD, OPTIONS`. */
  readonly allow: string
}

export interface RouteMatch {
  readonly route: Route
  /** The segment of the path in place of `:id`; empty when the route has none. */
  readonly id: string
}

type MethodTable = Map<string, Route>

/** All routes whose paths differ only in the id. */
interface PathWithId {
  readonly before: string
  readonly after: string
  readonly id: RegExp
  readonly methods: MethodTable
}

/** RFC 9110 §9.3, and PATCH. Another method is 501, not 405 (§9.1). */
const METHODS: ReadonlySet<string> = new Set('GET HEAD POST PUT PATCH DELETE OPTIONS TRACE CONNECT'.split(' '))

/** A positive integer without leading zeros that JavaScript represents exactly. */
const DECIMAL_ID = /^[1-9]\d{0,14}$/

export class Router {
  readonly #fixed = new Map<string, MethodTable>()
  readonly #withId: PathWithId[] = []
  /** All methods of all paths, for `OPTIONS *`. */
  readonly #all: string

  constructor(routes: readonly Route[]) {
    this.#all = allow(new Map(routes.map(route => [route.method, route])))
    for (const route of routes) this.#methodsOf(route).set(route.method, route)
  }

  /** @throws Refusal 501 for an unknown method; 404 for an unknown path; 405 with `Allow` for a known path that does not have the method */
  find(method: string, path: string): RouteMatch | AllowedMethods {
    if (path === '*' && method === 'OPTIONS') return { allow: this.#all }
    if (!METHODS.has(method)) throw new Refusal(501, `the method ${shorten(method)} is not supported here`)
    const fixed = this.#fixed.get(path)
    const withId = fixed === undefined ? this.#withId.find(entry => idIn(path, entry) !== undefined) : undefined
    const methods = fixed ?? withId?.methods
    if (methods === undefined) throw new Refusal(404, `there is no ${shorten(path)} here`)
    const route = methods.get(method === 'HEAD' ? 'GET' : method)
    if (route) return { route, id: (withId && idIn(path, withId)) ?? '' }
    if (method === 'OPTIONS') return { allow: allow(methods) }
    throw new Refusal(405, `${shorten(path)} has ${allow(methods)}, but not ${shorten(method)}`, {
      headers: ['Allow', allow(methods)],
    })
  }

  #methodsOf({ path, id = DECIMAL_ID }: Route): MethodTable {
    const [before = '', after] = path.split(':id', 2)
    if (after === undefined) {
      const methods: MethodTable = this.#fixed.get(path) ?? new Map()
      this.#fixed.set(path, methods)
      return methods
    }
    const known = this.#withId.find(entry => entry.before === before && entry.after === after)
    if (known) return known.methods
    const added = { before, after, id, methods: new Map<string, Route>() }
    this.#withId.push(added)
    return added.methods
  }
}

/** The id in the path, or undefined when the path is another one. */
function idIn(path: string, { before, after, id }: PathWithId): string | undefined {
  if (!path.startsWith(before) || !path.endsWith(after)) return undefined
  const segment = path.slice(before.length, path.length - after.length)
  return !segment.includes('/') && id.test(segment) ? segment : undefined
}

function allow(methods: MethodTable): string {
  const names = [...methods.keys()]
  return [...(names.includes('GET') ? ['GET', 'HEAD'] : []), ...names.filter(name => name !== 'GET'), 'OPTIONS'].join(
    ', ',
  )
}

/** What a client sent, quoted in a message: 80 characters of it at most. */
function shorten(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}
