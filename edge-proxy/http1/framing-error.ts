/**
 * What a peer did wrong on the wire: one sentence for people, and the rule that it broke.
 *
 * Read beside: RFC 9110 §15.5 (4xx), RFC 9112 §2.2 and §6.3 (why a broken message ends the connection)
 * Pure: words.
 */

/**
 * A message that cannot be trusted to begin or end where its sender says. After one, the connection is closed: nobody can
 * know where the next message starts.
 */
export class FramingError extends Error {
  override name = 'FramingError'
  /** What a client is told: 400, 405, 414, 417, 431, 501 or 505. When a backend did it, the client is told 502. */
  readonly status: number
  /** The section that was broken: `RFC 9112 §6.1`. */
  readonly rule: string

  constructor(status: number, rule: string, message: string) {
    super(message)
    this.status = status
    this.rule = rule
  }
}

/** For text from a peer inside a sentence: quoted, printable, at most 60 characters. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text).replace(
    /[\x7f-\xff]/g,
    octet => `\\x${octet.charCodeAt(0).toString(16)}`,
  )
}
