/**
 * One request, as a route sees it: the client, the parts of the request, and the form of the response that the client prefers.
 *
 * Read beside: server.ts (makes it), forwarded.ts, body.ts
 * Touches the world: reads the body of the request when a route calls {@link RequestContext.body}.
 */
import type { IncomingMessage } from 'node:http'
import { cookieValues } from '#shared/cookies.ts'
import type { Trace } from '../trace.ts'
import type { ResponseForm } from './accept.ts'
import { type RequestBody, readBody } from './body.ts'
import { sessionCookie } from './cookies.ts'
import type { Caller } from './forwarded.ts'

export class RequestContext {
  readonly request: IncomingMessage
  readonly caller: Caller
  readonly trace: Trace
  /** The segment in place of `:id` in the path of the route; empty when the path has no `:id`. */
  readonly id: string
  /** The form that the client prefers, among those of the route. */
  readonly form: ResponseForm
  readonly #query: string

  constructor(request: IncomingMessage, caller: Caller, trace: Trace, id: string, query: string, form: ResponseForm) {
    this.request = request
    this.caller = caller
    this.trace = trace
    this.id = id
    this.#query = query
    this.form = form
  }

  get query(): URLSearchParams {
    return new URLSearchParams(this.#query)
  }

  /** The values of the session cookie, not verified. There may be several: another page can set a cookie with a longer path. */
  get cookies(): string[] {
    return cookieValues(this.request.headers.cookie, sessionCookie(this.caller.secure))
  }

  /** The body, parsed as its Content-Type says. An optional one that has no octets is `{}`. @throws Refusal 400, 413 or 415 */
  body(accepted: readonly RequestBody['type'][] = ['json'], { optional = false } = {}): Promise<RequestBody> {
    return readBody(this.request, accepted, { optional })
  }
}
