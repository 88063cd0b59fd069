/**
 * Serving transfers: which AXFR and IXFR queries are answered, and with what.
 *
 * Read beside: RFC 5936 §2.2.1, §4.2 (AXFR is TCP only), §5; RFC 1995 §2, §4
 * Pure: a query in, an answer or messages out.
 */
import { type Answer, refusal } from '../answer/answer.ts'
import type { Query } from '../answer/query.ts'
import type { Client } from '../answer/respond.ts'
import { EDE, RCODE, TYPE } from '../wire/codes.ts'
import type { Draft } from '../wire/message.ts'
import type { Question } from '../wire/question.ts'
import type { Zones } from '../zone/zone.ts'
import type { Allowed } from './allow.ts'
import { transferMessages } from './axfr.ts'

/** Decides about a query for a transfer; an answer that is not refused begins with the zone's SOA. */
export type TransferPolicy = (question: Question, client: Client, zones: Zones) => Answer

export function transfersFor(allowed: Allowed): TransferPolicy {
  return ({ name, type }, client, zones) => {
    const zone = zones.get(name)
    // "If a server is not authoritative for the queried zone, the server SHOULD set the value to NotAuth(9)" (RFC 5936 §2.2.1)
    if (!zone) {
      const held = zones.whyHeld(name)
      return held === undefined ? refusal(RCODE.NOTAUTH) : refusal(RCODE.SERVFAIL, { code: EDE.NOT_READY, text: held })
    }
    if (!allowed(client.address)) {
      return refusal(RCODE.REFUSED, { code: EDE.PROHIBITED, text: 'this address may not transfer zones' })
    }
    if (type === TYPE.AXFR && client.transport === 'udp') {
      return refusal(RCODE.REFUSED, { code: EDE.NOT_SUPPORTED, text: 'AXFR needs TCP (RFC 5936 §4.2)' })
    }
    const sections = { answer: [zone.soa], authority: [], additional: [], glueRequired: false }
    return { rcode: RCODE.NOERROR, aa: true, ...sections }
  }
}

/**
 * The messages of an AXFR, or of an IXFR over TCP, which gets the whole zone (RFC 1995 §4 allows it). An IXFR over UDP gets the
 * SOA alone: "a single SOA record of the server's current version to inform the client that a TCP query should be initiated" (§2).
 */
export function transfer({ question, edns }: Query, client: Client, { rcode }: Answer, draft: Draft, zones: Zones) {
  if (question.type !== TYPE.AXFR && question.type !== TYPE.IXFR) return undefined
  const zone = zones.get(question.name)
  if (!zone || rcode !== RCODE.NOERROR || client.transport === 'udp') return undefined
  const messages = transferMessages(draft, question, zone, edns && draft.edns)
  const first = messages.next()
  return { response: first.value as Buffer, more: messages }
}
