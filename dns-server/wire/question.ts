/**
 * The question: a name, a type and a class.
 *
 *     +--+--+--+--+--+--+--+--+
 *     /         QNAME         /
 *     |         QTYPE         |  16 bits
 *     |         QCLASS        |  16 bits
 *     +--+--+--+--+--+--+--+--+
 *
 * Read beside: RFC 1035 §4.1.2
 * Pure: octets in, a question out, and back.
 */
import { decodeName, type Name } from './name.ts'
import type { Reader } from './reader.ts'
import type { Writer } from './writer.ts'

export interface Question {
  readonly name: Name
  readonly type: number
  readonly class: number
}

/** Reads one entry of the question section. @throws FormatError for a name that is not valid, and when octets are missing */
export function decodeQuestion(reader: Reader): Question {
  return { name: decodeName(reader), type: reader.u16(), class: reader.u16() }
}

/** Writes one entry of the question section. */
export function encodeQuestion(question: Question, writer: Writer): void {
  writer.compressedName(question.name)
  writer.u16(question.type)
  writer.u16(question.class)
}
