/**
 * The query as it arrives: what has to be right about it before there is a question to answer.
 *
 * Read beside: RFC 1035 §4.1; RFC 6891 §6.1.1 and §7; RFC 8906 §8 (what a server must not trip over); RFC 9619 (QDCOUNT)
 * Pure: octets in, a query out; or the rcode that refuses it; or nothing, when the only right answer is none.
 */
import { OPCODE, RCODE } from '../wire/codes.ts'
import type { Edns } from '../wire/edns.ts'
import { type Counts, decodeHeader, HEADER_LENGTH, type Header } from '../wire/header.ts'
import { decodeOpt } from '../wire/message.ts'
import { skipName, wireLength } from '../wire/name.ts'
import { decodeQuestion, type Question } from '../wire/question.ts'
import { FormatError, Reader } from '../wire/reader.ts'

export interface Query {
  readonly header: Header
  readonly question: Question
  readonly edns: Edns | undefined
}

export type Received =
  | { readonly kind: 'query'; readonly query: Query }
  /** Malformed, or nothing we do. `question` and `edns` when they could be read: both are answered. */
  | {
      readonly kind: 'refused'
      readonly header: Header
      readonly question?: Question
      readonly edns?: Edns | undefined
      readonly rcode: number
      /** There is no question. With a cookie that is one all the same (RFC 7873 §5.4). */
      readonly questionless?: boolean
      readonly why: string
    }
  | { readonly kind: 'silent'; readonly why: string }

/** QUERY is a question; NOTIFY tells a secondary that its zone has changed (transfer/). */
const OPCODES: readonly number[] = [OPCODE.QUERY, OPCODE.NOTIFY]

/** @param reader counts the work that the octets made (its `steps`): a test holds it against their length */
export function receive(octets: Uint8Array, reader = new Reader(octets)): Received {
  if (octets.length < HEADER_LENGTH) return { kind: 'silent', why: 'shorter than a header' }
  const header = decodeHeader(reader)
  // Answering a response could make two servers talk to each other for ever.
  if (header.qr) return { kind: 'silent', why: 'a response, not a query' }
  if (!OPCODES.includes(header.opcode)) {
    const why = `opcode ${header.opcode}`
    return { kind: 'refused', header, edns: ednsOf(reader, header), rcode: RCODE.NOTIMP, why }
  }
  if (header.qdcount !== 1) {
    const why = `QDCOUNT is ${header.qdcount}`
    const questionless = header.opcode === OPCODE.QUERY && header.qdcount === 0
    return { kind: 'refused', header, edns: ednsOf(reader, header), rcode: RCODE.FORMERR, questionless, why }
  }
  let question: Question | undefined
  try {
    question = decodeQuestion(reader)
    // There is nothing before the question that a pointer in it could point to, only the header.
    if (reader.offset !== HEADER_LENGTH + wireLength(question.name) + 4) {
      question = undefined
      throw new FormatError('a pointer in the name of a question')
    }
    const edns = decodeRest(reader, header)
    return { kind: 'query', query: { header, question, edns } }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    return { kind: 'refused', header, ...(question && { question }), rcode: RCODE.FORMERR, why: error.message }
  }
}

/**
 * The OPT record of a message whose question does not matter. Undefined when the message cannot be read to its end: then nothing
 * in it is believed, and FORMERR without OPT makes the client try again without EDNS (RFC 6891 §7).
 */
function ednsOf(reader: Reader, header: Header & Counts): Edns | undefined {
  try {
    for (let i = 0; i < header.qdcount; i++) skipQuestion(reader)
    return decodeRest(reader, header)
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    return undefined
  }
}

/** Steps over every other record, and finds the OPT record: one, in the additional section. */
function decodeRest(reader: Reader, { ancount, nscount, arcount }: Counts): Edns | undefined {
  let edns: Edns | undefined
  for (let i = 0; i < ancount + nscount + arcount; i++) {
    const opt = decodeOpt(reader)
    if (!opt) skipRecord(reader)
    else if (i < ancount + nscount) throw new FormatError('OPT outside of the additional section (RFC 6891 §6.1.1)')
    else if (edns) throw new FormatError('there are two OPT records (RFC 6891 §6.1.1)')
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
