/**
 * Domain names: lists of labels. On the wire each label has its length before it, the root's zero octet ends the name, and a
 * pointer may replace the rest of it.
 *
 *     3 w w w 11 m e u t r a b a l h o 3 c o m 2 b r 0          11xxxxxx xxxxxxxx  = pointer to an earlier octet
 *
 * A label is a string in which every character is one octet (0…255). A label may hold any octet (RFC 2181 §11), also a dot; that is
 * why names are lists, and dots appear in zone files and logs only (name-text.ts).
 *
 * Read beside: RFC 1035 §3.1 (labels), §2.3.4 (limits), §4.1.4 (compression); RFC 4343 (case)
 * Pure: octets in, labels out. Opens nothing.
 */
import { FormatError, type Reader } from './reader.ts'

export type Name = readonly string[]

export const ROOT: Name = []

/** RFC 1035 §2.3.4: "labels: 63 octets or less; names: 255 octets or less", length octets and the root's zero included. */
export const LABEL_LIMIT = 63
export const NAME_LIMIT = 255

/** A name of 255 octets has at most 127 labels, so a useful name has fewer pointers than that. */
const POINTER_LIMIT = 126

/**
 * Reads a name, following pointers.
 *
 * @throws FormatError for a label or name beyond its limit, for an unknown label type, and for a pointer that does not
 *   point before the offset where this part of the name began: pointers that only go backwards cannot form a loop
 */
export function decodeName(reader: Reader): Name {
  const labels: string[] = []
  const { octets } = reader
  let offset = reader.offset
  let end = -1 // the offset after the name: after the first pointer, or after the zero octet
  let partStart = offset
  let length = 1
  let pointers = 0

  for (;;) {
    reader.itemsRead++
    const octet = octets[offset]
    if (octet === undefined) throw new FormatError('the message ends inside a name')
    if (octet === 0) break
    if (octet <= LABEL_LIMIT) {
      length += 1 + octet
      if (length > NAME_LIMIT) throw new FormatError(`a name is longer than ${NAME_LIMIT} octets (RFC 1035 §2.3.4)`)
      if (offset + 1 + octet > octets.length) throw new FormatError('the message ends inside a label')
      labels.push(octets.toString('latin1', offset + 1, offset + 1 + octet))
      offset += 1 + octet
    } else if (octet >= 0xc0) {
      const low = octets[offset + 1]
      if (low === undefined) throw new FormatError('the message ends inside a pointer')
      const target = ((octet & 0x3f) << 8) | low
      if (end < 0) end = offset + 2
      // "a pointer to a prior occurance of the same name" (RFC 1035 §4.1.4)
      if (target >= partStart) throw new FormatError(`the pointer at octet ${offset} does not point to an earlier name`)
      if (++pointers > POINTER_LIMIT) throw new FormatError('too many pointers in one name')
      offset = target
      partStart = target
    } else {
      throw new FormatError(`label type ${octet >> 6} at octet ${offset} is unknown (RFC 6891 §5)`)
    }
  }
  reader.offset = end < 0 ? offset + 1 : end
  return labels
}

/** Skips a name without following its pointer. @throws FormatError */
export function skipName(reader: Reader): void {
  for (;;) {
    reader.itemsRead++
    const octet = reader.u8()
    if (octet === 0) return
    if (octet >= 0xc0) {
      reader.skip(1)
      return
    }
    if (octet > LABEL_LIMIT) throw new FormatError(`label type ${octet >> 6} is unknown (RFC 6891 §5)`)
    reader.skip(octet)
  }
}

/** ASCII letters in lower case, every other octet unchanged: DNS ignores the case of ASCII letters only (RFC 4343 §3). */
export function lowerCase(label: string): string {
  return /[A-Z]/.test(label) ? label.replace(/[A-Z]/g, letter => letter.toLowerCase()) : label
}

/**
 * The name as one string for comparison and look-up: its wire form in lower case. The key of every ancestor is a suffix of it.
 * Length octets are not letters, so different names have different keys.
 */
export function nameKey(name: Name): string {
  let key = ''
  for (const label of name) key += String.fromCharCode(label.length) + lowerCase(label)
  return `${key}\0`
}

/** Whether two names are equal; upper and lower case of ASCII letters are the same (RFC 4343). */
export function sameName(a: Name, b: Name): boolean {
  return a.length === b.length && isAtOrBelow(a, b)
}

/** Whether `name` is `ancestor` or lies below it. */
export function isAtOrBelow(name: Name, ancestor: Name): boolean {
  const skipped = name.length - ancestor.length
  return skipped >= 0 && ancestor.every((label, i) => lowerCase(label) === lowerCase(name[skipped + i] as string))
}

/** Octets of the name on the wire, without compression. */
export function wireLength(name: Name): number {
  return name.reduce((length, label) => length + 1 + label.length, 1)
}
