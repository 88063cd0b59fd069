/**
 * Zone transfer: the whole zone between two copies of its SOA record, in as many messages as needed.
 *
 *     dig @127.20.0.5 meutrabalho.com.br AXFR
 *
 * Read beside: RFC 5936 §2.2 (the response), §3 (contents), §5 (authorization); RFC 1995 §2 and §4 (an IXFR may be answered with the whole zone)
 * Pure: a query and a zone in, octets out, one message at a time.
 */

import type { Edns } from '../wire/edns.ts'
import { encodeEdns } from '../wire/edns.ts'
import { encodeHeader, type Header } from '../wire/header.ts'
import { encodeQuestion, type Question } from '../wire/question.ts'
import { encodeRecord, type ResourceRecord, recordsOf } from '../wire/record.ts'
import { Writer } from '../wire/writer.ts'
import { recordsIn, type Zone } from '../zone/zone.ts'

/** Octets of a message, unless a single record is larger. Below 16 KiB a compression pointer reaches every name. */
const MESSAGE_SIZE = 16_000

/**
 * The messages of a transfer. A zone is never changed after it was built, so the whole transfer is of one version, whatever is loaded
 * meanwhile.
 *
 * @param header of the response
 */
export function* transferMessages(
  header: Header,
  question: Question,
  zone: Zone,
  edns: Edns | undefined,
): Generator<Buffer> {
  let writer = new Writer()
  let count = 0
  // The question MUST be in the first message, and MAY be in later ones (§2.2.2). OPT SHOULD and MAY (§2.2.5).
  let first = true
  const begin = () => {
    writer = new Writer()
    count = 0
    encodeHeader(header, { qdcount: first ? 1 : 0, ancount: 0, nscount: 0, arcount: 0 }, writer)
    if (first) encodeQuestion(question, writer)
  }
  const end = (): Buffer => {
    if (first && edns) encodeEdns(edns, writer)
    const octets = writer.finish()
    octets.writeUInt16BE(count, 6)
    octets.writeUInt16BE(first && edns ? 1 : 0, 10)
    first = false
    return octets
  }

  begin()
  for (const record of transferRecords(zone)) {
    const before = writer.length
    encodeRecord(record, writer)
    if (writer.length > MESSAGE_SIZE && count > 0) {
      writer.rewind(before)
      yield end()
      begin()
      encodeRecord(record, writer)
    }
    count++
  }
  yield end()
}

/** "The first message MUST begin with the SOA …, and the last message MUST conclude with the same SOA" (§2.2). */
function* transferRecords(zone: Zone): Generator<ResourceRecord> {
  yield* recordsIn(zone)
  yield* recordsOf(zone.soa)
}
