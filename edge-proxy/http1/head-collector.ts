/**
 * Collects octets until the empty line that ends a head. Usually a head is one piece, and then nothing is copied.
 *
 * Read beside: RFC 9112 §2.1 (message format), §2.2 (bare CR, bare LF, empty lines before a request)
 * Pure: octets in, text out.
 */
import { FramingError } from './framing-error.ts'
import type { HeadLimits } from './limits.ts'

const END_OF_HEAD = Buffer.from('\r\n\r\n')
const EMPTY: Buffer = Buffer.alloc(0)
const FEW = 2048
/** Octets; longer than every registered method. */
export const LONGEST_METHOD = 64
const CR = 0x0d
const LF = 0x0a

export interface CollectedHead {
  /** The head as latin1, without the empty line that ends it. */
  readonly text: string
  /** What follows it: the beginning of the body, or the next message. Often empty. */
  readonly rest: Buffer
}

export class HeadCollector {
  readonly #limits: HeadLimits
  /** Octets of an unfinished head, `#filled` of them used. */
  #held = EMPTY
  #filled = 0

  readonly #maySkip: boolean

  /** @param skipEmptyLine whether one empty line before the head is skipped: before requests, not before responses */
  constructor(limits: HeadLimits, skipEmptyLine: boolean) {
    this.#limits = limits
    this.#maySkip = skipEmptyLine
  }

  /** Whether the empty line before this head has been skipped; `cr`: its CR has been received, its LF not yet. */
  #skipped: 'no' | 'cr' | 'yes' = 'no'

  /** Whether a head has begun. */
  get begun(): boolean {
    return this.#filled > 0
  }

  /**
   * Adds the next octets. @returns the head once it is complete
   * @throws FramingError 400 for a line that does not end with CRLF, 414 or 431 for a head beyond the limits
   */
  add(piece: Buffer): CollectedHead | undefined {
    let octets = piece
    if (this.#filled === 0) {
      if (octets[0] === CR || this.#skipped === 'cr') octets = this.#skipEmptyLine(octets)
      if (octets.length === 0) return undefined
      const collected = this.#find(octets, 0)
      if (collected !== undefined) return collected
    }
    const before = this.#filled
    this.#hold(octets)
    const held = this.#held.subarray(0, this.#filled)
    const collected = this.#find(held, Math.max(0, before - 3))
    if (collected === undefined) {
      this.#checkUnfinished(held, Math.max(0, before - 1))
      return undefined
    }
    this.#held = EMPTY
    this.#filled = 0
    return collected
  }

  /** Searches for the empty line. Few octets are searched as text, because the text is needed afterwards. */
  #find(octets: Buffer, from: number): CollectedHead | undefined {
    const all = from === 0 && octets.length <= FEW ? octets.toString('latin1') : undefined
    const end = all === undefined ? octets.indexOf(END_OF_HEAD, from) : all.indexOf('\r\n\r\n', from)
    if (end === -1) return undefined
    this.#skipped = 'no'
    return { text: all?.slice(0, end) ?? octets.toString('latin1', 0, end), rest: restOf(octets, end + 4) }
  }

  /**
   * §2.2: "a server that is expecting to receive and parse a request-line SHOULD ignore at least one empty line (CRLF)".
   * Exactly one is skipped here, however the octets are split into pieces.
   */
  #skipEmptyLine(octets: Buffer): Buffer {
    if (!this.#maySkip || this.#skipped === 'yes') return octets
    const lf = this.#skipped === 'cr' ? 0 : 1
    if (octets.length === lf) {
      this.#skipped = 'cr'
      return EMPTY
    }
    if (octets[lf] !== LF) throw badLineEnd('a CR has no LF after it')
    this.#skipped = 'yes'
    return octets.subarray(lf + 1)
  }

  /** Appends, doubling the space, so that a head in pieces of one octet costs no more than twice its length. */
  #hold(octets: Buffer): void {
    const needed = this.#filled + octets.length
    if (needed > this.#held.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(1024, needed, this.#held.length * 2))
      this.#held.copy(larger, 0, 0, this.#filled)
      this.#held = larger
    }
    octets.copy(this.#held, this.#filled)
    this.#filled = needed
  }

  /** Refuses what can be refused before the head is complete: a peer might never send the right line end. */
  #checkUnfinished(held: Buffer, from: number): void {
    for (let at = from; at < held.length; at++) {
      const octet = held[at]
      if (octet === LF && held[at - 1] !== CR) throw badLineEnd('a line ends with LF alone')
      if (octet === CR && at + 1 < held.length && held[at + 1] !== LF) throw badLineEnd('a CR has no LF after it')
      if (octet === 0) throw new FramingError(400, 'RFC 9110 §5.5', 'the head contains a NUL octet')
    }
    const { startLine, fields } = this.#limits
    const firstLine = held.indexOf('\r\n')
    if (firstLine === -1 && held.length > startLine + 1) {
      if (this.#maySkip && held.subarray(0, LONGEST_METHOD).indexOf(0x20) === -1) throw unknownMethod()
      throw new FramingError(414, 'RFC 9112 §3', `the first line is longer than ${startLine} octets`)
    }
    if (firstLine !== -1 && held.length - firstLine > fields + 4) {
      throw new FramingError(431, 'RFC 6585 §5', `the fields together are longer than ${fields} octets`)
    }
  }
}

/** RFC 9112 §2.2 lets a recipient accept a bare LF. Attacks use two recipients that differ in this, so it is refused. */
function badLineEnd(what: string): FramingError {
  return new FramingError(400, 'RFC 9112 §2.2', `${what}; lines end with CRLF`)
}

/** RFC 9112 §3: "If a server receives a method longer than any that it implements, it SHOULD respond with 501". */
export function unknownMethod(): FramingError {
  return new FramingError(501, 'RFC 9112 §3', 'the method is longer than any that is known')
}

function restOf(octets: Buffer, from: number): Buffer {
  return from === octets.length ? EMPTY : octets.subarray(from)
}
