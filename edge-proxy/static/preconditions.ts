/**
 * Conditional requests: does the client already have this representation?
 *
 * Read beside: shared/entity-tags.ts (the lists), RFC 9110 §13.1 (the fields), §13.2.2 (their precedence), §8.8.3 (entity tags)
 * Pure: fields and validators in, an outcome out.
 */
import { listsEntityTag } from '#shared/entity-tags.ts'
import { type Field, valuesOf } from '../http1/fields.ts'
import { parseHttpDate } from '../http1/http-date.ts'

export interface Validators {
  /** A strong entity tag, with its quotes. */
  readonly etag: string
  /** Milliseconds since 1970, whole seconds. */
  readonly lastModified: number
}

export type Precondition = 'proceed' | 'not modified' | 'failed'

/** A request without any of these fields is unconditional. */
const CONDITIONAL = new Set(['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'])

/**
 * The outcome for a GET or HEAD, in the order of RFC 9110 §13.2.2. An invalid date is ignored (§13.1.3, §13.1.4).
 *
 * @param now milliseconds since 1970, for dates with two-digit years
 */
export function evaluatePreconditions(fields: readonly Field[], own: Validators, now: number): Precondition {
  if (!fields.some(({ key }) => CONDITIONAL.has(key))) return 'proceed'
  const ifMatch = valuesOf(fields, 'if-match')
  const ifNoneMatch = valuesOf(fields, 'if-none-match')
  // Steps 1 and 2: only the version that the client names may be sent.
  if (ifMatch.length > 0) {
    if (!listsEntityTag(ifMatch.join(','), own.etag, 'strong')) return 'failed'
  } else {
    const limit = dateIn(fields, 'if-unmodified-since', now)
    if (limit !== undefined && own.lastModified > limit) return 'failed'
  }
  // Steps 3 and 4: only another version than the client's has to be sent.
  if (ifNoneMatch.length > 0)
    return listsEntityTag(ifNoneMatch.join(','), own.etag, 'weak') ? 'not modified' : 'proceed'
  const since = dateIn(fields, 'if-modified-since', now)
  return since !== undefined && own.lastModified <= since ? 'not modified' : 'proceed'
}

/**
 * If-Range (§13.1.5): whether the parts that the client already has are of this representation, so that a range may be sent.
 *
 * Deviates: a date never matches. All codings of a file have the same date, so the date does not say of which coding the client has
 * parts: it is not a strong validator (§8.8.2.2), and then the condition is false.
 */
export function ifRangeHolds(fields: readonly Field[], own: Validators): boolean {
  const conditions = valuesOf(fields, 'if-range')
  return conditions.length === 0 || (conditions.length === 1 && conditions[0] === own.etag)
}

function dateIn(fields: readonly Field[], key: string, now: number): number | undefined {
  const values = valuesOf(fields, key)
  return values.length === 1 ? parseHttpDate(values[0] as string, now) : undefined
}
