/**
 * Separates the content of one body from a stream of octets, and finds its end.
 *
 * Read beside: body-framing.ts (the four kinds of framing), chunked.ts, RFC 9112 §6
 * Pure: octets in, octets out.
 */
import type { BodyFraming } from './body-framing.ts'
import { ChunkedDecoder } from './chunked.ts'
import type { Field } from './fields.ts'
import type { HeadLimits } from './limits.ts'

export class BodyDecoder {
  readonly framing: BodyFraming
  readonly #chunked: ChunkedDecoder | undefined
  /** Octets still to come; only for bodies with a length. */
  #left: number

  constructor(framing: BodyFraming, limits?: HeadLimits) {
    this.framing = framing
    this.#chunked = framing.kind === 'chunked' ? new ChunkedDecoder(limits) : undefined
    this.#left = framing.kind === 'length' ? framing.length : framing.kind === 'close' ? Number.POSITIVE_INFINITY : 0
  }

  /** Whether the body is complete. Never true for a body that ends with the connection. */
  get done(): boolean {
    return this.#chunked === undefined ? this.#left === 0 : this.#chunked.done
  }

  /** Octets still to come: Infinity when that is not known. */
  get left(): number {
    if (this.#chunked === undefined) return this.#left
    return this.#chunked.done ? 0 : Number.POSITIVE_INFINITY
  }

  get trailers(): readonly Field[] {
    return this.#chunked === undefined ? [] : this.#chunked.trailers
  }

  /**
   * @param data is called with each run of content
   * @returns the offset after the last octet that belongs to this body
   * @throws FramingError when chunks are not valid
   */
  decode(piece: Buffer, from: number, data: (content: Buffer) => void): number {
    if (this.#chunked !== undefined) return this.#chunked.decode(piece, from, data)
    const end = Math.min(piece.length, from + this.#left)
    if (end === from) return from
    this.#left -= end - from
    data(from === 0 && end === piece.length ? piece : piece.subarray(from, end))
    return end
  }
}
