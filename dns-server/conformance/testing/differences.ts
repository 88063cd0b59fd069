/**
 * The parts of two answers that are compared, and the differences that have a reason.
 *
 * Read beside: docs/rfcs.md ("Where BIND and NSD answer differently")
 * Pure: two messages in, two things to compare out.
 */
import { show } from '../../testing/ask.ts'
import { OPCODE, RCODE, TYPE } from '../../wire/codes.ts'
import type { DnsMessage } from '../../wire/message.ts'
import type { GeneratedQuestion } from './questions.ts'

export type PeerName = 'BIND' | 'NSD'

/** An answer without insignificant details: the order of records, the case of letters, the ID, the payload size. */
export interface Comparable {
  rcode: number
  flags: string
  answer: string[]
  authority: string[]
  additional: string[]
  edns: string
}

export interface Difference {
  readonly peer: PeerName
  readonly reason: string
  /** Removes the difference that the reason explains, and returns whether there was one. */
  readonly settle: (asked: GeneratedQuestion, ours: Comparable, theirs: Comparable) => boolean
}

export const DIFFERENCES: readonly Difference[] = [
  {
    peer: 'BIND',
    reason: 'the CD bit is copied; here, as in NSD, it is cleared (RFC 4035 §3.1.6: SHOULD)',
    settle: (_, ours, theirs) => {
      if (!/ cd$/.test(theirs.flags) || / cd$/.test(ours.flags)) return false
      theirs.flags = theirs.flags.slice(0, -3)
      return true
    },
  },
  {
    peer: 'BIND',
    reason: 'ANY is answered with one of the RRsets (minimal-any, RFC 8482 §4.1); here with one HINFO (§4.2)',
    settle: ({ type }, ours, theirs) => type === TYPE.ANY && ours.answer.length > 0 && settled(ours, theirs),
  },
  {
    peer: 'NSD',
    reason: 'ANY over UDP is answered with TC alone (refuse-any); here with one HINFO (RFC 8482 §4.2)',
    settle: ({ type }, ours, theirs) => type === TYPE.ANY && / tc/.test(theirs.flags) && settled(ours, theirs),
  },
  {
    peer: 'BIND',
    reason: 'a class that is not for data is FORMERR, an unknown class NOTIMP; here, as in NSD, both are REFUSED',
    settle: (asked, ours, theirs) => asked.class !== 1 && ours.rcode === RCODE.REFUSED && settled(ours, theirs),
  },
  {
    peer: 'BIND',
    reason: 'a loop of aliases is SERVFAIL; here, as in NSD, the answer is the chain up to the loop',
    settle: (_, ours, theirs) =>
      theirs.rcode === RCODE.SERVFAIL && / cname (self|loop|pool)\./.test(`${ours.answer}`) && settled(ours, theirs),
  },
  {
    peer: 'BIND',
    reason:
      'a truncated answer has the records of the RRset that fit; here none of them (RFC 2181 §9: the client must ignore them)',
    settle: (_, ours, theirs) => {
      if (!/ tc/.test(theirs.flags) || ours.answer.length > 0 || theirs.answer.length === 0) return false
      theirs.answer = []
      return true
    },
  },
  {
    peer: 'BIND',
    reason: 'TC is not set when the glue of a referral does not fit; here it is (RFC 9471 §3.1: MUST)',
    settle: (_, ours, theirs) => ours.flags.replace(' tc', '') === theirs.flags && alike('flags', ours, theirs),
  },
  {
    peer: 'BIND',
    reason: 'with a payload size of 512 the additional section is empty; here addresses that fit are sent',
    settle: ({ edns }, ours, theirs) =>
      edns !== undefined && edns.payload <= 512 && theirs.additional.length === 0 && fewer(ours, theirs, /./),
  },
  {
    peer: 'BIND',
    reason: 'a referral has only glue; here, as in NSD, also addresses of name servers above the zone cut',
    settle: (_, ours, theirs) => / ns /.test(`${ours.authority}`) && fewer(ours, theirs, ABOVE_THE_CUT),
  },
  {
    peer: 'BIND',
    reason:
      'an alias is not followed into another zone of the server; here, as in NSD, it is (RFC 1034 §4.3.2 step 3a)',
    settle: (_, ours, theirs) =>
      theirs.answer.some(line => LEADS_ELSEWHERE.test(line)) &&
      theirs.answer.length + theirs.authority.length < ours.answer.length + ours.authority.length &&
      settled(ours, theirs),
  },
  {
    peer: 'BIND',
    reason: 'RD is cleared for an unknown opcode; here, as in NSD, it is copied (RFC 1035 §4.1.1)',
    settle: ({ flags }, ours, theirs) =>
      isOtherOpcode(flags) && ours.flags === `${theirs.flags} rd` && alike('flags', ours, theirs),
  },
  {
    peer: 'NSD',
    reason:
      'NOTIMP has the CD bit of the query and no OPT; here CD is cleared, and OPT answered (RFC 6891 §6.1.1: MUST)',
    settle: ({ flags, edns }, ours, theirs) =>
      isOtherOpcode(flags) && (edns !== undefined || (flags & 0x0010) !== 0) && settled(ours, theirs),
  },
  {
    peer: 'NSD',
    reason: 'SVCB, HTTPS and AFSDB have no additional records; here they do (RFC 9460 §4.1: SHOULD; RFC 1183 §1)',
    settle: ({ type }, ours, theirs) =>
      (type === TYPE.SVCB || type === TYPE.HTTPS || type === TYPE.AFSDB) && fewer(ours, theirs, /./),
  },
  {
    peer: 'NSD',
    reason: "a positive answer also carries the zone's NS records and their addresses (minimal-responses: no)",
    settle: (_, ours, theirs) => {
      const ns = theirs.authority.filter(line => / ns /.test(line))
      if (theirs.answer.length === 0 || ns.length === 0 || ours.authority.length > 0) return false
      const hosts = ns.map(line => line.split(' ').at(-1))
      theirs.authority = []
      theirs.additional = theirs.additional.filter(
        line => ours.additional.includes(line) || !hosts.includes(line.split(' ')[0]),
      )
      return true
    },
  },
  {
    peer: 'NSD',
    reason: 'a zone file without $TTL gets 3600 s; here, as in BIND, the MINIMUM of the SOA',
    settle: (_, ours, theirs) => {
      const wrong = /^edu\. 3600 (?=soa |ns )/
      const before = [...theirs.answer, ...theirs.authority]
      theirs.answer = theirs.answer.map(line => line.replace(wrong, 'edu. 86400 '))
      theirs.authority = theirs.authority.map(line => line.replace(wrong, 'edu. 86400 '))
      return ours.answer.length + ours.authority.length > 0 && before.some(line => wrong.test(line))
    },
  },
  {
    peer: 'NSD',
    reason: 'BADVERS has the CD bit of the query and not its DO bit; here DO is copied (RFC 3225 §3), CD cleared',
    settle: ({ flags, edns }, ours, theirs) =>
      ours.rcode === RCODE.BADVERS && (edns?.do === true || (flags & 0x0010) !== 0) && settled(ours, theirs),
  },
]

/** The two aliases whose targets are in another zone. */
const LEADS_ELSEWHERE = /^(out\.negative|other\.types)\.test\. \d+ cname /
/** The name server in db.types.test that serves a child zone and is above the zone cut. */
const ABOVE_THE_CUT = /^ns\.types\.test\. /

function isOtherOpcode(flags: number): boolean {
  return flags >> 11 !== OPCODE.QUERY
}

function settled(ours: Comparable, theirs: Comparable): true {
  Object.assign(theirs, ours)
  return true
}

function alike<K extends keyof Comparable>(part: K, ours: Comparable, theirs: Comparable): true {
  theirs[part] = ours[part]
  return true
}

/** Whether ours has such records that theirs does not have; they are removed. */
function fewer(ours: Comparable, theirs: Comparable, kind: RegExp): boolean {
  const before = ours.additional.length
  ours.additional = ours.additional.filter(line => theirs.additional.includes(line) || !kind.test(line))
  return ours.additional.length < before
}

export function compare(
  peer: PeerName,
  asked: GeneratedQuestion,
  ourMessage: DnsMessage | undefined,
  theirMessage: DnsMessage | undefined,
) {
  const ours = ourMessage && comparable(ourMessage)
  const theirs = theirMessage && comparable(theirMessage)
  const reasons: string[] = []
  if (ours && theirs) {
    for (const difference of DIFFERENCES) {
      if (difference.peer === peer && difference.settle(asked, ours, theirs)) reasons.push(difference.reason)
    }
  }
  return { ours, theirs, reasons }
}

function comparable(message: DnsMessage): Comparable {
  const { rcode, qr, opcode, aa, tc, rd, ra, ad, cd, answer, authority, additional, edns } = message
  const flags = Object.entries({ qr, aa, tc, rd, ra, ad, cd })
  return {
    rcode: rcode | ((edns?.extendedRcode ?? 0) << 4),
    flags: `${opcode} ${flags.flatMap(([letters, set]) => (set ? [letters] : [])).join(' ')}`,
    answer: lines(answer),
    authority: lines(authority),
    additional: lines(additional),
    edns: edns ? `version ${edns.version}${edns.do ? ' do' : ''}` : 'none',
  }
}

function lines(records: DnsMessage['answer']): string[] {
  return show(records)
    .map(line => line.toLowerCase())
    .sort()
}
