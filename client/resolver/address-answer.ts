/**
 * The addresses in a DNS response, and how long they may be kept.
 *
 * Read beside: RFC 1034 §3.6.2 (aliases), RFC 2181 §5.2 (one TTL for an RRset), RFC 2308 §2, §5 (NXDOMAIN, NODATA and their TTL)
 * Pure: a decoded message in, an answer out. The message is decoded by the dns2 library, not by the code that encoded it.
 */
import { Packet } from 'dns2'

export type AddressType = 'A' | 'AAAA'

/**
 * `addresses`: at least one. `nodata`: the name exists without records of this type. `nxdomain`: the name does not exist.
 * `failed`: the server gives no answer about this name (REFUSED, SERVFAIL …); another server may.
 */
export type LookupOutcome = 'addresses' | 'nodata' | 'nxdomain' | 'failed'

export interface AddressAnswer {
  readonly outcome: LookupOutcome
  /** As dig prints it: `NOERROR`, `NXDOMAIN`, `REFUSED` … */
  readonly rcode: string
  /** In the order of the response: the first one is tried first. */
  readonly addresses: readonly string[]
  /** Seconds that a cache may keep the answer; 0 when it may not be kept at all. */
  readonly ttl: number
}

const MAX_ALIASES = 8

/** Reads the addresses of `name`, through its aliases. */
export function readAddresses(message: Packet, name: string, type: AddressType): AddressAnswer {
  const rcode = rcodeName(message.header.rcode)
  if (rcode !== 'NOERROR' && rcode !== 'NXDOMAIN') return { outcome: 'failed', rcode, addresses: [], ttl: 0 }

  const { owner, ttl: aliasTtl } = followAliases(message, name)
  const rrset = message.answers.filter(record => record.type === Packet.TYPE[type] && isSameName(record.name, owner))
  const addresses = rrset.flatMap(record => record.address ?? [])
  if (addresses.length > 0) {
    return { outcome: 'addresses', rcode, addresses, ttl: Math.min(aliasTtl, ...rrset.map(record => record.ttl)) }
  }
  const outcome = rcode === 'NXDOMAIN' ? 'nxdomain' : 'nodata'
  return { outcome, rcode, addresses: [], ttl: Math.min(aliasTtl, absenceTtl(message)) }
}

/** The name at the end of the chain of CNAME records, and the smallest TTL on the way. A circle ends after a few steps. */
function followAliases(message: Packet, name: string): { owner: string; ttl: number } {
  let owner = name
  let ttl = Number.POSITIVE_INFINITY
  for (let step = 0; step < MAX_ALIASES; step++) {
    const alias = message.answers.find(
      record => record.type === Packet.TYPE.CNAME && isSameName(record.name, owner) && record.domain !== undefined,
    )
    if (alias?.domain === undefined) break
    owner = alias.domain
    ttl = Math.min(ttl, alias.ttl)
  }
  return { owner, ttl }
}

/** RFC 2308 §5: the smaller one of the SOA record's TTL and its MINIMUM field; without an SOA record nothing is kept. */
function absenceTtl(message: Packet): number {
  const soa = message.authorities.find(record => record.type === Packet.TYPE.SOA)
  return soa ? Math.min(soa.ttl, soa.minimum ?? 0) : 0
}

/** ASCII letters only (RFC 4343 §3). A final dot makes no difference. */
export function isSameName(one: string, other: string): boolean {
  return canonicalName(one) === canonicalName(other)
}

/** The form under which a name is cached: ASCII letters in lower case, without the final dot. */
export function canonicalName(name: string): string {
  return name.replace(/\.$/, '').replace(/[A-Z]/g, letter => letter.toLowerCase())
}

function rcodeName(rcode: number): string {
  return Object.entries(Packet.RCODE).find(([, number]) => number === rcode)?.[0] ?? `RCODE${rcode}`
}
