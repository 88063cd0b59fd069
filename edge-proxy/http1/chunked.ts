/**
 * The chunked coding: a body whose length is not known beforehand, in chunks that each begin with their length.
 *
 *     chunked-body = *chunk last-chunk trailer-section CRLF
 *     chunk        = chunk-size [ chunk-ext ] CRLF chunk-data CRLF
 *     chunk-size   = 1*HEXDIG
 *     last-chunk   = 1*"0" [ chunk-ext ] CRLF
 *     chunk-ext    = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS ( token / quoted-string ) ] )
 *
 * Read beside: RFC 9112 §7.1 (chunked), §7.1.1 (extensions), §7.1.2 (trailers)
 * Pure: octets in, octets out.
 */
import { type Field, parseFields } from './fields.ts'
import { FramingError, quoted } from './framing-error.ts'
import { CHUNK_EXTENSIONS_LIMIT, CHUNK_LINE_LIMIT, type HeadLimits, REQUEST_LIMITS } from './limits.ts'

const CR = 0x0d
const LF = 0x0a

/** What the next octet is part of. */
type ChunkedState = 'size' | 'data' | 'data-cr' | 'data-lf' | 'trailer' | 'done'

/**
 * Tokens and quoted strings as in RFC 9110 §5.6. White space around ";" and "=" is bad, but RFC 9110 §5.6.3 says of it:
 * "A recipient MUST parse for such bad whitespace and remove it". Extensions are not forwarded anyway.
 */
const CHUNK_LINE =
  /^([0-9A-Fa-f]+)((?:[\t ]*;[\t ]*[!#$%&'*+\-.^_`|~0-9A-Za-z]+(?:[\t ]*=[\t ]*(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+|"(?:[\t\x20\x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*"))?)*)$/

export class ChunkedDecoder {
  readonly #limits: HeadLimits
  #state: ChunkedState = 'size'
  /** Octets of the current chunk still to come. */
  #left = 0
  /** The unfinished line (chunk size or trailers), as latin1. */
  #line = ''
  #trailerText = ''
  #extensions = 0
  /** Read once `done`: the trailer section's fields. */
  trailers: readonly Field[] = []

  constructor(limits: HeadLimits = REQUEST_LIMITS) {
    this.#limits = limits
  }

  get done(): boolean {
    return this.#state === 'done'
  }

  /**
   * Decodes octets of `piece` from `from` on.
   *
   * @param data is called with each run of content, as a view of `piece`
   * @returns the offset after the last octet that was read: the piece's length, or where the next message begins once `done`
   * @throws FramingError 400 for wrong framing, 431 for trailers beyond the limits
   */
  decode(piece: Buffer, from: number, data: (content: Buffer) => void): number {
    let at = from
    while (at < piece.length && this.#state !== 'done') {
      switch (this.#state) {
        case 'size':
          at = this.#readLine(piece, at, CHUNK_LINE_LIMIT, line => this.#beginChunk(line))
          break
        case 'data': {
          const end = Math.min(piece.length, at + this.#left)
          data(at === 0 && end === piece.length ? piece : piece.subarray(at, end))
          this.#left -= end - at
          at = end
          if (this.#left === 0) this.#state = 'data-cr'
          break
        }
        case 'data-cr':
          if (piece[at++] !== CR) throw broken('chunk data is not followed by CRLF')
          this.#state = 'data-lf'
          break
        case 'data-lf':
          if (piece[at++] !== LF) throw broken('chunk data is not followed by CRLF')
          this.#state = 'size'
          break
        case 'trailer':
          at = this.#readLine(piece, at, this.#limits.field, line => this.#addTrailer(line))
          break
      }
    }
    return at
  }

  /** Collects a line that may be received in pieces; passes it on without its CRLF. */
  #readLine(piece: Buffer, at: number, limit: number, pass: (line: string) => void): number {
    const lf = piece.indexOf(LF, at)
    const end = lf === -1 ? piece.length : lf + 1
    if (this.#line.length + end - at > limit + 2) {
      if (this.#state === 'trailer')
        throw new FramingError(431, 'RFC 6585 §5', `a trailer field is longer than ${limit} octets`)
      throw new FramingError(400, 'RFC 9112 §7.1.1', `a chunk-size line is longer than ${limit} octets`)
    }
    const line = this.#line + piece.toString('latin1', at, end)
    if (lf === -1) {
      this.#line = line
      return end
    }
    this.#line = ''
    if (!line.endsWith('\r\n')) throw broken('a line ends with LF alone')
    pass(line.slice(0, -2))
    return end
  }

  #beginChunk(line: string): void {
    const match = CHUNK_LINE.exec(line)
    if (!match) throw broken(`${quoted(line)} is not a chunk size`)
    const size = Number.parseInt(match[1] as string, 16)
    if (size > Number.MAX_SAFE_INTEGER) throw broken(`a chunk of 0x${match[1]} octets is too large`)
    this.#extensions += (match[2] as string).length
    if (this.#extensions > CHUNK_EXTENSIONS_LIMIT) {
      throw new FramingError(
        400,
        'RFC 9112 §7.1.1',
        `there are more than ${CHUNK_EXTENSIONS_LIMIT} octets of chunk extensions`,
      )
    }
    this.#left = size
    this.#state = size === 0 ? 'trailer' : 'data'
  }

  #addTrailer(line: string): void {
    if (line !== '') {
      this.#trailerText += this.#trailerText === '' ? line : `\r\n${line}`
      if (this.#trailerText.length > this.#limits.fields) {
        throw new FramingError(
          431,
          'RFC 6585 §5',
          `the trailers together are longer than ${this.#limits.fields} octets`,
        )
      }
      return
    }
    this.trailers = parseFields(this.#trailerText, 0, this.#limits)
    this.#trailerText = ''
    this.#state = 'done'
  }
}

function broken(what: string): FramingError {
  return new FramingError(400, 'RFC 9112 §7.1', what)
}

/** The line before a chunk's data. */
export function chunkHead(length: number): string {
  return `${length.toString(16)}\r\n`
}

/** The octets after a chunk's data. */
export const CHUNK_END = '\r\n'

/** The last chunk, the trailers, and the empty line at the end. */
export function lastChunk(trailers: readonly Field[]): string {
  let text = '0\r\n'
  for (const { name, value } of trailers) text += `${name}: ${value}\r\n`
  return `${text}\r\n`
}
