/**
 * A request that is refused: thrown anywhere below a route, answered in one place as `application/problem+json`.
 *
 * Read beside: RFC 9457, RFC 9110 §15.5 and §15.6, #shared/problem.ts
 * Pure: values in, an error out.
 */

export interface RefusalOptions {
  /** Fields of the answer, name and value in turn: `['Retry-After', '1']`. */
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

/** Redis or MySQL is not there, or not in time: 503, never an anonymous answer instead. */
export class Unavailable extends Refusal {
  override name = 'Unavailable'
  readonly dependency: 'redis' | 'mysql'
  constructor(dependency: 'redis' | 'mysql', detail: string, cause?: unknown) {
    super(503, detail, { headers: ['Retry-After', '1'], members: { dependency }, cause })
    this.dependency = dependency
  }
}

/** RFC 9110 §15.5.2: a 401 names at least one scheme. Ours is a form and a cookie, for which there is no registered name. */
export const CHALLENGE = [
  'WWW-Authenticate',
  'Cookie realm="meutrabalho", form-action="/login", cookie-name="sid"',
] as const
