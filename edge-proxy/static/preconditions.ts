/**
 * Conditional requests: does the client have this very representation already?
 *
 *     entity-tag = [ "W/" ] DQUOTE *etagc DQUOTE
 *     etagc      = %x21 / %x23-7E / obs-text
 *
 * Read beside: RFC 9110 §13.1 (the fields), §13.2.2 (their precedence), §8.8.3 (entity tags)
 * Pure: fields and validators in, a verdict out.
 */
import { type Field, valuesOf } from '../http1/fields.ts'
import { parseHttpDate } from './http-date.ts'

export interface Validators {
  /** A strong entity tag, with its quotes. */
  readonly etag: string
  /** Milliseconds since 1970, whole seconds. */
  readonly lastModified: number
}

export type Precondition = 'proceed' | 'not modified' | 'failed'

/** Names of the fields that are looked at here; a request without any of them needs no look. */
const CONDITIONAL = new Set(['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'])

/**
 * The verdict on a GET or HEAD, in the order of RFC 9110 §13.2.2. A date that is none is as good as absent (§13.1.3, §13.1.4).
 *
 * @param now milliseconds since 1970, for dates with two-digit years
 */
export function evaluate(fields: readonly Field[], own: Validators, now: number): Precondition {
  if (!fields.some(({ key }) => CONDITIONAL.has(key))) return 'proceed'
  const ifMatch = valuesOf(fields, 'if-match')
  const ifNoneMatch = valuesOf(fields, 'if-none-match')
  // Steps 1 and 2: the client wants exactly what it knows, or nothing.
  if (ifMatch.length > 0) {
    if (!names(ifMatch, own.etag, 'strong')) return 'failed'
  } else {
    const limit = dateIn(fields, 'if-unmodified-since', now)
    if (limit !== undefined && own.lastModified > limit) return 'failed'
  }
  // Steps 3 and 4: the client wants what it does not know.
  if (ifNoneMatch.length > 0) return names(ifNoneMatch, own.etag, 'weak') ? 'not modified' : 'proceed'
  const since = dateIn(fields, 'if-modified-since', now)
  return since !== undefined && own.lastModified <= since ? 'not modified' : 'proceed'
}

/**
 * If-Range (§13.1.5): whether a part may be sent to somebody who has other parts already.
 *
 * Deviates: a date never matches. All codings of a file share its date, so it cannot tell which of them the client has parts
 * of: it is not a strong validator (§8.8.2.2), and then the condition is false.
 */
export function mayBeContinued(fields: readonly Field[], own: Validators): boolean {
  const conditions = valuesOf(fields, 'if-range')
  return conditions.length === 0 || (conditions.length === 1 && conditions[0] === own.etag)
}

const ENTITY_TAG = /(W\/)?("[\x21\x23-\x7e\x80-\xff]*")[ \t]*(?:,[ \t,]*|$)/y

/** Whether the list names that entity tag, or `*`. Strong comparison also wants both to be strong (§8.8.3.2). */
function names(values: readonly string[], etag: string, comparison: 'strong' | 'weak'): boolean {
  const list = values.join(',').replace(/^[ \t,]+/, '')
  if (list === '*') return true
  ENTITY_TAG.lastIndex = 0
  while (ENTITY_TAG.lastIndex < list.length) {
    const match = ENTITY_TAG.exec(list)
    if (!match) return false // not a list of entity tags from here on
    if (match[2] === etag && (comparison === 'weak' || match[1] === undefined)) return true
  }
  return false
}

function dateIn(fields: readonly Field[], key: string, now: number): number | undefined {
  const values = valuesOf(fields, key)
  return values.length === 1 ? parseHttpDate(values[0] as string, now) : undefined
}
