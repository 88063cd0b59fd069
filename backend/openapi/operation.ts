/**
 * What a route is for, said beside the route itself: what goes in, what may come out.
 *
 * Read beside: document.ts (puts them together), OpenAPI 3.1 §4.8.10 (Operation Object)
 * Pure: types.
 */
import type { TSchema } from 'typebox'

export interface Operation {
  readonly summary: string
  /** Whether the session cookie is needed: then 401, and 503 while Redis is away. */
  readonly session?: boolean
  /** The JSON body; on /login and /logout the same members also come as a form. */
  readonly body?: TSchema
  readonly alsoForm?: boolean
  /** Whether it may come without any body. */
  readonly bodyOptional?: boolean
  readonly query?: TSchema
  /** The precondition that it knows (RFC 9110 §13.1). */
  readonly condition?: 'If-Match' | 'If-None-Match'
  /** What it answers when all goes well, and refusals of its own; those that all routes have are added by document.ts. */
  readonly answers: Readonly<Record<number, DocumentedResponse>>
}

export interface DocumentedResponse {
  readonly description: string
  /** Of the JSON that is answered; none where there is no content. Problems need none. */
  readonly schema?: TSchema
  /** Never a page, although the route has pages. */
  readonly jsonAlone?: boolean
  readonly headers?: readonly string[]
}
