/**
 * A refused request, as an error: thrown anywhere below a route, and answered in one place as `application/problem+json`.
 *
 * Read beside: http/error-reply.ts (makes a response of it); RFC 9457, RFC 9110 §15.5 and §15.6, #shared/problem.ts
 * Pure: values in, an error out.
 */

export interface RefusalOptions {
  /** Fields of the response, names and values alternating: `['Retry-After', '1']`. */
  readonly headers?: readonly string[]
  /** Extension members of the problem (RFC 9457 §3.2). */
  readonly members?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

export class Refusal extends Error {
  override name = 'Refusal'
  readonly status: number
  readonly headers: readonly string[]
  readonly members: Readonly<Record<string, unknown>>

  /** @param status 400…599 @param detail one sentence: what is wrong, where, and what would be right */
  constructor(status: number, detail: string, { headers = [], members = {}, cause }: RefusalOptions = {}) {
    super(detail, { cause })
    this.status = status
    this.headers = headers
    this.members = members
  }
}

/** Redis, MySQL or another dependency is down or too slow: 503. A request is never answered as if the user were anonymous. */
export class Unavailable extends Refusal {
  override name = 'Unavailable'
  readonly dependency: string
  constructor(dependency: string, detail: string, cause?: unknown) {
    super(503, detail, { headers: ['Retry-After', '1'], members: { dependency }, cause })
    this.dependency = dependency
  }
}

/** The client of a request has closed its connection: nothing more is changed for it. 499 (nginx's number) is only seen in logs and metrics. */
export class Abandoned extends Refusal {
  override name = 'Abandoned'
  constructor() {
    super(499, 'the client closed the connection before its request was executed')
  }
}

/** RFC 9110 §15.5.2: a 401 names at least one scheme. No registered scheme describes a form and a cookie, so this one is ours. */
export const CHALLENGE = [
  'WWW-Authenticate',
  'Cookie realm="meutrabalho", form-action="/login", cookie-name="sid"',
] as const
