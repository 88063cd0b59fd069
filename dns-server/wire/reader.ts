/**
 * Reads octets in network order, never beyond their end, and counts the work done.
 *
 * Read beside: RFC 1035 §2.3.2 (data transmission order)
 * Pure: octets in, numbers out.
 */

/** The octets do not have the format of RFC 1035 §4. A server answers such a query with FORMERR. */
export class FormatError extends Error {
  override name = 'FormatError'
}

export class Reader {
  readonly octets: Buffer
  /** The offset of the next octet to read. */
  offset: number
  /** Labels, pointers and options read so far: a measure of the work that a message causes (see name.ts). */
  itemsRead = 0

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

  /** A copy of the next `length` octets, so that keeping them does not keep the whole datagram in memory. */
  bytes(length: number): Buffer {
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
