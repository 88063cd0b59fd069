/**
 * Lists of entity tags, as in If-Match and If-None-Match.
 *
 *     entity-tag = [ "W/" ] DQUOTE *etagc DQUOTE
 *     etagc      = %x21 / %x23-7E / obs-text
 *
 * Read beside: RFC 9110 §8.8.3 (entity tags), §13.1.1 (If-Match), §13.1.2 (If-None-Match)
 * Pure: text in, a verdict out.
 */

const ENTITY_TAG = /(W\/)?("[\x21\x23-\x7e\x80-\xff]*")[ \t]*(?:,[ \t,]*|$)/y

/**
 * Whether the list has that entity tag, or is `*`.
 *
 * @param list       the field's value; several fields of that name are joined by commas first
 * @param etag       a strong entity tag, with its quotes
 * @param comparison `strong` (If-Match): a weak tag never matches; `weak` (If-None-Match): only the text counts (§8.8.3.2)
 */
export function listsEntityTag(list: string, etag: string, comparison: 'strong' | 'weak'): boolean {
  const elements = list.replace(/^[ \t,]+/, '')
  if (elements.trim() === '*') return true
  ENTITY_TAG.lastIndex = 0
  while (ENTITY_TAG.lastIndex < elements.length) {
    const match = ENTITY_TAG.exec(elements)
    if (!match) return false // not a list of entity tags from here on
    if (match[2] === etag && (comparison === 'weak' || match[1] === undefined)) return true
  }
  return false
}
