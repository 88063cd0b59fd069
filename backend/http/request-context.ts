/**
 * One request, as a route sees it: who asks, for what, in which form.
 *
 * Read beside: server.ts (makes it), forwarded.ts, body.ts
 * Touches the world: reads the request's body when it is asked to.
 */
import type { IncomingMessage } from 'node:http'
import { type RequestBody, readBody } from './body.ts'
import { cookieNamed, sessionCookie } from './cookies.ts'
import type { Caller } from './forwarded.ts'
import type { Trace } from './trace.ts'

export type ResponseForm = 'json' | 'html'

export class RequestContext {
  readonly request: IncomingMessage
  readonly caller: Caller
  readonly trace: Trace
  /** The path's id, where the route has one; otherwise empty. */
  readonly id: string
  /** What the client prefers of the forms in which the route can answer. */
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

  /** What the session cookie says; nobody has checked it yet. */
  get cookie(): string | undefined {
    return cookieNamed(this.request.headers.cookie, sessionCookie(this.caller.secure))
  }

  /** The body, parsed by its Content-Type. @throws Refusal 400, 413 or 415 */
  body(accepted: readonly RequestBody['type'][] = ['json']): Promise<RequestBody> {
    return readBody(this.request, accepted)
  }
}
