/**
 * Advice about records that are valid and are served, but are probably mistakes: the usual ones in class.
 *
 * Read beside: check.ts (errors, and the warnings of other servers), RFC 1912 §2 (common data errors)
 * Pure: a record and its zone in, sentences out.
 */
import { domainToASCII } from 'node:url'
import { type Cname, namesIn, type Soa } from '../rdata/layouts.ts'
import { TYPE, typeName } from '../wire/codes.ts'
import { isAtOrBelow, type Name } from '../wire/name.ts'
import { formatName } from '../wire/name-text.ts'
import type { ResourceRecord } from '../wire/record.ts'
import { nodeAt, type Zone, type ZoneNode } from './zone.ts'

/** One sentence for each probable mistake in the record. */
export function adviceAbout({ name, type, data }: ResourceRecord, zone: Zone): string[] {
  const advice: string[] = []
  const owner = () => formatName(name)
  for (const one of [name, ...namesIn(type, data)]) {
    if (hasOriginTwice(one, zone.origin))
      advice.push(`${formatName(one)} has the zone's name twice: is a final dot missing?`)
    else if (one !== name && looksLikeAddress(one)) {
      advice.push(`${owner()} ${typeName(type)} names ${formatName(one)}: write a name, not an address`)
    }
  }
  if ((type === TYPE.A || type === TYPE.AAAA) && !isHostName(name)) advice.push(hostNameAdvice(name))
  if (type === TYPE.SOA && (data as Soa).rname[0]?.includes('@')) {
    const [label = ''] = (data as Soa).rname
    advice.push(
      `the mailbox of the SOA is written with a dot, ${label.replace('@', '.')}…, not with @ (RFC 1035 §3.3.13)`,
    )
  }
  if (type === TYPE.CNAME) {
    const { target } = data as Cname
    if (advice.length === 0 && isMissing(zone, target))
      advice.push(`${owner()} is an alias of ${formatName(target)}, which is not in this zone`)
  }
  return advice
}

/** One sentence for each probable mistake in the zone as a whole. */
export function adviceAboutZone({ origin, apex }: Zone): string[] {
  const advice: string[] = []
  if (apex.rrsets.get(TYPE.NS)?.data.length === 1) advice.push('only one name server; RFC 1034 §4.1 requires two')
  // Half of all reverse zones in BIND's documentation and in the field have files named after the network: db.192.0.2.
  if (origin.length > 0 && origin.length <= 4 && origin.every(label => /^\d{1,3}$/.test(label))) {
    const reverse = `${origin.toReversed().join('.')}.in-addr.arpa`
    const name = formatName(origin)
    advice.push(`this is the zone ${name}, which no reverse query uses: name the file db.${reverse} (RFC 1035 §3.5)`)
  }
  return advice
}

/** Letters, digits and hyphens; a wildcard matches such names (RFC 1123 §2.1). Other names can be queried too, but programs may refuse them. */
function isHostName(name: Name): boolean {
  return name.every((label, i) => (i === 0 && label === '*') || /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i.test(label))
}

function hostNameAdvice(name: Name): string {
  const owner = formatName(name)
  if (!name.some(label => /[\x80-\xff]/.test(label))) {
    return `${owner} is not a host name: use letters, digits and hyphens (RFC 1123 §2.1)`
  }
  // Zone text has one character for each octet; decoded as UTF-8 the letters are as written.
  const written = Buffer.from(name.join('.'), 'latin1').toString('utf8')
  return `${owner} has letters that browsers encode before they ask: write ${domainToASCII(written) || 'xn--…'}. (RFC 5890 §2.3.2.1)`
}

function hasOriginTwice(name: Name, origin: Name): boolean {
  return origin.length > 0 && isAtOrBelow(name, [...origin, ...origin])
}

/** `172.20.0.20` instead of a name, with the name of the zone appended. In a reverse zone such labels are right. */
function looksLikeAddress(name: Name): boolean {
  const reverse = name.at(-1)?.toLowerCase() === 'arpa'
  return !reverse && name.length >= 4 && name.slice(0, 4).every(label => /^\d{1,3}$/.test(label))
}

function isMissing(zone: Zone, name: Name): boolean {
  return isAtOrBelow(name, zone.origin) && !isDelegated(zone, name) && !(nodeAt(zone, name) ?? wildcardFor(zone, name))
}

/** Whether there is a zone cut at or above the name: then another zone answers for it. */
export function isDelegated(zone: Zone, name: Name): boolean {
  for (let i = 0; i < name.length - zone.origin.length; i++) {
    if (nodeAt(zone, name.slice(i))?.rrsets.has(TYPE.NS)) return true
  }
  return false
}

/** The wildcard that answers for a name that does not exist, if there is one. */
export function wildcardFor(zone: Zone, name: Name): ZoneNode | undefined {
  for (let i = 1; i <= name.length - zone.origin.length; i++) {
    const closest = nodeAt(zone, name.slice(i))
    if (closest) return closest.children.get('*')
  }
  return undefined
}
