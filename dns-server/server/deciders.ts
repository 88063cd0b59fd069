/**
 * The deciders, in order: the one place where everything plugs in that an ordinary question does not need. To add one, write
 * it in a file of its own and give it a line here. `when` stays here: only what a query uses is run.
 *
 * Read beside: ../answer/decider.ts (the form of a decider), respond.ts (which asks them)
 * Pure: what the server is configured to do in, a list out.
 */

import type { Networks } from '#shared/networks.ts'
import { refusal } from '../answer/answer.ts'
import type { Decider, DnsReply, ReceivedQuery } from '../answer/decider.ts'
import { answerWithCookie, type CookieKeeper, hasCookieLength } from '../extensions/dns-cookies.ts'
import { answerWithNsid, chaos, type ServerIdentity } from '../extensions/identity.ts'
import { limitReply, type RateLimit } from '../extensions/rate-limit.ts'
import { serveTransfer } from '../transfer/serve.ts'
import { CLASS, OPCODE, RCODE, TYPE } from '../wire/codes.ts'
import { OPTION, optionData } from '../wire/edns.ts'
import type { Question } from '../wire/question.ts'
import type { Zones } from '../zone/zone.ts'

/** Answers a NOTIFY, and causes the zone to be refreshed. */
export type NotifyHandler = (question: Question, query: ReceivedQuery) => DnsReply

export interface DeciderOptions {
  readonly zones: Zones
  readonly identity: ServerIdentity
  readonly cookies: CookieKeeper
  readonly mayTransfer: Networks
  /** Undefined on a primary. */
  readonly notified: NotifyHandler | undefined
  /** Undefined: no limit. */
  readonly rateLimit: RateLimit | undefined
  /** Whether the rate limit counts this address. */
  readonly isLimited: (address: string) => boolean
}

/** The first decider of the list is the outermost one: it gets the reply of those after it. */
export function decidersFor(options: DeciderOptions): Decider[] {
  const { zones, identity, cookies, mayTransfer, notified, rateLimit, isLimited } = options
  return [
    // About every message, also a malformed one. Cookies come first: a valid one exempts from the rate limit.
    {
      name: 'cookies (RFC 7873)',
      when: ({ edns }) => isCookie(optionData(edns, OPTION.COOKIE), true),
      decide: (query, next) => answerWithCookie(query, cookies, next),
    },
    {
      name: 'response rate limit',
      when: ({ client, addressProven }) =>
        rateLimit !== undefined && client.transport === 'udp' && !addressProven && isLimited(client.address),
      decide: ({ client }, next) => limitReply(rateLimit as RateLimit, client.address, next),
    },
    {
      // "If a responder does not implement the VERSION level of the request, then it MUST respond with RCODE=BADVERS" (RFC 6891 §6.1.3).
      name: 'EDNS versions above 0',
      when: ({ edns }) => edns !== undefined && edns.version > 0,
      decide: () => refusal(RCODE.BADVERS),
    },
    {
      name: 'cookies of an impossible length (RFC 7873 §5.2.2)',
      when: ({ edns }) => isCookie(optionData(edns, OPTION.COOKIE), false),
      decide: () => refusal(RCODE.FORMERR),
    },
    {
      name: 'NSID (RFC 5001)',
      when: ({ edns }) => optionData(edns, OPTION.NSID) !== undefined,
      decide: (_, next) => answerWithNsid(identity, next),
    },

    // About a question that can be read.
    forQuestions(
      'NOTIFY (RFC 1996)',
      (_, { header }) => header.opcode === OPCODE.NOTIFY,
      // A primary does not copy zones.
      (question, query) => notified?.(question, query) ?? refusal(RCODE.NOTAUTH),
    ),
    forQuestions(
      'class CH: version.bind, id.server (RFC 4892)',
      question => question.class === CLASS.CH,
      question => chaos(question, identity),
    ),
    forQuestions(
      'other classes than IN',
      question => question.class !== CLASS.IN,
      () => refusal(RCODE.REFUSED),
    ),
    forQuestions(
      'OPT, which is not a type to ask for',
      question => question.type === TYPE.OPT,
      () => refusal(RCODE.FORMERR),
    ),
    forQuestions(
      'zone transfers (RFC 5936, RFC 1995)',
      question => question.type === TYPE.AXFR || question.type === TYPE.IXFR,
      (question, query) => serveTransfer(question, query, zones, mayTransfer),
    ),
  ]
}

function isCookie(data: Buffer | undefined, wellFormed: boolean): boolean {
  return data !== undefined && hasCookieLength(data) === wellFormed
}

function forQuestions(
  name: string,
  when: (question: Question, query: ReceivedQuery) => boolean,
  decide: (question: Question, query: ReceivedQuery) => DnsReply,
): Decider {
  return {
    name,
    when: query => query.question !== undefined && when(query.question, query),
    decide: query => decide(query.question as Question, query),
  }
}
