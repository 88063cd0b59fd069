/**
 * The query as it arrives: what must be right before there is a question to answer.
 *
 * Read beside: RFC 1035 §4.1; RFC 6891 §6.1.1 and §7; RFC 8906 §8 (unusual queries that must be answered); RFC 9619 (QDCOUNT)
 * Pure: octets in, a query out, or the reason why no answer is sent.
 */
import { OPCODE, RCODE } from '../wire/codes.ts'
import type { Edns } from '../wire/edns.ts'
import { decodeHeader, HEADER_LENGTH, type Header, type SectionCounts } from '../wire/header.ts'
import { decodeOpt } from '../wire/message.ts'
import { skipName, wireLength } from '../wire/name.ts'
import { decodeQuestion, type Question } from '../wire/question.ts'
import { FormatError, Reader } from '../wire/reader.ts'

export interface Query {
  readonly header: Header & SectionCounts
  /** Undefined in a query that is refused. */
  readonly question: Question | undefined
  /** Undefined when there is no OPT record that could be read. */
  readonly edns: Edns | undefined
  /** Set when the query is malformed, or its opcode is not implemented. */
  readonly refused?: RefusedQuery
}

export interface RefusedQuery {
  readonly rcode: number
  readonly why: string
  /** The question, where it could be read: the response repeats it. */
  readonly question?: Question
}

export type Received =
  | { readonly kind: 'query'; readonly query: Query }
  /** Neither an answer nor an error may be sent. */
  | { readonly kind: 'silent'; readonly why: string }

/** QUERY asks a question; NOTIFY informs a secondary that its zone has changed (transfer/). */
const OPCODES: readonly number[] = [OPCODE.QUERY, OPCODE.NOTIFY]

/** @param reader counts the work that the octets cause (its `itemsRead`); a test compares it with their length */
export function receive(octets: Uint8Array, reader = new Reader(octets)): Received {
  if (octets.length < HEADER_LENGTH) return { kind: 'silent', why: 'shorter than a header' }
  const header = decodeHeader(reader)
  // Answering a response could make two servers answer each other without end.
  if (header.qr) return { kind: 'silent', why: 'a response, not a query' }
  const refused = (rcode: number, why: string, edns: Edns | undefined, question?: Question): Received => ({
    kind: 'query',
    query: { header, question: undefined, edns, refused: { rcode, why, ...(question && { question }) } },
  })
  if (!OPCODES.includes(header.opcode)) {
    return refused(RCODE.NOTIMP, `opcode ${header.opcode} is not implemented`, ednsOf(reader, header))
  }
  if (header.qdcount !== 1) return refused(RCODE.FORMERR, `QDCOUNT is ${header.qdcount}`, ednsOf(reader, header))
  let question: Question | undefined
  try {
    question = decodeQuestion(reader)
    // Before the question there is only the header, so a pointer in the question cannot point to a name.
    if (reader.offset !== HEADER_LENGTH + wireLength(question.name) + 4) {
      question = undefined
      throw new FormatError('a pointer in the name of a question')
    }
    return { kind: 'query', query: { header, question, edns: decodeRest(reader, header) } }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    return refused(RCODE.FORMERR, error.message, undefined, question)
  }
}

/**
 * The OPT record of a message whose question is not read. Undefined when the message cannot be read to its end: then no part of
 * it is used, and FORMERR without OPT makes the client try again without EDNS (RFC 6891 §7).
 */
function ednsOf(reader: Reader, header: Header & SectionCounts): Edns | undefined {
  try {
    for (let i = 0; i < header.qdcount; i++) skipQuestion(reader)
    return decodeRest(reader, header)
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    return undefined
  }
}

/** Skips every other record, and finds the OPT record: at most one, in the additional section. */
function decodeRest(reader: Reader, { ancount, nscount, arcount }: SectionCounts): Edns | undefined {
  let edns: Edns | undefined
  for (let i = 0; i < ancount + nscount + arcount; i++) {
    const opt = decodeOpt(reader)
    if (!opt) skipRecord(reader)
    else if (i < ancount + nscount) throw new FormatError('OPT outside of the additional section (RFC 6891 §6.1.1)')
    else if (edns) throw new FormatError('more than one OPT record (RFC 6891 §6.1.1)')
    else edns = opt
  }
  return edns
}

function skipQuestion(reader: Reader): void {
  skipName(reader)
  reader.skip(4) // type, class
}

function skipRecord(reader: Reader): void {
  skipName(reader)
  reader.skip(8) // type, class, TTL
  reader.skip(reader.u16())
}
