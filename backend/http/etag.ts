/**
 * Entity tags: preconditions on the version of a resource.
 *
 * Read beside: shared/entity-tags.ts (the lists), RFC 9110 §8.8.3 (ETag), §13.1.1 (If-Match), §13.1.2 (If-None-Match)
 * Pure: a field value in, a decision out.
 */
import { listsEntityTag } from '#shared/entity-tags.ts'

/** The strong tag of a version: `"7"`. */
export function etagOf(version: number): string {
  return `"${version}"`
}

/** Whether a change may be made: no If-Match, or one that has the current tag. Weak tags never match (§8.8.3.2). */
export function ifMatch(field: string | undefined, tag: string): boolean {
  return field === undefined || listsEntityTag(field, tag, 'strong')
}

/** Whether the client's copy is still current, so that 304 is enough. A weak tag is as good as a strong one here (§13.1.2). */
export function isUnchanged(ifNoneMatch: string | undefined, tag: string): boolean {
  return ifNoneMatch !== undefined && listsEntityTag(ifNoneMatch, tag, 'weak')
}
