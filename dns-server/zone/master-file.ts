/**
 * The master file: entries become resource records. `$ORIGIN`, `$TTL`, `$INCLUDE` and `$GENERATE` are
 * handled here and in generate.ts, and nowhere else.
 *
 *     <owner> [<ttl>] [<class>] <type> <rdata>        <owner> may be omitted; <ttl> and <class> may be in either order
 *
 * Read beside: RFC 1035 §5 (the format), RFC 2308 §4 ($TTL), RFC 3597 §5 (unknown types)
 * Pure: text in, records and errors out. `include` reads files for it.
 */

import { isSeconds, parseSeconds, type Words } from '../rdata/field.ts'
import { parseRdata, type Soa } from '../rdata/layouts.ts'
import { CLASS, classNumber, isMetaType, TYPE, typeName, typeNumber } from '../wire/codes.ts'
import type { Name } from '../wire/name.ts'
import { parseName, TextError } from '../wire/name-text.ts'
import { FormatError } from '../wire/reader.ts'
import { TTL_LIMIT } from '../wire/record.ts'
import { parseRange, withNumber } from './generate.ts'
import type { PlacedRecord } from './rules.ts'
import { type FilePosition, type MasterFileEntry, scan, type Token, ZoneSyntaxError } from './scanner.ts'
import { runAtOnce, type Sliced } from './sliced.ts'

export interface MasterFile {
  readonly records: readonly PlacedRecord[]
  readonly errors: readonly ZoneSyntaxError[]
  readonly warnings: readonly ZoneSyntaxError[]
}

/** Returns the text of a file that `$INCLUDE` names. @throws Error when it cannot or must not be read */
export type Include = (path: string) => string

/** Depth of `$INCLUDE` inside `$INCLUDE`: a deeper nesting is a loop. */
const INCLUDE_DEPTH = 8
/** Files that one zone may include. Without this limit, eight files that each include the next ten times are a hundred million. */
const INCLUDE_LIMIT = 1000
const UTF16 =
  'NUL octets: this text is UTF-16, as PowerShell writes it with >>. Save the file as UTF-8, or add lines with Add-Content -Encoding utf8'
/** Reading ends after so many errors: the file is probably not a master file. */
const ERROR_LIMIT = 20

/** Reads a whole file; an error in one entry does not hide those in the next. */
export function parseMasterFile(text: string, file: string, origin: Name, include: Include): MasterFile {
  return runAtOnce(parseMasterFileSliced(text, file, origin, include))
}

/** {@link parseMasterFile}, in slices of one entry. */
export function* parseMasterFileSliced(text: string, file: string, origin: Name, include: Include): Sliced<MasterFile> {
  const parser = new Parser(include)
  yield* parser.file({ text, path: file, origin }, 0)
  return parser
}

interface FileToRead {
  readonly text: string
  readonly path: string
  readonly origin: Name
}

class Parser implements MasterFile {
  readonly records: PlacedRecord[] = []
  readonly errors: ZoneSyntaxError[] = []
  readonly warnings: ZoneSyntaxError[] = []
  readonly #include: Include
  #origin: Name = []
  #owner: Name | undefined
  #defaultTtl: number | undefined
  #lastTtl: number | undefined
  #included = 0
  #generated = 0

  constructor(include: Include) {
    this.#include = include
  }

  *file({ text, path, origin }: FileToRead, depth: number): Sliced<void> {
    this.#origin = origin
    const utf16 = text.indexOf('\0')
    if (utf16 >= 0) return void this.errors.push(new ZoneSyntaxError(positionOf(text, path, utf16), UTF16))
    if (text !== '' && !text.endsWith('\n')) {
      const message = 'the last line has no line end: a line added with >> would continue it'
      this.warnings.push(new ZoneSyntaxError(positionOf(text, path, text.length), message))
    }
    const report = (error: ZoneSyntaxError) => this.errors.push(error) < ERROR_LIMIT
    for (const entry of scan(text, path, report)) {
      if (this.errors.length >= ERROR_LIMIT) return
      const included = this.#attempt(() => this.#entry(entry, depth))
      if (included) yield* this.#includedFile(included, depth)
      yield
    }
  }

  #attempt<T>(read: () => T): T | undefined {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof ZoneSyntaxError)) throw error
      this.errors.push(error)
      return undefined
    }
  }

  /** @returns the file that the entry includes */
  #entry(entry: MasterFileEntry, depth: number): FileToRead | undefined {
    const words = new TokenWords(entry.tokens, this.#origin)
    return words.placed(() => {
      const directive = entry.ownerOmitted ? '' : (entry.tokens[0] as Token).text.toUpperCase()
      if (directive === '$GENERATE') return void this.#generate(entry)
      const included = directive.startsWith('$') ? this.#directive(directive, words, depth) : this.#record(entry, words)
      if (!words.done) throw new TextError(`${JSON.stringify(words.next('').text)} is too much in this entry`)
      return included
    })
  }

  #directive(directive: string, words: TokenWords, depth: number): FileToRead | undefined {
    words.next('directive')
    if (directive === '$ORIGIN') {
      this.#origin = parseName(words.next('$ORIGIN').text, this.#origin)
    } else if (directive === '$TTL') {
      this.#defaultTtl = parseTtl(words.next('$TTL').text)
    } else if (directive === '$INCLUDE') {
      const path = words.next('file name')
      const origin = words.done ? this.#origin : parseName(words.next('origin').text, this.#origin)
      return this.#open(path.text, origin, depth)
    } else {
      throw new TextError(`${directive} is unknown; there are $ORIGIN, $TTL, $INCLUDE and $GENERATE`)
    }
    return undefined
  }

  /** `$GENERATE 1-20 pc$ A 192.0.2.$`: one record for each number, as in BIND (it is not in an RFC). */
  #generate({ tokens }: MasterFileEntry): void {
    const [, range, ...record] = tokens
    if (!range) throw new TextError('range is missing')
    const numbers = parseRange(range.text, this.#generated)
    this.#generated += numbers.length
    for (const number of numbers) {
      const generated = record.map(token => ({ ...token, text: withNumber(token.text, number) }))
      const words = new TokenWords(generated, this.#origin)
      words.placed(() => {
        this.#record({ tokens: generated, ownerOmitted: false }, words)
        if (!words.done) throw new TextError(`${JSON.stringify(words.next('').text)} is too much in this entry`)
      })
    }
  }

  #open(path: string, origin: Name, depth: number): FileToRead {
    if (depth >= INCLUDE_DEPTH) throw new TextError(`$INCLUDE is nested more than ${INCLUDE_DEPTH} deep: a loop?`)
    if (++this.#included > INCLUDE_LIMIT) throw new TextError(`$INCLUDE occurs more than ${INCLUDE_LIMIT} times`)
    try {
      return { text: this.#include(path), path, origin }
    } catch (error) {
      throw new TextError(`$INCLUDE ${path}: ${(error as Error).message}`)
    }
  }

  /** "$INCLUDE … never changes the relative origin of the parent file" (RFC 1035 §5.1). */
  *#includedFile(included: FileToRead, depth: number): Sliced<void> {
    const before = { origin: this.#origin, owner: this.#owner }
    yield* this.file(included, depth + 1)
    this.#origin = before.origin
    this.#owner = before.owner
  }

  #record(entry: MasterFileEntry, words: TokenWords): undefined {
    if (!entry.ownerOmitted) this.#owner = parseName(words.next('owner').text, this.#origin)
    const name = this.#owner
    if (!name) throw new TextError('the first record has no owner: the line begins with white space')

    let ttl: number | undefined
    let klass: number | undefined
    let word = words.next('type')
    for (;;) {
      if (ttl === undefined && isSeconds(word.text)) ttl = parseTtl(word.text)
      else if (klass === undefined && classNumber(word.text) !== undefined) klass = classNumber(word.text)
      else break
      word = words.next('type')
    }
    if (klass !== undefined && klass !== CLASS.IN) throw new TextError('only class IN is supported')
    const type = typeNumber(word.text)
    if (type === undefined)
      throw new TextError(`${JSON.stringify(word.text)} is not a type: A, AAAA, NS, CNAME, MX, TXT … or TYPE65280`)
    if (isMetaType(type)) throw new TextError(`${word.text} is a type for queries only; a zone cannot hold it`)

    if (type === TYPE.MD || type === TYPE.MF)
      throw new TextError(`${typeName(type)} is obsolete; use MX (RFC 1035 §3.3.4)`)

    const data = parseRdata(type, words)
    // Without $TTL, an SOA without a TTL gives its MINIMUM to all records, also to itself, as in BIND.
    if (type === TYPE.SOA && ttl === undefined) this.#defaultTtl ??= (data as Soa).minimum
    ttl ??= this.#defaultTtl ?? this.#lastTtl
    if (ttl === undefined) throw new TextError('the TTL is missing: begin the file with $TTL 3600, for example')
    this.#lastTtl = ttl
    const place = (entry.tokens[0] as Token).place
    this.records.push({ name, type, class: CLASS.IN, ttl, data, place })
  }
}

/** The words of an entry, and the position of the last word read: an error is reported there. */
class TokenWords implements Words {
  readonly origin: Name
  readonly #tokens: readonly Token[]
  #next = 0

  constructor(tokens: readonly Token[], origin: Name) {
    this.#tokens = tokens
    this.origin = origin
  }

  get done(): boolean {
    return this.#next >= this.#tokens.length
  }

  next(what: string): Token {
    const token = this.#tokens[this.#next]
    if (!token) throw new TextError(`${what} is missing`)
    this.#next++
    return token
  }

  /** Adds the position of the last word to errors about text. */
  placed<T>(read: () => T): T {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof TextError || error instanceof FormatError)) throw error
      const { place } = this.#tokens[Math.max(0, this.#next - 1)] as Token
      throw new ZoneSyntaxError(place, error.message, { cause: error })
    }
  }
}

/** The position of the character at that offset. */
function positionOf(text: string, file: string, offset: number): FilePosition {
  const before = text.slice(0, offset).split('\n')
  return { file, line: before.length, column: (before.at(-1) as string).length + 1 }
}

function parseTtl(text: string): number {
  const ttl = parseSeconds(text, 'TTL')
  if (ttl <= TTL_LIMIT) return ttl
  throw new TextError(`a TTL is at most ${TTL_LIMIT} seconds (RFC 2181 §8), not ${ttl}`)
}
