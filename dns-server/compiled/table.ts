/**
 * The table: every name of all zones with its answers, as octets in one block of memory. A hundred thousand names as objects would be
 * scattered, and an answer would wait for the memory a dozen times; here it reads an index and two or three cache lines.
 *
 *     name      length (8), octets in lower case, own answers (32), answers for names below it that do not exist (32)
 *     answers   count (16), { type (16), answer (32) } …, answer for every other type of data (32)
 *     answer    AA and rcode (8), length of its name (8), ancount, nscount, arcount (16 each), turn (32), orders (8), bodies
 *     body      its length (16), count of pointers (16), their offsets (16 each), octets, and OPT for queries with EDNS
 *
 * References are offsets; 0 means none: there the plain path must answer. Numbers are in network order.
 *
 * A hash is computed from the last label to the first, so the computation for a name passes through the hashes of all its ancestors:
 * with these the closest encloser of a name that does not exist is found (RFC 4592 §3.3.1).
 *
 * Read beside: compile.ts (fills it), fast-path.ts (reads it)
 * Pure: names and answers in, octets out.
 */
import type { RotationTurn } from '../answer/orderer.ts'
import { EDNS_LIMIT, encodeEdns } from '../wire/edns.ts'
import { Writer } from '../wire/writer.ts'
import type { CompiledAnswer } from './answers.ts'

/** The answers for one name, or for all names that one wildcard matches. */
export interface Answers {
  readonly types: readonly number[]
  /** In the order of `types`. */
  readonly answers: readonly CompiledAnswer[]
  /** For every other type of data; undefined where the plain path must answer. */
  readonly otherwise: CompiledAnswer | undefined
}

export interface CompiledName {
  /** Its wire form in lower case, one character an octet (wire/name.ts, nameKey). */
  readonly key: string
  /** Undefined where the plain path must answer: at a zone cut. */
  readonly own: Answers | undefined
  /** For names below it that do not exist, when this is their closest encloser: NXDOMAIN, or the answers of a wildcard. */
  readonly below: Answers | undefined
}

/** ASCII letters in lower case. The octet before a label is a length, which is less than any letter. */
const LOWER = Uint8Array.from({ length: 256 }, (_, octet) => (octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet))

/** Follows every answer to a query with OPT; DO is set when the query has it. */
const OPT = encodedOpt()

/** The hash of the root; the computation of every other hash begins with it. */
export const ROOT_HASH = 0x811c9dc5 | 0

/** Adds a label with its length octet to the hash of the labels after it (FNV-1a, in lower case). */
export function hashLabel(hash: number, octets: Uint8Array, start: number): number {
  const end = start + 1 + (octets[start] as number)
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (LOWER[octets[at] as number] as number), 0x01000193)
  return hash
}

/** A finished table as other threads get it: they read the same memory, and use the turns of these numbers. */
export interface TableMemory {
  readonly octets: SharedArrayBuffer
  readonly index: SharedArrayBuffer
}

export class Table {
  octets = sharedOctets(1024)
  #numbers = numbersIn(this.octets)
  /** An answer holds a number; its turn is at the index before it. */
  readonly turns: RotationTurn[] = []
  /** Pairs of a hash and the offset of a name; at most half of them are in use. */
  #index = sharedPairs(256)
  #size = 0
  /** The offset of the next octet to write; offset 0 means none. */
  #end = 1
  /** Answers that many names share are written once. */
  readonly #shared = new Map<CompiledAnswer | Answers, number>()

  /** A table that another thread has made. Nothing is copied, and nothing can be added. */
  static at({ octets, index }: TableMemory, turns: readonly RotationTurn[]): Table {
    const table = new Table()
    table.octets = Buffer.from(octets)
    table.#numbers = numbersIn(table.octets)
    table.#index = new Int32Array(index)
    for (const turn of turns) table.turns.push(turn)
    return table
  }

  get memory(): TableMemory {
    return { octets: this.octets.buffer, index: this.#index.buffer }
  }

  /** Names. */
  get size(): number {
    return this.#size
  }

  u16(at: number): number {
    return this.#numbers.getUint16(at)
  }

  u32(at: number): number {
    return this.#numbers.getUint32(at)
  }

  add({ key, own, below }: CompiledName): void {
    const ownAt = own ? this.#writeAnswers(own) : 0
    const belowAt = below ? this.#once(below, () => this.#writeAnswers(below)) : 0
    const offset = this.#grow(1 + key.length + 8)
    this.octets.writeUInt8(key.length, offset)
    this.octets.write(key, offset + 1, 'latin1')
    this.octets.writeUInt32BE(ownAt, offset + 1 + key.length)
    this.octets.writeUInt32BE(belowAt, offset + 5 + key.length)
    if (4 * ++this.#size > this.#index.length) this.#enlargeIndex()
    insert(this.#index, hashOf(this.octets, offset + 1), offset)
  }

  /**
   * Finds the name at offset `start` of the query, which has that hash and length.
   *
   * @returns the offset of its two references, to its own answers and to those for names below it; 0 when it is not in the table
   */
  find(hash: number, query: Uint8Array, start: number, length: number): number {
    const index = this.#index
    const mask = index.length - 1
    for (let slot = slotOf(hash, mask); ; slot = (slot + 2) & mask) {
      const offset = index[slot + 1] as number
      if (offset === 0) return 0
      if (index[slot] === hash && this.#isAt(offset, query, start, length)) return offset + 1 + length
    }
  }

  #isAt(offset: number, query: Uint8Array, start: number, length: number): boolean {
    const { octets } = this
    if (octets[offset] !== length) return false
    for (let i = 0; i < length; i++) if (octets[offset + 1 + i] !== LOWER[query[start + i] as number]) return false
    return true
  }

  #writeAnswers({ types, answers, otherwise }: Answers): number {
    const offsets = answers.map(answer => this.#writeAnswer(answer))
    const otherwiseAt = otherwise ? this.#once(otherwise, () => this.#writeAnswer(otherwise)) : 0
    const offset = this.#grow(2 + 6 * types.length + 4)
    let at = this.octets.writeUInt16BE(types.length, offset)
    for (const [i, type] of types.entries()) {
      at = this.octets.writeUInt16BE(type, at)
      at = this.octets.writeUInt32BE(offsets[i] as number, at)
    }
    this.octets.writeUInt32BE(otherwiseAt, at)
    return offset
  }

  #writeAnswer({ rcode, aa, ancount, nscount, arcount, turn, bodies, nameLength }: CompiledAnswer): number {
    const offset = this.#grow(
      13 + bodies.reduce((sum, body) => sum + 4 + 2 * body.pointers.length + body.octets.length + OPT.length, 0),
    )
    let at = this.octets.writeUInt8((aa ? 0x80 : 0) | rcode, offset)
    at = this.octets.writeUInt8(nameLength, at)
    for (const count of [ancount, nscount, arcount]) at = this.octets.writeUInt16BE(count, at)
    at = this.octets.writeUInt32BE(turn ? this.turns.push(turn) : 0, at)
    at = this.octets.writeUInt8(bodies.length, at)
    for (const { octets, pointers } of bodies) {
      at = this.octets.writeUInt16BE(octets.length, at)
      at = this.octets.writeUInt16BE(pointers.length, at)
      for (const pointer of pointers) at = this.octets.writeUInt16BE(pointer, at)
      at += octets.copy(this.octets, at)
      at += OPT.copy(this.octets, at)
    }
    return offset
  }

  #once(what: CompiledAnswer | Answers, write: () => number): number {
    const known = this.#shared.get(what)
    if (known !== undefined) return known
    const offset = write()
    this.#shared.set(what, offset)
    return offset
  }

  #grow(length: number): number {
    const offset = this.#end
    this.#end += length
    if (this.#end > this.octets.length) {
      const larger = sharedOctets(Math.max(this.#end, 2 * this.octets.length))
      this.octets.copy(larger)
      this.octets = larger
      this.#numbers = numbersIn(larger)
    }
    return offset
  }

  #enlargeIndex(): void {
    const larger = sharedPairs(this.#index.length)
    for (let slot = 0; slot < this.#index.length; slot += 2) {
      const offset = this.#index[slot + 1] as number
      if (offset !== 0) insert(larger, this.#index[slot] as number, offset)
    }
    this.#index = larger
  }
}

function encodedOpt(): Buffer {
  const writer = new Writer()
  encodeEdns({ payload: EDNS_LIMIT, extendedRcode: 0, version: 0, do: false, options: [] }, writer)
  return writer.finish()
}

/** Octets that other threads may read: workers/. */
function sharedOctets(length: number): Buffer<SharedArrayBuffer> {
  return Buffer.from(new SharedArrayBuffer(length))
}

function sharedPairs(count: number): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(8 * count))
}

/** The same octets, for reading numbers of several octets in one step. */
function numbersIn({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}

/** The first slot for a pair with that hash. The upper bits are mixed in, because the lower bits alone are spread badly. */
function slotOf(hash: number, mask: number): number {
  return ((hash ^ (hash >>> 15)) << 1) & mask
}

function insert(index: Int32Array, hash: number, offset: number): void {
  const mask = index.length - 1
  let slot = slotOf(hash, mask)
  while (index[slot + 1] !== 0) slot = (slot + 2) & mask
  index[slot] = hash
  index[slot + 1] = offset
}

function hashOf(octets: Uint8Array, start: number): number {
  const starts: number[] = []
  for (let at = start; octets[at] !== 0; at += 1 + (octets[at] as number)) starts.push(at)
  return starts.reduceRight((hash, label) => hashLabel(hash, octets, label), ROOT_HASH)
}
