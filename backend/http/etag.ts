/**
 * Entity tags: "only if it is still what I have seen", and "only if it is not".
 *
 * Read beside: RFC 9110 §8.8.3 (ETag), §13.1.1 (If-Match), §13.1.2 (If-None-Match)
 * Pure: a field value in, a verdict out.
 */

/** The strong tag of a version: `"7"`. */
export function etagOf(version: number): string {
  return `"${version}"`
}

/** Whether a change may be made: no If-Match, or one that names the current tag. Weak tags never match (§8.8.3.2). */
export function ifMatch(field: string | undefined, tag: string): boolean {
  return field === undefined || listed(field, tag)
}

/** Whether the client's copy is still good, so that 304 is enough. Weak tags are as good as strong ones here (§13.1.2). */
export function isUnchanged(ifNoneMatch: string | undefined, tag: string): boolean {
  return ifNoneMatch !== undefined && listed(ifNoneMatch.replaceAll('W/"', '"'), tag)
}

function listed(field: string, tag: string): boolean {
  return field.trim() === '*' || field.split(',').some(entry => entry.trim() === tag)
}
