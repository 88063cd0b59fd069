/**
 * Matches a name against the tree of a zone, from the apex down, label by label. There are four possible results.
 *
 * Read beside: RFC 1034 §4.3.2 step 3, RFC 4592 §2.2 and §3.3 (closest encloser, source of synthesis), RFC 6672 §3.2 (DNAME)
 * Pure: a zone and a name in, the result out.
 */
import type { Dname } from '../rdata/layouts.ts'
import { TYPE } from '../wire/codes.ts'
import type { Name } from '../wire/name.ts'
import type { Rrset } from '../wire/record.ts'
import { childOf, type Zone, type ZoneNode } from '../zone/zone.ts'

export type MatchResult =
  /** 3a: the whole name matches, or a wildcard does. Without RRsets it is an empty non-terminal. */
  | { readonly kind: 'node'; readonly rrsets: ZoneNode['rrsets']; readonly wildcard: boolean }
  /** 3b: a zone cut on the way down: this zone is not authoritative below it. */
  | { readonly kind: 'cut'; readonly ns: Rrset }
  /** 3c: neither the name nor a wildcard exists. */
  | { readonly kind: 'nothing'; readonly closestEncloser: ZoneNode }
  /** A DNAME above the name: the name continues below its target. */
  | { readonly kind: 'dname'; readonly dname: Rrset; readonly target: Name }

/** @param name must be at or below the zone's origin */
export function matchDown(zone: Zone, name: Name, qtype: number): MatchResult {
  let node = zone.apex
  for (let i = name.length - zone.origin.length - 1; i >= 0; i--) {
    // "The DNAME RR redirects DNS names subordinate to its owner name; the owner name of a DNAME is not redirected" (RFC 6672 §2.3).
    const dname = node.rrsets.get(TYPE.DNAME)
    if (dname) return { kind: 'dname', dname, target: [...name.slice(0, i + 1), ...(dname.data[0] as Dname).target] }
    const child = childOf(node, name[i] as string)
    if (!child) return wildcardBelow(node)
    node = child
    const ns = node.rrsets.get(TYPE.NS)
    // The cut itself belongs to the child zone, except for DS, which is in the parent (RFC 4035 §3.1.4.1).
    if (ns && !(i === 0 && qtype === TYPE.DS)) return { kind: 'cut', ns }
  }
  return { kind: 'node', rrsets: node.rrsets, wildcard: false }
}

/** "*.<the closest encloser>" is the only wildcard that can match (RFC 4592 §3.3.1); it may even be an empty non-terminal. */
function wildcardBelow(closestEncloser: ZoneNode): MatchResult {
  const source = childOf(closestEncloser, '*')
  if (!source) return { kind: 'nothing', closestEncloser }
  return { kind: 'node', rrsets: source.rrsets, wildcard: true }
}
