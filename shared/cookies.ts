/**
 * Reading the Cookie field.
 *
 *     cookie-string = cookie-pair *( ";" SP cookie-pair )
 *     cookie-pair   = cookie-name "=" cookie-value
 *
 * Read beside: RFC 6265 §4.2.1 (Cookie), §5.4 (which cookies a browser sends, and in which order)
 * Pure: text in, text out.
 */

/** The values of all cookies of that name, in their order; a browser sends the one with the longest path first (§5.4). */
export function cookieValues(field: string | undefined, name: string): string[] {
  const values: string[] = []
  for (const pair of field?.split(';') ?? []) {
    const equals = pair.indexOf('=')
    if (equals > 0 && pair.slice(0, equals).trim() === name) values.push(pair.slice(equals + 1).trim())
  }
  return values
}
