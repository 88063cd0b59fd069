/**
 * The additional section: addresses of the hosts that an answer names, which saves the client another query.
 *
 * Read beside: RFC 1034 §4.3.2 step 6, §4.2.1 (glue); RFC 1035 §3.3 ("additional section processing"); RFC 2782 (SRV);
 *   RFC 9460 §4.1 (SVCB, HTTPS)
 * Pure: RRsets and a zone in, RRsets out.
 */

import { targetOf } from '../rdata/hosts.ts'
import type { Svcb } from '../rdata/layouts.ts'
import { TYPE } from '../wire/codes.ts'
import { type Name, nameKey } from '../wire/name.ts'
import type { Rrset } from '../wire/record.ts'
import { nodeAt, type Zone } from '../zone/zone.ts'

/**
 * The A and AAAA RRsets of all targets in the zone of the answer, each once, including glue below a zone cut. Addresses from other zones of
 * this server are not added, as in BIND, NSD and Knot: a resolver ignores them (RFC 2181 §5.4.1).
 */
export function additionalFor(rrsets: readonly Rrset[], zone: Zone): Rrset[] {
  const found: Rrset[] = []
  const seen = new Set<string>()
  for (const rrset of rrsets) {
    for (const target of targetsOf(rrset)) {
      const key = nameKey(target)
      if (seen.has(key)) continue
      seen.add(key)
      const node = nodeAt(zone, target)
      for (const type of wantedTypes(rrset)) {
        const wanted = node?.rrsets.get(type)
        if (wanted) found.push(wanted)
      }
    }
  }
  return found
}

function targetsOf(rrset: Rrset): Name[] {
  return rrset.data.flatMap(data => {
    const target = targetOf(rrset.type, data)
    if (!target) return []
    // "If TargetName has the value ".", then the owner name of this record MUST be used" (RFC 9460 §2.5.2)
    const isOwner = isService(rrset.type) && target.length === 0 && (data as Svcb).priority > 0
    return [isOwner ? rrset.name : target]
  })
}

/** For an SVCB or HTTPS record in AliasMode, records of its own type as well (RFC 9460 §4.1: "A, AAAA, and SVCB records"). */
function wantedTypes({ type, data }: Rrset): number[] {
  const alias = isService(type) && data.some(one => (one as Svcb).priority === 0)
  return alias ? [type, TYPE.A, TYPE.AAAA] : [TYPE.A, TYPE.AAAA]
}

function isService(type: number): boolean {
  return type === TYPE.SVCB || type === TYPE.HTTPS
}
