/**
 * Writes octets in network order, and compresses names against the names already written.
 *
 * Read beside: RFC 1035 §4.1.4 (compression), RFC 3597 §4 (where it is allowed)
 * Pure: numbers and names in, octets out.
 */
import { type Name, nameKey } from './name.ts'

/** A pointer has 14 bits, so no pointer leads to a name beyond this offset. */
const POINTER_REACH = 0x3fff

export class Writer {
  #octets: Buffer
  #length = 0
  /** The offset of each name written so far, by its key, in order of writing. */
  #offsets = new Map<string, number>()

  /** @param room octets allocated at first; more are allocated when needed */
  constructor(room = 512) {
    this.#octets = Buffer.allocUnsafe(room)
  }

  get length(): number {
    return this.#length
  }

  u8(value: number): void {
    const start = this.#grow(1) // before the write: growing replaces the buffer
    this.#octets.writeUInt8(value, start)
  }

  u16(value: number): void {
    const start = this.#grow(2)
    this.#octets.writeUInt16BE(value, start)
  }

  u32(value: number): void {
    const start = this.#grow(4)
    this.#octets.writeUInt32BE(value, start)
  }

  bytes(octets: Uint8Array): void {
    const start = this.#grow(octets.length)
    this.#octets.set(octets, start)
  }

  /** Characters 0…255, one octet each. */
  latin1(text: string): void {
    const start = this.#grow(text.length)
    this.#octets.write(text, start, 'latin1')
  }

  /** A name without compression. Later names may still point to it. */
  name(name: Name): void {
    this.#name(name, false)
  }

  /**
   * A name that ends in a pointer as soon as the rest of it is in the message already. Case is ignored in this comparison, so the
   * owner of an answer repeats the letters of the question. Clients that vary the case of a name ("0x20") check that.
   */
  compressedName(name: Name): void {
    this.#name(name, true)
  }

  /** Writes a 16-bit length, then what `body` writes, and sets the length to what that took. */
  lengthPrefixed(body: () => void): void {
    const at = this.#grow(2)
    body()
    this.#octets.writeUInt16BE(this.#length - at - 2, at)
  }

  /** Sets 16 bits that were written before. */
  patchU16(value: number, at: number): void {
    this.#octets.writeUInt16BE(value, at)
  }

  /** Removes everything from offset `length` on: a record that did not fit. */
  rewind(length: number): void {
    this.#length = length
    for (const [key, offset] of this.#offsets) if (offset >= length) this.#offsets.delete(key)
  }

  finish(): Buffer {
    return this.#octets.subarray(0, this.#length)
  }

  #name(name: Name, compress: boolean): void {
    let key = nameKey(name)
    for (const label of name) {
      const known = this.#offsets.get(key)
      if (compress && known !== undefined) {
        this.u16(0xc000 | known)
        return
      }
      if (known === undefined && this.#length <= POINTER_REACH) this.#offsets.set(key, this.#length)
      this.u8(label.length)
      this.latin1(label)
      key = key.slice(1 + label.length)
    }
    this.u8(0)
  }

  #grow(length: number): number {
    const start = this.#length
    this.#length += length
    if (this.#length > this.#octets.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#length, 2 * this.#octets.length))
      this.#octets.copy(larger, 0, 0, start)
      this.#octets = larger
    }
    return start
  }
}
