/**
 * A decider: the form of everything that plugs in around answer(). Deciders are an ordered list. Each one either answers a
 * query itself, or calls `next()`, which asks the deciders after it, and may add something to what that returned.
 *
 * Read beside: ../server/deciders.ts (the list), ../server/respond.ts (which walks it)
 * Pure: values in, values out.
 */
import type { EdnsOption } from '../wire/edns.ts'
import type { Draft } from '../wire/message.ts'
import type { Answer } from './answer.ts'
import type { Query } from './query.ts'

export type Transport = 'udp' | 'tcp'

/** The sender of a query. */
export interface DnsClient {
  readonly address: string
  readonly port: number
  readonly transport: Transport
}

/** A query, its sender, and what earlier deciders have found out about both. */
export interface ReceivedQuery extends Query {
  /** The whole message. */
  readonly octets: Uint8Array
  readonly client: DnsClient
  /** The client has proven that it receives what is sent to its address. A valid cookie proves it (extensions/dns-cookies.ts). */
  addressProven: boolean
}

export interface Decider {
  /** For readers of the list. */
  readonly name: string
  /** Whether the query concerns this decider. A comparison or two: an ordinary query runs nothing else of it. */
  readonly when: (query: ReceivedQuery) => boolean
  readonly decide: (query: ReceivedQuery, next: () => DnsReply) => DnsReply
}

/** What is sent back: an answer with extras, or nothing. */
export type DnsReply = ExtendedAnswer | Silence

export interface ExtendedAnswer extends Answer {
  /** EDNS options of the response; left out when the query has no OPT. */
  readonly options?: readonly EdnsOption[]
  /** Sets TC, so that the client asks again over TCP. */
  readonly tc?: boolean
  /** Makes several messages out of the draft of one: a zone transfer. */
  readonly messages?: (draft: Draft) => Generator<Buffer>
}

/** No response at all. */
export interface Silence {
  /** The reason, for the log. */
  readonly silence: string
}

/** Asks the deciders in their order. @param otherwise gives the reply when no decider does */
export function decide(
  query: ReceivedQuery,
  deciders: readonly Decider[],
  otherwise: () => DnsReply,
  from = 0,
): DnsReply {
  for (let i = from; i < deciders.length; i++) {
    const decider = deciders[i] as Decider
    if (decider.when(query)) return decider.decide(query, () => decide(query, deciders, otherwise, i + 1))
  }
  return otherwise()
}

/** Whether no response is sent at all. */
export function isSilence(reply: DnsReply): reply is Silence {
  return 'silence' in reply
}

/** The reply with one more EDNS option. */
export function withOption(reply: DnsReply, option: EdnsOption): DnsReply {
  return isSilence(reply) ? reply : { ...reply, options: [...(reply.options ?? []), option] }
}
