/**
 * The fields of a DNS message, each with the octets that it is made of, so that pointing at one shows the other.
 *
 * Only the places of the fields are found here. The values are those of dns2; where the lab's own decoder reads another value, it is there too.
 *
 * Read beside: RFC 1035 §4.1 (the order of the fields), §4.1.4 (compression pointers), decode-dns.ts
 * Pure: octets in, fields out. It ends at the first field that is not complete.
 */

/** A field, in the order of the octets. `depth` 0 is a section, 1 a record, 2 a field, 3 a part of a name. */
export interface DnsField {
  readonly depth: number
  /** A word of the page's dictionary: `id`, `flags`, `qname`, `pointer` … */
  readonly label: string
  readonly start: number
  /** The offset after its last octet. */
  readonly end: number
  /** As dns2 reads it; empty for what only groups other fields. */
  readonly value: string
  /** As the lab's own decoder reads it, where that differs from `value`. */
  readonly own?: string
  /** Where a compression pointer leads: the labels that it stands for. */
  readonly target?: readonly [start: number, end: number]
}

/** What a decoder reads: a value for each path, `answer.0.ttl` for example. A missing path was not read. */
export type DnsValues = ReadonlyMap<string, string>

export function dnsFields(octets: Uint8Array, dns2: DnsValues, own: DnsValues): DnsField[] {
  return new FieldReader(octets, dns2, own).read()
}

const SECTIONS = ['question', 'answer', 'authority', 'additional'] as const
const HEADER_OCTETS = 12

/** The message ends inside a field. */
class EndOfMessage extends Error {}

class FieldReader {
  readonly #octets: DataView
  readonly #dns2: DnsValues
  readonly #own: DnsValues
  readonly #fields: DnsField[] = []
  #at = 0

  constructor(octets: Uint8Array, dns2: DnsValues, own: DnsValues) {
    this.#octets = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
    this.#dns2 = dns2
    this.#own = own
  }

  read(): DnsField[] {
    try {
      this.#message()
    } catch (error) {
      if (!(error instanceof EndOfMessage)) throw error
    }
    const { byteLength } = this.#octets
    if (this.#at < byteLength) this.#add(0, 'rest', this.#at, byteLength)
    return this.#fields
  }

  #message(): void {
    this.#group(0, 'header', () => {
      for (const name of ['id', 'flags', 'qdcount', 'ancount', 'nscount', 'arcount']) this.#field(name, 2, name)
    })
    for (const [index, section] of SECTIONS.entries()) {
      const count = this.#octets.getUint16(HEADER_OCTETS - 8 + 2 * index)
      if (count === 0) continue
      this.#group(0, section, () => {
        for (let item = 0; item < count; item++) {
          if (section === 'question') this.#question(`question.${item}`)
          else this.#record(`${section}.${item}`)
        }
      })
    }
  }

  #question(path: string): void {
    this.#group(1, 'question-entry', () => {
      this.#name('qname', `${path}.name`)
      this.#field('qtype', 2, `${path}.type`)
      this.#field('qclass', 2, `${path}.class`)
    })
  }

  #record(path: string): void {
    this.#group(1, 'record', () => {
      this.#name('owner', `${path}.name`)
      this.#field('type', 2, `${path}.type`)
      this.#field('class', 2, `${path}.class`)
      this.#field('ttl', 4, `${path}.ttl`)
      const length = this.#peek16()
      this.#fields.push({ depth: 2, label: 'rdlength', start: this.#at, end: this.#at + 2, value: String(length) })
      this.#skip(2)
      this.#field('rdata', length, `${path}.rdata`)
    })
  }

  /** A name, and its labels and pointer below it. */
  #name(label: string, path: string): void {
    const at = this.#fields.length
    const start = this.#at
    const parts: DnsField[] = []
    for (;;) {
      const length = this.#peek8()
      const from = this.#at
      if (length >= 0xc0) {
        const to = this.#peek16() & 0x3fff
        this.#skip(2)
        parts.push({ depth: 3, label: 'pointer', start: from, end: this.#at, value: String(to), target: this.#run(to) })
        break
      }
      this.#skip(1 + length)
      const value = length === 0 ? '' : this.#text(from + 1, this.#at)
      parts.push({ depth: 3, label: length === 0 ? 'root' : 'label', start: from, end: this.#at, value })
      if (length === 0) break
    }
    this.#fields.splice(at, 0, this.#made(2, label, start, this.#at, path), ...parts)
  }

  /** From the place to which a pointer leads, to the end of the labels there. A pointer there is not followed. */
  #run(to: number): readonly [number, number] {
    const { byteLength } = this.#octets
    let at = to
    while (at < byteLength) {
      const length = this.#octets.getUint8(at)
      if (length === 0) return [to, at + 1]
      if (length >= 0xc0) return [to, Math.min(at + 2, byteLength)]
      at += 1 + length
    }
    return [to, byteLength]
  }

  #group(depth: number, label: string, read: () => void): void {
    const at = this.#fields.length
    const start = this.#at
    try {
      read()
    } finally {
      this.#fields.splice(at, 0, { depth, label, start, end: this.#at, value: '' })
    }
  }

  #field(label: string, length: number, path: string): void {
    const start = this.#at
    this.#skip(length)
    this.#fields.push(this.#made(2, label, start, this.#at, path))
  }

  #made(depth: number, label: string, start: number, end: number, path: string): DnsField {
    const value = this.#dns2.get(path)
    const own = this.#own.get(path)
    return {
      depth,
      label,
      start,
      end,
      value: value ?? this.#hexOf(start, end),
      ...(value === own ? {} : { own: own ?? '–' }),
    }
  }

  #add(depth: number, label: string, start: number, end: number): void {
    this.#fields.push({ depth, label, start, end, value: '' })
  }

  #skip(length: number): void {
    if (this.#at + length > this.#octets.byteLength) throw new EndOfMessage()
    this.#at += length
  }

  #peek8(): number {
    if (this.#at >= this.#octets.byteLength) throw new EndOfMessage()
    return this.#octets.getUint8(this.#at)
  }

  #peek16(): number {
    if (this.#at + 2 > this.#octets.byteLength) throw new EndOfMessage()
    return this.#octets.getUint16(this.#at)
  }

  #text(start: number, end: number): string {
    return Array.from({ length: end - start }, (_, i) => String.fromCharCode(this.#octets.getUint8(start + i))).join('')
  }

  #hexOf(start: number, end: number): string {
    return Array.from({ length: Math.min(end - start, 16) }, (_, i) =>
      this.#octets
        .getUint8(start + i)
        .toString(16)
        .padStart(2, '0'),
    ).join(' ')
  }
}
