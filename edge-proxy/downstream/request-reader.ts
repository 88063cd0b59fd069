/**
 * Requests out of the octets of one connection: a head, then its body, then the next head.
 *
 * Read beside: client-connection.ts (which passes it octets), ../http1/head-collector.ts, ../http1/body-decoder.ts
 * Pure: octets in, heads and content out.
 */
import { checkTrailers } from '../forwarding/trailers.ts'
import { BodyDecoder } from '../http1/body-decoder.ts'
import type { Field } from '../http1/fields.ts'
import { HeadCollector } from '../http1/head-collector.ts'
import { REQUEST_LIMITS } from '../http1/limits.ts'
import { parseRequestHead, type RequestHead } from '../http1/request-head.ts'

const EMPTY: Buffer = Buffer.alloc(0)

export class RequestReader {
  readonly #collector = new HeadCollector(REQUEST_LIMITS, true)
  /** The body of the request whose head was read last. */
  #body = new BodyDecoder({ kind: 'none' })
  /** Octets that were received and have not been read yet. */
  #pending = EMPTY
  /** Whether the last head was of a HEAD request: the response has no content, even a refusal (RFC 9110 §9.3.2). */
  toHead = false

  push(octets: Buffer): void {
    this.#pending = this.#pending.length === 0 ? octets : Buffer.concat([this.#pending, octets])
  }

  /** How many octets have not been read yet. */
  get pending(): number {
    return this.#pending.length
  }

  /** Whether a head has begun that is not complete. */
  get begun(): boolean {
    return this.#collector.begun
  }

  get bodyDone(): boolean {
    return this.#body.done
  }

  /** Whether the rest of the body has been received, though perhaps not read yet. Not known beforehand for a chunked one. */
  get bodyReceived(): boolean {
    return this.#body.left <= this.#pending.length
  }

  /** The next head, once it is complete, and its length in octets. @throws FramingError when it is not valid HTTP */
  nextHead(): { head: RequestHead; length: number } | undefined {
    this.toHead = false
    const collected = this.#collector.add(this.#pending)
    this.#pending = collected?.rest ?? EMPTY
    if (collected === undefined) return undefined
    this.toHead = collected.text.startsWith('HEAD ')
    const head = parseRequestHead(collected.text)
    this.#body = new BodyDecoder(head.body)
    return { head, length: collected.text.length + 4 }
  }

  /**
   * Passes on what has been received of the body.
   *
   * @returns the trailers once the body is complete, undefined before
   * @throws FramingError when chunks or trailers are not valid
   */
  readBody(content: (octets: Buffer) => void): readonly Field[] | undefined {
    const octets = this.removePending()
    const end = this.#body.decode(octets, 0, content)
    this.#pending = end === octets.length ? EMPTY : octets.subarray(end)
    if (!this.#body.done) return undefined
    checkTrailers(this.#body.trailers)
    return this.#body.trailers
  }

  /** Removes everything that has not been read yet, and returns it. */
  removePending(): Buffer {
    const pending = this.#pending
    this.#pending = EMPTY
    return pending
  }
}
