/**
 * Serving zone transfers: which AXFR and IXFR queries are answered, and with what.
 *
 * Read beside: axfr.ts (the messages); RFC 5936 §2.2.1, §4.2 (AXFR needs TCP), §5; RFC 1995 §2, §4
 * Pure: a query in, an answer or messages out.
 */

import type { Networks } from '#shared/networks.ts'
import { refusal } from '../answer/answer.ts'
import type { DnsReply, ReceivedQuery } from '../answer/decider.ts'
import type { Soa } from '../rdata/layouts.ts'
import { EDE, RCODE, TYPE } from '../wire/codes.ts'
import { decodeMessage } from '../wire/message.ts'
import type { Question } from '../wire/question.ts'
import { FormatError } from '../wire/reader.ts'
import { serialGrew } from '../zone/rules.ts'
import type { Zone, Zones } from '../zone/zone.ts'
import { transferMessages } from './axfr.ts'

/**
 * The whole zone for an AXFR, and for an IXFR over TCP (RFC 1995 §4 allows it). Two kinds of IXFR get only the SOA: over UDP, "to inform
 * the client that a TCP query should be initiated" (§2); and when the client's serial is the current one or greater: "it is replied
 * to with a single SOA record of the server's current version" (§2).
 */
export function serveTransfer(
  question: Question,
  { client, edns, octets }: ReceivedQuery,
  zones: Zones,
  mayTransfer: Networks,
): DnsReply {
  const { name, type } = question
  const zone = zones.get(name)
  // "If a server is not authoritative for the queried zone, the server SHOULD set the value to NotAuth(9)" (RFC 5936 §2.2.1)
  if (!zone) {
    const held = zones.whyHeld(name)
    return held === undefined ? refusal(RCODE.NOTAUTH) : refusal(RCODE.SERVFAIL, { code: EDE.NOT_READY, text: held })
  }
  if (!mayTransfer(client.address)) {
    return refusal(RCODE.REFUSED, { code: EDE.PROHIBITED, text: 'zone transfers to this address are not allowed' })
  }
  if (type === TYPE.AXFR && client.transport === 'udp') {
    return refusal(RCODE.REFUSED, { code: EDE.NOT_SUPPORTED, text: 'AXFR needs TCP (RFC 5936 §4.2)' })
  }
  const soaOnly = { ...refusal(RCODE.NOERROR), aa: true, answer: [zone.soa] }
  if (client.transport === 'udp' || (type === TYPE.IXFR && isCurrent(octets, zone))) return soaOnly
  return { ...soaOnly, messages: draft => transferMessages(draft, question, zone, edns && draft.edns) }
}

/** Whether the SOA in the authority section of an IXFR query has the serial of the zone, or a greater one (RFC 1995 §3). */
function isCurrent(query: Uint8Array, zone: Zone): boolean {
  try {
    const [soa] = decodeMessage(query).authority.filter(({ type }) => type === TYPE.SOA)
    return soa !== undefined && !serialGrew((soa.data as Soa).serial, zone.serial)
  } catch (error) {
    // A malformed SOA has no serial: the client gets the whole zone.
    if (!(error instanceof FormatError)) throw error
    return false
  }
}
