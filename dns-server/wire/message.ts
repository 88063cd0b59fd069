/**
 * The message: header, question, answer, authority, additional.
 *
 * Read beside: RFC 1035 §4.1; RFC 2181 §9 and RFC 9471 (what truncation means); RFC 6891 §7 (OPT stays); RFC 8914 §3 (EDE does not)
 * Pure: octets in, a message out, and back.
 */
import { TYPE } from './codes.ts'
import { decodeEdns, type Edns, ednsLength, encodeEdns, withoutExplanation } from './edns.ts'
import { decodeHeader, encodeHeader, type Header } from './header.ts'
import { skipName } from './name.ts'
import { decodeQuestion, encodeQuestion, type Question } from './question.ts'
import { FormatError, Reader } from './reader.ts'
import { decodeRecord, encodeRecord, type ResourceRecord, type Rrset, recordsOf } from './record.ts'
import { Writer } from './writer.ts'

/** Octets of a UDP message without EDNS (RFC 1035 §4.2.1). */
export const UDP_LIMIT = 512
/** Octets of a message over TCP, whose length has 16 bits (RFC 1035 §4.2.2). */
export const TCP_LIMIT = 65535

export interface DnsMessage extends Header {
  readonly questions: readonly Question[]
  readonly answer: readonly ResourceRecord[]
  readonly authority: readonly ResourceRecord[]
  readonly additional: readonly ResourceRecord[]
  readonly edns: Edns | undefined
}

/** A message before encoding. Its sections hold RRsets, because an RRset is sent complete or not at all. */
export interface Draft extends Header {
  readonly questions: readonly Question[]
  readonly answer: readonly Rrset[]
  readonly authority: readonly Rrset[]
  /** The first RRsets of the additional section. TC is set when they do not fit: the client needs them to follow a referral (RFC 9471 §3.1). */
  readonly glue?: readonly Rrset[]
  /** The other RRsets of the additional section. Those that do not fit are left out, without TC. */
  readonly additional: readonly Rrset[]
  readonly edns: Edns | undefined
}

/** @throws FormatError when the octets are not a DNS message */
export function decodeMessage(octets: Uint8Array, reader = new Reader(octets)): DnsMessage {
  const header = decodeHeader(reader)
  const questions = times(header.qdcount, () => decodeQuestion(reader))
  const answer = times(header.ancount, () => decodeRecord(reader))
  const authority = times(header.nscount, () => decodeRecord(reader))
  let edns: Edns | undefined
  const additional: ResourceRecord[] = []
  for (let i = 0; i < header.arcount; i++) {
    const opt = decodeOpt(reader)
    if (opt && edns) throw new FormatError('more than one OPT record (RFC 6891 §6.1.1)')
    if (opt) edns = opt
    else additional.push(decodeRecord(reader))
  }
  return { ...header, questions, answer, authority, additional, edns }
}

/** Reads the next record if it is an OPT record; otherwise reads nothing. */
export function decodeOpt(reader: Reader): Edns | undefined {
  const start = reader.offset
  skipName(reader)
  const ownerLength = reader.offset - start
  if (reader.u16() === TYPE.OPT) {
    if (ownerLength > 1) throw new FormatError('the owner of an OPT record must be the root (RFC 6891 §6.1.2)')
    return decodeEdns(reader)
  }
  reader.offset = start
  return undefined
}

/**
 * Writes a message of at most `limit` octets.
 *
 * A full message is not an error: the first RRset of answer or authority that does not fit ends the message, and TC is set ("the
 * TC bit should be set in responses only when an RRSet is required as a part of the response, but could not be included in
 * its entirety", RFC 2181 §9). The OPT record always fits; an explanation in it (EDE) is left out when it does not.
 *
 * @param limit octets: 512 for UDP without EDNS, 65535 over TCP
 */
export function encodeMessage(draft: Draft, limit: number): Buffer {
  const writer = new Writer()
  const briefEdns = draft.edns && withoutExplanation(draft.edns)
  const room = limit - ednsLength(briefEdns)
  const counts = { qdcount: draft.questions.length, ancount: 0, nscount: 0, arcount: 0 }
  encodeHeader(draft, counts, writer)
  for (const question of draft.questions) encodeQuestion(question, writer)

  const fit = (rrset: Rrset): number => {
    const before = writer.length
    for (const record of recordsOf(rrset)) {
      encodeRecord(record, writer)
      if (writer.length > room) {
        writer.rewind(before)
        return 0
      }
    }
    return rrset.data.length
  }
  const fill = (rrsets: readonly Rrset[]): { count: number; full: boolean } => {
    let count = 0
    for (const rrset of rrsets) {
      const written = fit(rrset)
      if (written === 0) return { count, full: true }
      count += written
    }
    return { count, full: false }
  }

  const answer = fill(draft.answer)
  const authority = answer.full ? NOTHING : fill(draft.authority)
  const glue = answer.full || authority.full ? NOTHING : fill(draft.glue ?? [])
  const full = answer.full || authority.full || glue.full
  const additional = full ? NOTHING : fill(draft.additional)
  // Deviates: TC is not set for a missing explanation (RFC 8914 §3: SHOULD), because no record that the client asked for is missing (RFC 2181 §9).
  const edns = writer.length + ednsLength(draft.edns) <= limit ? draft.edns : briefEdns
  if (edns) encodeEdns(edns, writer)

  const tc = draft.tc || full
  const octets = writer.finish()
  if (tc) octets.writeUInt8(octets.readUInt8(2) | 0x02, 2)
  octets.writeUInt16BE(answer.count, 6)
  octets.writeUInt16BE(authority.count, 8)
  octets.writeUInt16BE(glue.count + additional.count + (edns ? 1 : 0), 10)
  return octets
}

/** Whether TC is set in an encoded message. */
export function isTruncated(octets: Buffer): boolean {
  return (octets.readUInt8(2) & 0x02) !== 0
}

const NOTHING = { count: 0, full: false }

/** As many items as the header announces. Each reads at least one octet or throws, so the work is bounded by the length of the message. */
function times<T>(count: number, read: () => T): T[] {
  const list: T[] = []
  for (let i = 0; i < count; i++) list.push(read())
  return list
}
