/**
 * The table: every name of all zones, with its answers, found by the hash of its octets.
 *
 * A hash is computed from the last label to the first, so that on the way to a name's own hash those of all its ancestors
 * are passed: that is how the closest encloser of a name that does not exist is found (RFC 4592 §3.3.1).
 *
 * Read beside: compile.ts (fills it), fast-path.ts (asks it)
 * Pure: names and octets in, entries out.
 */
import type { CompiledAnswer } from './answers.ts'

/** The answers for one name, or for all that one wildcard stands for. */
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
  /** For names below it of which no more than this exists: NXDOMAIN, or what a wildcard gives. */
  readonly below: Answers | undefined
}

interface Entry extends CompiledName {
  /** Another name with the same hash. */
  readonly next: Entry | undefined
}

/** ASCII letters in lower case. The octet before a label is a length, below any letter. */
const LOWER = Uint8Array.from({ length: 256 }, (_, octet) => (octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet))

/** The hash of the root, with which every other begins. */
export const ROOT_HASH = 0x811c9dc5 | 0

/** Hashes a label with its length octet onto the hash of what follows it (FNV-1a, with the case folded). */
export function hashLabel(hash: number, octets: Uint8Array, start: number): number {
  const end = start + 1 + (octets[start] as number)
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (LOWER[octets[at] as number] as number), 0x01000193)
  return hash
}

export class Table {
  readonly #entries = new Map<number, Entry>()
  #size = 0

  get size(): number {
    return this.#size
  }

  add(name: CompiledName): void {
    const hash = hashOf(name.key)
    this.#entries.set(hash, { ...name, next: this.#entries.get(hash) })
    this.#size++
  }

  /** The name that stands at `start` of the octets and has that hash and length. */
  find(hash: number, octets: Uint8Array, start: number, length: number): CompiledName | undefined {
    let entry = this.#entries.get(hash)
    while (entry && !isAt(entry.key, octets, start, length)) entry = entry.next
    return entry
  }
}

function isAt(key: string, octets: Uint8Array, start: number, length: number): boolean {
  if (key.length !== length) return false
  for (let i = 0; i < length; i++) if (key.charCodeAt(i) !== LOWER[octets[start + i] as number]) return false
  return true
}

function hashOf(key: string): number {
  const octets = Buffer.from(key, 'latin1')
  const starts: number[] = []
  for (let at = 0; octets[at] !== 0; at += 1 + (octets[at] as number)) starts.push(at)
  return starts.reduceRight((hash, start) => hashLabel(hash, octets, start), ROOT_HASH)
}
