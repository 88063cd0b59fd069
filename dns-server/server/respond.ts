/**
 * From the octets of a query to the octets of its response: the one path that UDP and TCP share.
 *
 * Read beside: ../answer/query.ts (what comes in), deciders.ts (what is not an ordinary question), ../answer/answer.ts (what is),
 *   ../wire/message.ts (what goes out); RFC 6891 §6.1 and §7
 * Pure except for the rotation, which each answer moves on: octets in, octets out.
 */
import { type Answer, type Arrange, answer, type Explanation, refusal } from '../answer/answer.ts'
import {
  type Decider,
  type DnsClient,
  decide,
  isSilence,
  type ReceivedQuery,
  type Transport,
} from '../answer/decider.ts'
import { hasOrder, inOrder, type OrderDecision, type Orderer } from '../answer/orderer.ts'
import { type Query, receive } from '../answer/query.ts'
import { EDE, RCODE } from '../wire/codes.ts'
import { EDNS_LIMIT, type Edns, type EdnsOption, encodeExplanation } from '../wire/edns.ts'
import { type Draft, encodeMessage, isTruncated, TCP_LIMIT, UDP_LIMIT } from '../wire/message.ts'
import type { Question } from '../wire/question.ts'
import type { Zones } from '../zone/zone.ts'

/** What a server answers with. */
export interface DnsService {
  readonly zones: Zones
  readonly orderer: Orderer
  /** Everything beyond an ordinary question, in order: deciders.ts has the list. */
  readonly deciders: readonly Decider[]
}

/** What became of one message, for metrics, log and events. */
export interface QueryOutcome {
  readonly client: DnsClient
  readonly query: Uint8Array
  /** Undefined when no response is sent. */
  readonly response: Buffer | undefined
  /** The further messages of a zone transfer. */
  readonly more?: Iterable<Buffer>
  readonly id: number | undefined
  /** Undefined when the message had no question that can be answered. */
  readonly question: Question | undefined
  readonly rcode: number | undefined
  /** How each RRset with several records was ordered. */
  readonly orders: readonly OrderDecision[]
  /** Why a query was refused, dropped, or answered with fewer records, in words. */
  readonly why: string | undefined
}

/** Answers one message. */
export function respond(octets: Uint8Array, client: DnsClient, { zones, orderer, deciders }: DnsService): QueryOutcome {
  const received = receive(octets)
  if (received.kind === 'silent') return noResponse(octets, client, received.why)

  const query: ReceivedQuery = { ...received.query, octets, client, addressProven: false }
  const { header, question, edns, refused } = query
  const orders: OrderDecision[] = []
  const arrange: Arrange = rrset => {
    if (!hasOrder(rrset)) return rrset
    const order = orderer.decide(rrset, header.id)
    orders.push(order)
    return inOrder(order)
  }
  const reply = decide(query, deciders, () =>
    question ? answer(question, zones, arrange, client.transport === 'tcp') : refusal(refused?.rcode ?? RCODE.FORMERR),
  )
  const outcome = { client, query: octets, id: header.id, question, orders }
  if (isSilence(reply)) return { ...outcome, response: undefined, rcode: undefined, why: reply.silence }

  const explanation = reply.explanation ?? explanationOf(orders)
  const done = { ...outcome, rcode: reply.rcode, why: refused?.why ?? explanation?.text }
  const draft = draftOf(query, reply, explanation, reply.options)
  if (reply.messages) {
    const messages = reply.messages(draft)
    return { ...done, response: messages.next().value as Buffer, more: messages }
  }
  const response = encodeMessage({ ...draft, tc: reply.tc ?? false }, limitFor(client.transport, edns))
  if (!isTruncated(response)) return { ...done, response }
  // The RRset was not sent, so its rotation goes back: the client asks for it again over TCP.
  for (const order of orders) orderer.undo(order)
  return { ...done, response, orders: [] }
}

/**
 * The response after an error of this program: SERVFAIL, so that the client asks another server. The caller logs the error.
 */
export function failure(octets: Uint8Array, client: DnsClient, error: unknown): QueryOutcome {
  const why = `failed: ${error}`
  const received = receive(octets)
  if (received.kind === 'silent') return noResponse(octets, client, why)
  const { header } = received.query
  const response = encodeMessage(draftOf(received.query, refusal(RCODE.SERVFAIL)), UDP_LIMIT)
  const rcode = RCODE.SERVFAIL
  return { client, query: octets, response, id: header.id, question: undefined, rcode, orders: [], why }
}

/** Everything that is sent back: nothing, one message, or those of a transfer. */
export function* messagesOf({ response, more }: QueryOutcome): Generator<Buffer> {
  if (response) yield response
  if (more) yield* more
}

function noResponse(query: Uint8Array, client: DnsClient, why: string): QueryOutcome {
  const nothing = { response: undefined, id: undefined, question: undefined, rcode: undefined, orders: [] }
  return { client, query, ...nothing, why }
}

/** RD is copied into the response (RFC 1035 §4.1.1), CD is cleared (RFC 4035 §3.1.6); this server sets every other bit itself. */
function draftOf(
  { header: { id, opcode, rd }, question, edns, refused }: Query,
  { rcode, aa, answer, authority, glue, additional }: Answer,
  explanation?: Explanation,
  options: readonly EdnsOption[] = [],
): Draft {
  const asked = question ?? refused?.question
  return {
    ...{ id, qr: true, opcode, aa, tc: false, rd, ra: false, ad: false, cd: false, rcode: rcode & 0xf },
    ...{ questions: asked ? [asked] : [], answer, authority, glue, additional },
    edns: edns && replyEdns(edns, rcode, explanation ? [...options, encodeExplanation(explanation)] : options),
  }
}

/** A response to a query with OPT has OPT, whatever its rcode (RFC 6891 §6.1.1). */
function replyEdns({ do: dnssecOk }: Edns, rcode: number, options: readonly EdnsOption[]): Edns {
  return { payload: EDNS_LIMIT, extendedRcode: rcode >> 4, version: 0, do: dnssecOk, options }
}

/** Addresses that are left out because they are down are not an error, but the answer says so. */
function explanationOf(orders: readonly OrderDecision[]): Explanation | undefined {
  const text = orders.flatMap(({ unusable }) => unusable ?? []).join('; ')
  return text === '' ? undefined : { code: EDE.OTHER, text }
}

/** "Values lower than 512 MUST be treated as equal to 512" (RFC 6891 §6.2.3). */
function limitFor(transport: Transport, edns: Edns | undefined): number {
  if (transport === 'tcp') return TCP_LIMIT
  return edns ? Math.min(Math.max(edns.payload, UDP_LIMIT), EDNS_LIMIT) : UDP_LIMIT
}
