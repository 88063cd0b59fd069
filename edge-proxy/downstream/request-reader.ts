/**
 * Requests out of the octets of one connection: a head, then its body, then the next head.
 *
 * Read beside: client-connection.ts (who feeds it), ../http1/head-collector.ts, ../http1/body-decoder.ts
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
  /** Octets that came and have not been looked at. */
  #pending = EMPTY
  /** Whether the request whose head came last is a HEAD: its answer has no content, even if it is refused (RFC 9110 §9.3.2). */
  toHead = false

  push(octets: Buffer): void {
    this.#pending = this.#pending.length === 0 ? octets : Buffer.concat([this.#pending, octets])
  }

  /** How many octets have not been looked at. */
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

  /** The next head, once it is complete, and its length in octets. @throws FramingError when it is not HTTP */
  nextHead(): { head: RequestHead; length: number } | undefined {
    this.toHead = false
    const collected = this.#collector.take(this.#pending)
    this.#pending = collected?.rest ?? EMPTY
    if (collected === undefined) return undefined
    this.toHead = collected.text.startsWith('HEAD ')
    const head = parseRequestHead(collected.text)
    this.#body = new BodyDecoder(head.body)
    return { head, length: collected.text.length + 4 }
  }

  /**
   * Hands on what has come of the body.
   *
   * @returns the trailers once it is complete, undefined before
   * @throws FramingError when chunks or trailers are broken
   */
  readBody(content: (octets: Buffer) => void): readonly Field[] | undefined {
    const octets = this.takeRest()
    const taken = this.#body.decode(octets, 0, content)
    this.#pending = taken === octets.length ? EMPTY : octets.subarray(taken)
    if (!this.#body.done) return undefined
    checkTrailers(this.#body.trailers)
    return this.#body.trailers
  }

  /** Everything that has not been looked at; it is gone from here then. */
  takeRest(): Buffer {
    const rest = this.#pending
    this.#pending = EMPTY
    return rest
  }
}
