/**
 * The scanner: a master file's characters become entries, each a list of words with their places. Line ends, comments,
 * parentheses and quotes exist up to here, and nowhere else.
 *
 * Read beside: RFC 1035 §5.1
 * Pure: text in, entries out.
 */
import type { Word } from '../rdata/field.ts'

/** Where something stands; lines and columns count from 1, columns in octets. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

export interface Token extends Word {
  readonly place: Place
}

export interface Entry {
  readonly tokens: readonly Token[]
  /** The line began with white space: the owner is that of the record before (§5.1). */
  readonly ownerOmitted: boolean
}

/** What is wrong in a master file, and where. */
export class ZoneSyntaxError extends Error {
  override name = 'ZoneSyntaxError'
  readonly place: Place
  constructor(place: Place, message: string, options?: ErrorOptions) {
    super(message, options)
    this.place = place
  }
}

/** What a word is made of: anything up to white space or a special character; a backslash takes the next character along. */
const PLAIN = /[^\s"();\\]+/y
const QUOTED = /[^"\\\n]+/y
const ESCAPED = /\\[^\n]/y
const BLANK = /[ \t\r\f\v]+/y
const COMMENT = /;[^\n]*/y

/** Reads entry by entry, so that an error in one does not hide the others. @throws ZoneSyntaxError */
export function* scan(text: string, file: string): Generator<Entry> {
  let tokens: Token[] = []
  let ownerOmitted = false
  let line = 1
  let lineStart = 0
  let at = 0
  const open: Place[] = []

  const match = (pattern: RegExp): boolean => {
    pattern.lastIndex = at
    if (!pattern.test(text)) return false
    at = pattern.lastIndex
    return true
  }

  /** As much as there is of either; one by one, because a pattern for both would need a stack as deep as the word is long. */
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
