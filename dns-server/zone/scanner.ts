/**
 * The scanner: turns the characters of a master file into entries, each a list of words with their positions. Line ends, comments,
 * parentheses and quotes are handled here and nowhere else.
 *
 * Read beside: RFC 1035 §5.1
 * Pure: text in, entries out.
 */
import type { Word } from '../rdata/field.ts'

/** A position in a file. Lines and columns count from 1; columns count octets. */
export interface FilePosition {
  readonly file: string
  readonly line: number
  readonly column: number
}

export interface Token extends Word {
  readonly place: FilePosition
}

export interface MasterFileEntry {
  readonly tokens: readonly Token[]
  /** The line begins with white space: the record has the owner of the record before it (§5.1). */
  readonly ownerOmitted: boolean
}

/** An error in a master file, with its position. */
export class ZoneSyntaxError extends Error {
  override name = 'ZoneSyntaxError'
  readonly place: FilePosition
  constructor(place: FilePosition, message: string, options?: ErrorOptions) {
    super(message, options)
    this.place = place
  }
}

/** A word goes up to white space or a special character; a backslash includes the next character. */
const PLAIN = /[^\s"();\\]+/y
const QUOTED = /[^"\\\n]+/y
const ESCAPED = /\\[^\n]/y
const BLANK = /[ \t\r\f\v]+/y
const COMMENT = /;[^\n]*/y

/** Reads entry by entry. @throws ZoneSyntaxError */
export function* scan(text: string, file: string): Generator<MasterFileEntry> {
  let tokens: Token[] = []
  let ownerOmitted = false
  let line = 1
  let lineStart = 0
  let at = 0
  const open: FilePosition[] = []

  const match = (pattern: RegExp): boolean => {
    pattern.lastIndex = at
    if (!pattern.test(text)) return false
    at = pattern.lastIndex
    return true
  }

  /** The longest text of both patterns in any order. One pattern for both would need a stack as deep as the word is long. */
  const matchAll = (plain: RegExp): string => {
    const start = at
    while (match(plain) || match(ESCAPED));
    return text.slice(start, at)
  }

  while (at < text.length) {
    const lineBegins = at === lineStart
    if (match(BLANK)) {
      if (lineBegins && tokens.length === 0) ownerOmitted = true
      continue
    }
    if (match(COMMENT)) continue
    const place = { file, line, column: at - lineStart + 1 }
    const word = matchAll(PLAIN)
    if (word !== '') {
      tokens.push({ text: word, quoted: false, place })
      continue
    }
    const character = text[at]
    if (character === '\n') {
      at++
      line++
      lineStart = at
      if (open.length > 0) continue
      if (tokens.length > 0) yield { tokens, ownerOmitted }
      tokens = []
      ownerOmitted = false
    } else if (character === '"') {
      at++
      const quoted = matchAll(QUOTED)
      if (text[at] !== '"') throw new ZoneSyntaxError(place, 'this quote is not closed on its line')
      at++
      tokens.push({ text: quoted, quoted: true, place })
    } else if (character === '(') {
      open.push(place)
      at++
    } else if (character === ')') {
      if (!open.pop()) throw new ZoneSyntaxError(place, 'this closing parenthesis was never opened')
      at++
    } else {
      throw new ZoneSyntaxError(place, 'a backslash at the end of a line escapes nothing')
    }
  }
  const unclosed = open.pop()
  if (unclosed) throw new ZoneSyntaxError(unclosed, 'this parenthesis is not closed')
  if (tokens.length > 0) yield { tokens, ownerOmitted }
}
