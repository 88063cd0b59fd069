/**
 * Reading octets in network order, with an end that cannot be passed, and a count of the work done.
 *
 * Read beside: RFC 1035 §2.3.2 (data transmission order)
 * Pure: octets in, numbers out.
 */

/** The octets are not what RFC 1035 §4 draws. A server answers FORMERR; whoever asked us nothing gets nothing. */
export class FormatError extends Error {
  override name = 'FormatError'
}

export class Reader {
  readonly octets: Buffer
  /** Where the next octet is read. */
  offset: number
  /** Labels, pointers and options read so far: what an attacker would like to make large (see name.ts). */
  steps = 0

  constructor(octets: Uint8Array, offset = 0) {
    this.octets = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)
    this.offset = offset
  }

  get remaining(): number {
    return this.octets.length - this.offset
  }

  u8(): number {
    return this.octets.readUInt8(this.#advance(1))
  }

  u16(): number {
    return this.octets.readUInt16BE(this.#advance(2))
  }

  u32(): number {
    return this.octets.readUInt32BE(this.#advance(4))
  }

  /** The next `length` octets, copied: what is kept does not keep the whole datagram alive. */
  take(length: number): Buffer {
    const start = this.#advance(length)
    return Buffer.from(this.octets.subarray(start, start + length))
  }

  skip(length: number): void {
    this.#advance(length)
  }

  #advance(length: number): number {
    const start = this.offset
    if (start + length > this.octets.length) {
      throw new FormatError(
        `the message ends at octet ${this.octets.length}, but ${length} more were expected at ${start}`,
      )
    }
    this.offset = start + length
    return start
  }
}
