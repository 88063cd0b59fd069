/**
 * The additional section: addresses of the hosts that an answer names, so that the client need not ask for them.
 *
 * Read beside: RFC 1034 §4.3.2 step 6, §4.2.1 (glue); RFC 1035 §3.3 ("additional section processing"); RFC 2782 (SRV)
 * Pure: RRsets and zones in, RRsets out.
 */
import { targetOf } from '../rdata/layouts.ts'
import { TYPE } from '../wire/codes.ts'
import { nameKey } from '../wire/name.ts'
import type { Rrset } from '../wire/record.ts'
import { nodeAt, type Zones } from '../zone/zone.ts'

/** A and AAAA RRsets of all targets, each once, glue below a cut among them. */
export function additionalFor(rrsets: readonly Rrset[], zones: Zones): Rrset[] {
  const found: Rrset[] = []
  const seen = new Set<string>()
  for (const { type, data } of rrsets) {
    for (const one of data) {
      const target = targetOf(type, one)
      if (!target) continue
      const key = nameKey(target)
      if (seen.has(key)) continue
      seen.add(key)
      const zone = zones.nearest(target)
      const node = zone && nodeAt(zone, target)
      for (const address of [node?.rrsets.get(TYPE.A), node?.rrsets.get(TYPE.AAAA)]) if (address) found.push(address)
    }
  }
  return found
}
