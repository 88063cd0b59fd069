/**
 * The scanner: turns the characters of a master file into entries, each a list of words with their positions. Line ends, comments,
 * parentheses and quotes are handled here and nowhere else.
 *
 * Read beside: RFC 1035 §5.1
 * Pure: text in, entries and errors out.
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

/** A word goes up to white space or a special character; a backslash includes the next character. White space is ASCII only. */
const PLAIN = /[^ \t\r\n\f\v"();\\]+/y
const QUOTED = /[^"\\\n]+/y
const ESCAPED = /\\[^\n]/y
const BLANK = /[ \t\r\f\v]+/y
const COMMENT = /;[^\n]*/y

/** A no-break space in UTF-8. Pasted text often has one where a space should be. */
const NO_BREAK_SPACE = '\xc2\xa0'

/** Reads entry by entry. An entry with an error is reported and skipped, and reading continues until `report` returns false. */
export function* scan(
  text: string,
  file: string,
  report: (error: ZoneSyntaxError) => boolean,
): Generator<MasterFileEntry> {
  let tokens: Token[] = []
  let ownerOmitted = false
  let line = 1
  let lineStart = 0
  let at = 0
  let open: FilePosition[] = []
  /** The offset after the line of the first open parenthesis. */
  let afterOpening = 0
  let broken = false
  let stopped = false

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

  const fail = (place: FilePosition, message: string): void => {
    broken = true
    if (!report(new ZoneSyntaxError(place, message))) stopped = true
  }

  while (!stopped) {
    if (at >= text.length) {
      const [unclosed] = open
      if (!unclosed) break
      // Everything after the parenthesis was read as one entry. Continue after its line instead, to find the next errors.
      fail(unclosed, 'this parenthesis is not closed')
      open = []
      tokens = []
      ownerOmitted = false
      broken = false
      at = afterOpening
      line = unclosed.line + 1
      lineStart = at
      continue
    }
    const lineBegins = at === lineStart
    if (match(BLANK)) {
      if (lineBegins && tokens.length === 0) ownerOmitted = true
      continue
    }
    if (match(COMMENT)) continue
    const place = { file, line, column: at - lineStart + 1 }
    const word = matchAll(PLAIN)
    if (word !== '') {
      if (word.includes(NO_BREAK_SPACE)) fail(place, 'this word contains a no-break space: replace it by a space')
      tokens.push({ text: word, quoted: false, place })
      continue
    }
    const character = text[at]
    if (character === '\n') {
      at++
      line++
      lineStart = at
      if (open.length > 0) continue
      if (tokens.length > 0 && !broken && !stopped) yield { tokens, ownerOmitted }
      tokens = []
      ownerOmitted = false
      broken = false
    } else if (character === '"') {
      at++
      const quoted = matchAll(QUOTED)
      if (text[at] === '"') at++
      else fail(place, 'this quote is not closed on its line')
      tokens.push({ text: quoted, quoted: true, place })
    } else if (character === '(') {
      if (open.length === 0) {
        const end = text.indexOf('\n', at)
        afterOpening = end < 0 ? text.length : end + 1
      }
      open.push(place)
      at++
    } else if (character === ')') {
      at++
      if (!open.pop()) fail(place, 'this closing parenthesis was never opened')
    } else {
      at++
      fail(place, 'a backslash at the end of a line escapes nothing')
    }
  }
  if (tokens.length > 0 && !broken && !stopped) yield { tokens, ownerOmitted }
}
