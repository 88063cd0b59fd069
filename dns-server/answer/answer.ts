/**
 * The answer to a question: RFC 1034 §4.3.2, step by step, for a server that answers from its own zones only.
 *
 * Read beside: RFC 1034 §4.3.2 and §6.2 (the same, as examples); RFC 4592 §3.3 (wildcards); RFC 2308 §2, §3 (NXDOMAIN,
 *   NODATA); RFC 6604 (rcode after a CNAME); RFC 4035 §3.1.4.1 (DS belongs to the parent zone)
 * Pure: a question and zones in, RRsets out. `arrange` decides the order of records; see order.ts.
 */
import type { Cname, Soa } from '../rdata/layouts.ts'
import { CLASS, EDE, RCODE, TYPE } from '../wire/codes.ts'
import { type Name, sameName } from '../wire/name.ts'
import type { Question } from '../wire/question.ts'
import type { Rrset } from '../wire/record.ts'
import type { Zone, Zones } from '../zone/zone.ts'
import { additionalFor } from './additional.ts'
import { type MatchResult, matchDown } from './match.ts'

/** The reason for an rcode, as dig prints it: `; EDE: 20 (Not Authoritative): (not a zone of this server)`. */
export interface Explanation {
  /** One of {@link EDE}. */
  readonly code: number
  /** Short, and in English, as in other servers; a resolver may show it to its users. */
  readonly text: string
}

export interface Answer {
  readonly rcode: number
  /** Whether this server is authoritative for the owner of the first answer (RFC 1035 §4.1.1). */
  readonly aa: boolean
  readonly answer: readonly Rrset[]
  readonly authority: readonly Rrset[]
  readonly additional: readonly Rrset[]
  /** The additional section is glue, without which the client cannot follow the referral (RFC 9471). */
  readonly glueRequired: boolean
  /** The reason in words (RFC 8914); sent only in response to a query with EDNS. */
  readonly explanation?: Explanation
}

/** Puts the records of an RRset into the order in which they are sent. */
export type Arrange = (rrset: Rrset) => Rrset

/** CNAMEs that are followed. A longer chain (or a loop, which has no end) is answered with these. */
const CHAIN_LIMIT = 16

export function answer(question: Question, zones: Zones, arrange: Arrange): Answer {
  const chain: Rrset[] = []
  let qname = question.name
  for (;;) {
    // Step 1 would be recursion; it is not offered. Step 2:
    const zone = zoneFor({ ...question, name: qname }, zones)
    if (!zone) return chain.length > 0 ? done(chain) : notOurs(qname, zones)

    // Step 3: "Start matching down, label by label, in the zone."
    const found = matchDown(zone, qname, question.type)
    if (found.kind === 'cut') return referral(chain, found, zones)
    if (found.kind === 'nothing') return negative(RCODE.NXDOMAIN, chain, zone)

    // Step 3a: "If the data at the node is a CNAME, and QTYPE doesn't match CNAME" or one of the types that may accompany a CNAME
    // (RFC 4035 §2.5), start again at its target.
    const rrset = question.type === TYPE.ANY ? anyOf(found) : found.rrsets.get(question.type)
    const cname = found.rrsets.get(TYPE.CNAME)
    if (!rrset && cname) {
      chain.push(ownedBy(qname, cname))
      const { target } = cname.data[0] as Cname
      if (chain.length >= CHAIN_LIMIT || chain.some(({ name }) => sameName(name, target))) return done(chain)
      qname = target
      continue
    }
    if (!rrset) return negative(RCODE.NOERROR, chain, zone)

    // Step 6: "attempt to add other RRs which may be useful to the additional section".
    const arranged = arrange(rrset)
    return done([...chain, ownedBy(qname, arranged)], additionalFor([rrset], zones))
  }
}

/** The zone's SOA in a negative answer. Its TTL says how long the answer may be cached (RFC 2308 §3). */
export function negativeSoa(zone: Zone): Rrset {
  const { minimum } = zone.soa.data[0] as Soa
  return { ...zone.soa, ttl: Math.min(zone.soa.ttl, minimum) }
}

function zoneFor({ name, type }: Question, zones: Zones): Zone | undefined {
  const zone = zones.nearest(name)
  if (type !== TYPE.DS || name.length === 0 || (zone && !sameName(zone.origin, name))) return zone
  // A DS record belongs to the parent zone, which this server may have as well.
  return zones.nearest(name.slice(1)) ?? zone
}

/** Step 3b: "we have a referral … copy the NS RRs for the subzone into the authority section", glue into the additional one. */
function referral(chain: readonly Rrset[], { ns }: MatchResult & { kind: 'cut' }, zones: Zones): Answer {
  const glue = additionalFor([ns], zones)
  const aa = chain.length > 0
  return { rcode: RCODE.NOERROR, aa, answer: chain, authority: [ns], additional: glue, glueRequired: true }
}

/** NXDOMAIN, or NODATA when the name exists but not that type. The rcode concerns the last name of a chain (RFC 6604 §3). */
function negative(rcode: number, chain: readonly Rrset[], zone: Zone): Answer {
  return { rcode, aa: true, answer: chain, authority: [negativeSoa(zone)], additional: [], glueRequired: false }
}

function done(answer: readonly Rrset[], additional: readonly Rrset[] = []): Answer {
  return { rcode: RCODE.NOERROR, aa: true, answer, authority: [], additional, glueRequired: false }
}

/**
 * Not a zone of this server: REFUSED, as from BIND, NSD and Knot; a referral to the root servers would be large, and of use only in
 * an amplification attack. A zone of this server that is not available now: SERVFAIL.
 */
function notOurs(qname: Name, zones: Zones): Answer {
  const held = zones.whyHeld(qname)
  if (held !== undefined) return refusal(RCODE.SERVFAIL, { code: EDE.NOT_READY, text: held })
  return refusal(RCODE.REFUSED, { code: EDE.NOT_AUTHORITATIVE, text: 'not a zone of this server' })
}

/** An answer without records. */
export function refusal(rcode: number, explanation?: Explanation): Answer {
  const sections = { answer: [], authority: [], additional: [], glueRequired: false }
  return { rcode, aa: false, ...sections, ...(explanation && { explanation }) }
}

/**
 * One small RRset instead of all of them, because ANY is used for amplification attacks: "If there is no CNAME present at the owner name
 * matching the QNAME, the resource record returned in the response MAY instead be synthesized. In this case, a single HINFO
 * resource record SHOULD be returned" (RFC 8482 §4.2). A CNAME is itself the answer, and is not followed: ANY matches it.
 */
function anyOf(found: MatchResult & { kind: 'node' }): Rrset | undefined {
  const [first] = found.rrsets.values()
  const cname = found.rrsets.get(TYPE.CNAME)
  if (!first || cname) return cname
  return { name: first.name, type: TYPE.HINFO, class: CLASS.IN, ttl: first.ttl, data: [{ cpu: 'RFC8482', os: '' }] }
}

/** The RRset with the queried name as its owner: with the case of the query, and instead of a wildcard (RFC 4592 §2.2.3). */
function ownedBy(name: Name, rrset: Rrset): Rrset {
  return { ...rrset, name }
}
