/**
 * From the octets of a query to the octets of its answer: the one path that UDP and TCP share.
 *
 * Read beside: query.ts (what comes in), answer.ts (what is decided), wire/message.ts (what goes out); RFC 6891 §6.1 and §7
 * Pure but for the orderer's turns: octets in, octets out.
 */
import { CLASS, RCODE, TYPE } from '../wire/codes.ts'
import type { Edns } from '../wire/edns.ts'
import type { Header } from '../wire/header.ts'
import { type Draft, encodeMessage } from '../wire/message.ts'
import type { Rrset } from '../wire/record.ts'
import type { Zones } from '../zone/zone.ts'
import { type Answer, answer } from './answer.ts'
import { type Decision, hasOrder, inOrder, type Orderer } from './orderer.ts'
import { type Query, receive } from './query.ts'

/** Octets that a UDP answer may have without EDNS (RFC 1035 §4.2.1). */
export const UDP_LIMIT = 512
/** … and with EDNS at most, so that it crosses the Internet in one piece (RFC 9715 §3.1; DNS flag day 2020). */
export const EDNS_LIMIT = 1232
/** Two octets of length are all that TCP gives a message (RFC 1035 §4.2.2). */
export const TCP_LIMIT = 65535

export type Transport = 'udp' | 'tcp'

/** Who asked. */
export interface Client {
  readonly address: string
  readonly port: number
  readonly transport: Transport
}

/** What the server is at this moment. */
export interface Service {
  readonly zones: Zones
  readonly orderer: Orderer
}

/** One exchange, for those who watch, count and log. */
export interface Exchange {
  readonly client: Client
  readonly query: Uint8Array
  /** Undefined when silence is the answer. */
  readonly response: Buffer | undefined
  readonly asked: Query | undefined
  readonly rcode: number | undefined
  readonly decisions: readonly Decision[]
  /** Why a query was refused or dropped, in words. */
  readonly why: string | undefined
}

/** Answers one message. */
export function respond(octets: Uint8Array, client: Client, service: Service): Exchange {
  const exchange = { client, query: octets, asked: undefined, decisions: [] }
  const received = receive(octets)
  if (received.kind === 'silent') return { ...exchange, response: undefined, rcode: undefined, why: received.why }
  if (received.kind === 'refused') {
    const { header, question, rcode, why } = received
    const draft = { ...replyHeader(header, rcode), ...EMPTY, questions: question ? [question] : [] }
    return { ...exchange, response: encodeMessage(draft, UDP_LIMIT), rcode, why }
  }

  const { query } = received
  const decisions: Decision[] = []
  const arrange = (rrset: Rrset): Rrset => {
    if (!hasOrder(rrset)) return rrset
    const decision = service.orderer.decide(rrset, query.header.id)
    decisions.push(decision)
    return inOrder(decision)
  }
  const { rcode, aa, ...sections } = decide(query, service.zones, arrange)
  const draft: Draft = {
    ...replyHeader(query.header, rcode),
    aa,
    questions: [query.question],
    ...sections,
    edns: query.edns && replyEdns(query.edns, rcode),
  }
  const response = encodeMessage(draft, limitFor(client.transport, query.edns))
  return { ...exchange, response, asked: query, rcode, decisions, why: undefined }
}

function decide(query: Query, zones: Zones, arrange: (rrset: Rrset) => Rrset): Answer {
  const { question, edns } = query
  // "If a responder does not implement the VERSION level of the request, then it MUST respond with RCODE=BADVERS" (RFC 6891 §6.1.3)
  if (edns && edns.version > 0) return refusal(RCODE.BADVERS)
  if (question.class !== CLASS.IN) return refusal(RCODE.REFUSED)
  if (question.type === TYPE.AXFR || question.type === TYPE.IXFR) return refusal(RCODE.REFUSED)
  if (question.type === TYPE.OPT) return refusal(RCODE.FORMERR)
  return answer(question, zones, arrange)
}

function refusal(rcode: number): Answer {
  return { rcode, aa: false, answer: [], authority: [], additional: [], glueRequired: false }
}

const EMPTY = { answer: [], authority: [], additional: [], edns: undefined } as const

/** RD is copied into the response (RFC 1035 §4.1.1), and so is CD (RFC 4035 §3.2.2); every other bit is ours. */
function replyHeader({ id, opcode, rd, cd }: Header, rcode: number): Header {
  return { id, qr: true, opcode, aa: false, tc: false, rd, ra: false, ad: false, cd, rcode: rcode & 0xf }
}

/** Whoever sends OPT gets OPT, whatever else happens (RFC 6891 §6.1.1); unknown options are ignored (§6.1.2). */
function replyEdns(edns: Edns, rcode: number): Edns {
  return { payload: EDNS_LIMIT, extendedRcode: rcode >> 4, version: 0, do: edns.do, options: [] }
}

/** "Values lower than 512 MUST be treated as equal to 512" (RFC 6891 §6.2.3). */
function limitFor(transport: Transport, edns: Edns | undefined): number {
  if (transport === 'tcp') return TCP_LIMIT
  return edns ? Math.min(Math.max(edns.payload, UDP_LIMIT), EDNS_LIMIT) : UDP_LIMIT
}
