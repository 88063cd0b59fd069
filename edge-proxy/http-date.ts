/**
 * The Date field, formatted once a second.
 *
 * Read beside: RFC 9110 §5.6.7 (IMF-fixdate), §6.6.1 (Date)
 * Pure: the clock comes in.
 */
import type { Clock } from '#shared/clock.ts'

/** `Sun, 06 Nov 1994 08:49:37 GMT`, now. */
export function httpDate(clock: Clock): () => string {
  let second = -1
  let text = ''
  return () => {
    const now = Math.floor(clock.epoch() / 1000)
    if (now !== second) {
      second = now
      text = new Date(now * 1000).toUTCString()
    }
    return text
  }
}
