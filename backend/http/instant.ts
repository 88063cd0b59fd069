/**
 * Instants as JSON has them. Writing one down is a tenth of all the work for a /status, and under load the same one is asked for
 * again and again: a hundred requests come in a millisecond, and a session begins and ends when it did before.
 *
 * Read beside: RFC 3339 §5.6
 * Pure: a number in, text out.
 */

/** How many are remembered before all are forgotten. */
const MOST = 1_000
const known = new Map<number, string>()

/** `2026-11-22T05:15:35.120Z`. @param epoch milliseconds since 1970 @throws RangeError when no such year can be written */
export function instantText(epoch: number): string {
  let text = known.get(epoch)
  if (text === undefined) {
    text = new Date(epoch).toISOString()
    if (known.size >= MOST) known.clear()
    known.set(epoch, text)
  }
  return text
}
