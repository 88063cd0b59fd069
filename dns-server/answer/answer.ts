/**
 * The answer to a question: RFC 1034 §4.3.2, step by step, for a server that answers from its own zones only.
 *
 * Read beside: RFC 1034 §4.3.2 and §6.2 (the same, as examples); RFC 4592 §3.3 (wildcards); RFC 2308 §2, §3 (NXDOMAIN,
 *   NODATA); RFC 6604 (rcode after a CNAME); RFC 6672 §3 (DNAME); RFC 4035 §3.1.4.1 (DS belongs to the parent zone)
 * Pure: a question and zones in, RRsets out. `arrange` decides the order of records; see order.ts.
 */
import type { Cname, Soa } from '../rdata/layouts.ts'
import { CLASS, EDE, RCODE, TYPE } from '../wire/codes.ts'
import { isAtOrBelow, NAME_LIMIT, type Name, sameName, wireLength } from '../wire/name.ts'
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
  /** Addresses of the name servers below the zone cut of a referral: the client cannot find these servers without them (RFC 9471). */
  readonly glue: readonly Rrset[]
  /** Further useful records. */
  readonly additional: readonly Rrset[]
  /** The reason in words (RFC 8914); sent only in response to a query with EDNS. */
  readonly explanation?: Explanation
}

/** Puts the records of an RRset into the order in which they are sent. */
export type Arrange = (rrset: Rrset) => Rrset

/** CNAMEs that are followed. A longer chain (or a loop, which has no end) is answered with these. */
const CHAIN_LIMIT = 16

/** @param anyInFull whether ANY gets all RRsets of a name: over TCP, where the client's address is not forged */
export function answer(question: Question, zones: Zones, arrange: Arrange, anyInFull = false): Answer {
  const chain: Rrset[] = []
  let qname = question.name
  for (;;) {
    // Step 1 would be recursion; it is not offered. Step 2:
    const zone = zoneFor({ ...question, name: qname }, zones)
    if (!zone) return chain.length > 0 ? done(chain) : notOurs(qname, zones)

    // Step 3: "Start matching down, label by label, in the zone."
    const found = matchDown(zone, qname, question.type)
    if (found.kind === 'cut') return referral(chain, found, zone)
    if (found.kind === 'nothing') return negative(RCODE.NXDOMAIN, chain, zone)
    if (found.kind === 'dname') {
      const { dname, target } = found
      chain.push(dname)
      // "If … the new QNAME is too long, then the RCODE is set to YXDOMAIN" (RFC 6672 §3.2, 3.C)
      if (wireLength(target) > NAME_LIMIT) return { ...done(chain), rcode: RCODE.YXDOMAIN }
      chain.push({ ...dname, name: qname, type: TYPE.CNAME, data: [{ target }] })
      if (matchesCname(question.type) || chain.length >= CHAIN_LIMIT) return done(chain)
      qname = target
      continue
    }

    // Step 3a: "If the data at the node is a CNAME, and QTYPE doesn't match CNAME" or one of the types that may accompany a CNAME
    // (RFC 4035 §2.5), start again at its target.
    const rrsets = question.type === TYPE.ANY ? anyOf(found, anyInFull) : (found.rrsets.get(question.type) ?? [])
    const answers = [rrsets].flat()
    const cname = found.rrsets.get(TYPE.CNAME)
    if (answers.length === 0 && cname) {
      chain.push(ownedBy(qname, cname))
      const { target } = cname.data[0] as Cname
      if (chain.length >= CHAIN_LIMIT || chain.some(({ name }) => sameName(name, target))) return done(chain)
      qname = target
      continue
    }
    if (answers.length === 0) return negative(RCODE.NOERROR, chain, zone)

    // Step 6: "attempt to add other RRs which may be useful to the additional section".
    return done([...chain, ...answers.map(rrset => ownedBy(qname, arrange(rrset)))], additionalFor(answers, zone))
  }
}

/** The zone's SOA in a negative answer. Its TTL says how long the answer may be cached (RFC 2308 §3). */
function negativeSoa(zone: Zone): Rrset {
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
function referral(chain: readonly Rrset[], { ns }: MatchResult & { kind: 'cut' }, zone: Zone): Answer {
  const addresses = additionalFor([ns], zone)
  // RFC 9471 §3.1 requires the addresses of servers below the cut ("in-domain"). Those of other servers can be queried.
  const isGlue = ({ name }: Rrset) => isAtOrBelow(name, ns.name)
  const glue = addresses.filter(isGlue)
  const additional = addresses.filter(rrset => !isGlue(rrset))
  return { ...done(chain, additional), aa: chain.length > 0, authority: [ns], glue }
}

/** ANY matches a CNAME too (RFC 1034 §4.3.2 step 3a). */
function matchesCname(type: number): boolean {
  return type === TYPE.CNAME || type === TYPE.ANY
}

/** NXDOMAIN, or NODATA when the name exists but not that type. The rcode concerns the last name of a chain (RFC 6604 §3). */
function negative(rcode: number, chain: readonly Rrset[], zone: Zone): Answer {
  return { rcode, aa: true, answer: chain, authority: [negativeSoa(zone)], glue: [], additional: [] }
}

function done(answer: readonly Rrset[], additional: readonly Rrset[] = []): Answer {
  return { rcode: RCODE.NOERROR, aa: true, answer, authority: [], glue: [], additional }
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
  const sections = { answer: [], authority: [], glue: [], additional: [] }
  return { rcode, aa: false, ...sections, ...(explanation && { explanation }) }
}

/**
 * All RRsets over TCP, as BIND, NSD and Knot answer. Over UDP one small RRset instead of all of them, because ANY is used for amplification attacks: "If there is no CNAME present at the owner name
 * matching the QNAME, the resource record returned in the response MAY instead be synthesized. In this case, a single HINFO
 * resource record SHOULD be returned" (RFC 8482 §4.2). A CNAME is itself the answer, and is not followed: ANY matches it.
 */
function anyOf(found: MatchResult & { kind: 'node' }, inFull: boolean): Rrset[] {
  const [first] = found.rrsets.values()
  const cname = found.rrsets.get(TYPE.CNAME)
  if (!first) return []
  if (inFull) return [...found.rrsets.values()]
  if (cname) return [cname]
  return [hinfo(first)]
}

function hinfo(first: Rrset): Rrset {
  return { name: first.name, type: TYPE.HINFO, class: CLASS.IN, ttl: first.ttl, data: [{ cpu: 'RFC8482', os: '' }] }
}

/** The RRset with the queried name as its owner: with the case of the query, and instead of a wildcard (RFC 4592 §2.2.3). */
function ownedBy(name: Name, rrset: Rrset): Rrset {
  return { ...rrset, name }
}
