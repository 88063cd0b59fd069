/**
 * What is wrong with a message from a peer: one sentence for people, and the rule that the message broke.
 *
 * Read beside: RFC 9110 §15.5 (4xx), RFC 9112 §2.2 and §6.3 (why a broken message ends the connection)
 * Pure: words.
 */

/**
 * A message whose beginning or end is not certain. The connection is closed after it, because it is not certain either where
 * the next message starts.
 */
export class FramingError extends Error {
  override name = 'FramingError'
  /** The status for a client: 400, 405, 414, 417, 431, 501 or 505. When a backend sent the message, the client gets 502. */
  readonly status: number
  /** The section of the rule: `RFC 9112 §6.1`. */
  readonly rule: string

  constructor(status: number, rule: string, message: string) {
    super(message)
    this.status = status
    this.rule = rule
  }
}

/** Text from a peer for use in a sentence: quoted, printable, at most 60 characters. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text).replace(
    /[\x7f-\xff]/g,
    octet => `\\x${octet.charCodeAt(0).toString(16)}`,
  )
}
