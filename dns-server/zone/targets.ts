/**
 * The hosts that NS, MX and SRV records name. This is checked in files only: the author of a file can add a missing host, a secondary
 * cannot.
 *
 * Read beside: rules.ts (what is checked in transfers too), RFC 2181 §10.3
 * Pure: a zone and its records in, problems out.
 */
import { targetOf } from '../rdata/hosts.ts'
import { TYPE, typeName } from '../wire/codes.ts'
import { isAtOrBelow, type Name, sameName } from '../wire/name.ts'
import { formatName } from '../wire/name-text.ts'
import { isDelegated, wildcardFor } from './advice.ts'
import type { PlacedRecord, ReportProblem } from './rules.ts'
import { nodeAt, type Zone } from './zone.ts'

/** NS, MX and SRV must name a host: a name with addresses, not an alias (RFC 2181 §10.3). Names in other zones are not checked. */
export function checkTargets(
  zone: Zone,
  { type, name: owner, data, place }: PlacedRecord,
  report: ReportProblem,
): void {
  if (type !== TYPE.NS && type !== TYPE.MX && type !== TYPE.SRV) return
  const target = targetOf(type, data)
  if (!target || target.length === 0 || !isAtOrBelow(target, zone.origin)) return
  const what = `${formatName(owner)} ${typeName(type)} names ${formatName(target)}`
  const node = isBelowDname(zone, target) ? undefined : (nodeAt(zone, target) ?? wildcardFor(zone, target))
  // At the apex these are the servers of this zone; at a zone cut, those of another zone.
  const atApex = sameName(owner, zone.origin)
  const severity = type === TYPE.NS && atApex ? 'error' : 'warning'
  if (node?.rrsets.has(TYPE.CNAME)) report(severity, place, `${what}, which is an alias (RFC 2181 §10.3)`)
  else if (!node?.rrsets.has(TYPE.A) && !node?.rrsets.has(TYPE.AAAA)) {
    // Names below a zone cut belong to the child zone. Only a server below its own cut needs an address here: glue.
    const glue = type === TYPE.NS && !atApex && isAtOrBelow(target, owner)
    if (!glue && isDelegated(zone, target)) return
    report(severity, place, `${what}, which has no address in this zone`)
  }
}

/** Names below a DNAME are redirected, so records there are never sent (RFC 6672 §2.4). */
function isBelowDname(zone: Zone, name: Name): boolean {
  for (let i = 1; i <= name.length - zone.origin.length; i++) {
    if (nodeAt(zone, name.slice(i))?.rrsets.has(TYPE.DNAME)) return true
  }
  return false
}
