/**
 * From the octets of a query to the octets of its answer: the one path that UDP and TCP share.
 *
 * Read beside: query.ts (what comes in), answer.ts (what is decided), wire/message.ts (what goes out); RFC 6891 §6.1 and §7
 * Pure but for the orderer's turns: octets in, octets out. What goes beyond RFC 1034 is called from here.
 */
import { chaos } from '../extensions/chaos.ts'
import type { CookieCheck } from '../extensions/cookies.ts'
import { answerOptions, cookieOf, cookieQueryRcode, type Identity } from '../extensions/options.ts'
import type { RateLimit } from '../extensions/rate-limit.ts'
import type { NotifyHandler } from '../transfer/notify.ts'
import { type TransferPolicy, transfer } from '../transfer/serve.ts'
import { CLASS, EDE, OPCODE, RCODE, TYPE } from '../wire/codes.ts'
import type { Edns, EdnsOption } from '../wire/edns.ts'
import type { Header } from '../wire/header.ts'
import { type Draft, encodeMessage, isTruncated } from '../wire/message.ts'
import type { Question } from '../wire/question.ts'
import type { Zones } from '../zone/zone.ts'
import { type Answer, type Arrange, answer, type Explanation, refusal } from './answer.ts'
import { type Decision, hasOrder, inOrder, type Orderer } from './orderer.ts'
import { type Query, type Received, receive } from './query.ts'

/** Octets that a UDP answer may have without EDNS (RFC 1035 §4.2.1). */
export const UDP_LIMIT = 512
/** … and with EDNS at most, so that it crosses the Internet in one piece (RFC 9715 §3.1; DNS flag day 2020). */
export const EDNS_LIMIT = 1232
/** Two octets of length are all that TCP gives a message (RFC 1035 §4.2.2). */
const TCP_LIMIT = 65535

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
  readonly identity: Identity
  readonly transfers: TransferPolicy
  readonly notified: NotifyHandler
  readonly rateLimit: RateLimit | undefined
}

/** One exchange, for those who watch, count and log. */
export interface Exchange {
  readonly client: Client
  readonly query: Uint8Array
  /** Undefined when silence is the answer. */
  readonly response: Buffer | undefined
  /** The further messages of a zone transfer. */
  readonly more?: Iterable<Buffer>
  readonly asked: Query | undefined
  readonly rcode: number | undefined
  readonly decisions: readonly Decision[]
  /** Why a query was refused or dropped, in words. */
  readonly why: string | undefined
}

const SILENCED = { response: undefined, rcode: undefined, why: 'rate limited' } as const

/** Answers one message. */
export function respond(octets: Uint8Array, client: Client, service: Service): Exchange {
  const exchange = { client, query: octets, asked: undefined, decisions: [] }
  const received = receive(octets)
  if (received.kind === 'silent') return { ...exchange, response: undefined, rcode: undefined, why: received.why }
  if (received.kind === 'refused') return { ...exchange, ...refused(received, client, service) }

  const { query } = received
  const { header, question, edns } = query
  const decisions: Decision[] = []
  const arrange: Arrange = rrset => {
    if (!hasOrder(rrset)) return rrset
    const decision = service.orderer.decide(rrset, header.id)
    decisions.push(decision)
    return inOrder(decision)
  }
  const cookie = cookieOf(edns, client.address, service.identity)
  const verdict = service.rateLimit?.judge(client, cookie?.kind === 'valid')
  if (verdict === 'drop') return { ...exchange, asked: query, ...SILENCED }

  const decided = verdict === 'slip' ? refusal(RCODE.NOERROR) : decide(query, client, cookie, service, arrange)
  const explanation = decided.explanation ?? explanationOf(decisions)
  const draft = {
    ...replyTo(header, question, decided),
    tc: verdict === 'slip',
    edns: edns && replyEdns(edns, decided.rcode, answerOptions(edns, cookie, explanation, service.identity)),
  }
  const done = { ...exchange, asked: query, rcode: decided.rcode, decisions, why: explanation?.text }
  const transferred = transfer(query, client, decided, draft, service.zones)
  if (transferred) return { ...done, ...transferred }
  const response = encodeMessage(draft, limitFor(client.transport, edns))
  if (!isTruncated(response)) return { ...done, response }
  // The RRset did not fit. Its records have not had their turn: the client comes for them over TCP.
  for (const decision of decisions) service.orderer.takeBack(decision)
  return { ...done, response, decisions: [] }
}

/** The answer to what is no question. Counted by the rate limit as any other. */
function refused(received: Received & { kind: 'refused' }, client: Client, { identity, rateLimit }: Service) {
  const { header, question, edns, why } = received
  const cookie = cookieOf(edns, client.address, identity)
  if (rateLimit?.judge(client, cookie?.kind === 'valid') === 'drop') return SILENCED
  const forCookie = received.questionless ? cookieQueryRcode(cookie) : undefined
  const rcode = isUnknownVersion(edns) ? RCODE.BADVERS : (forCookie ?? received.rcode)
  const options = edns && replyEdns(edns, rcode, answerOptions(edns, cookie, undefined, identity))
  return {
    response: encodeMessage({ ...replyTo(header, question, refusal(rcode)), edns: options }, UDP_LIMIT),
    rcode,
    why,
  }
}

/**
 * The answer when answering itself failed: SERVFAIL, so that the client asks another server. It means an error in this
 * program; whoever calls this logs it.
 */
export function failure(octets: Uint8Array, client: Client, error: unknown): Exchange {
  const exchange = { client, query: octets, asked: undefined, decisions: [], why: `failed: ${error}` }
  const received = receive(octets)
  if (received.kind === 'silent') return { ...exchange, response: undefined, rcode: undefined }
  const { header, question, edns } = received.kind === 'query' ? received.query : received
  const draft = replyTo(header, question, refusal(RCODE.SERVFAIL))
  const response = encodeMessage({ ...draft, edns: edns && replyEdns(edns, RCODE.SERVFAIL) }, UDP_LIMIT)
  return { ...exchange, response, rcode: RCODE.SERVFAIL }
}

/** Everything that goes back: nothing, one message, or those of a transfer. */
export function* messagesOf({ response, more }: Exchange): Generator<Buffer> {
  if (response) yield response
  if (more) yield* more
}

function decide(
  query: Query,
  client: Client,
  cookie: CookieCheck | undefined,
  service: Service,
  arrange: Arrange,
): Answer {
  const { header, question, edns } = query
  if (isUnknownVersion(edns)) return refusal(RCODE.BADVERS)
  if (cookie?.kind === 'malformed') return refusal(RCODE.FORMERR)
  if (header.opcode === OPCODE.NOTIFY) return service.notified(question, client)
  if (question.class === CLASS.CH) return chaos(question, service.identity)
  if (question.class !== CLASS.IN) return refusal(RCODE.REFUSED)
  if (question.type === TYPE.OPT) return refusal(RCODE.FORMERR)
  if (question.type === TYPE.AXFR || question.type === TYPE.IXFR) {
    return service.transfers(question, client, service.zones)
  }
  return answer(question, service.zones, arrange)
}

/** RD is copied into the response (RFC 1035 §4.1.1), CD is cleared (RFC 4035 §3.1.6); every other bit is ours. */
function replyTo({ id, opcode, rd }: Header, question: Question | undefined, { rcode, ...answer }: Answer): Draft {
  const header = { id, qr: true, opcode, tc: false, rd, ra: false, ad: false, cd: false, rcode: rcode & 0xf }
  return { ...header, ...answer, questions: question ? [question] : [], edns: undefined }
}

/** That addresses are left out because they are down is no error, but whoever counts them should know. */
function explanationOf(decisions: readonly Decision[]): Explanation | undefined {
  const text = decisions.flatMap(({ unusable }) => unusable ?? []).join('; ')
  return text === '' ? undefined : { code: EDE.OTHER, text }
}

/** "If a responder does not implement the VERSION level of the request, then it MUST respond with RCODE=BADVERS" (RFC 6891 §6.1.3). */
function isUnknownVersion(edns: Edns | undefined): boolean {
  return edns !== undefined && edns.version > 0
}

/** Whoever sends OPT gets OPT, whatever else happens (RFC 6891 §6.1.1). What options mean is known of version 0 alone. */
function replyEdns(edns: Edns, rcode: number, options: readonly EdnsOption[] = []): Edns {
  const understood = isUnknownVersion(edns) ? [] : options
  return { payload: EDNS_LIMIT, extendedRcode: rcode >> 4, version: 0, do: edns.do, options: understood }
}

/** "Values lower than 512 MUST be treated as equal to 512" (RFC 6891 §6.2.3). */
function limitFor(transport: Transport, edns: Edns | undefined): number {
  if (transport === 'tcp') return TCP_LIMIT
  return edns ? Math.min(Math.max(edns.payload, UDP_LIMIT), EDNS_LIMIT) : UDP_LIMIT
}
