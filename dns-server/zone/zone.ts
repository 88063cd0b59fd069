/**
 * A zone: a tree of nodes, like the name space, with the RRsets at each node.
 *
 * A node without RRsets whose descendants have some is an empty non-terminal (RFC 4592 §2.2.2). Its name exists, so the answer is
 * NODATA and not NXDOMAIN.
 *
 * Read beside: RFC 1034 §3.1 (the tree), §4.2 (zones), RFC 2181 §5 (RRsets)
 * Pure: records in, a tree out.
 */
import type { Soa } from '../rdata/layouts.ts'
import { CLASS, TYPE } from '../wire/codes.ts'
import { isAtOrBelow, lowerCase, type Name, nameKey } from '../wire/name.ts'
import { type ResourceRecord, type Rrset, recordsOf } from '../wire/record.ts'
import type { Sliced } from './sliced.ts'

export interface ZoneNode {
  readonly name: Name
  /** By label in lower case. */
  readonly children: ReadonlyMap<string, ZoneNode>
  /** By type. */
  readonly rrsets: ReadonlyMap<number, Rrset>
}

export interface Zone {
  readonly origin: Name
  readonly apex: ZoneNode
  readonly soa: Rrset
  readonly serial: number
}

interface GrowingNode extends ZoneNode {
  children: Map<string, ZoneNode>
  readonly rrsets: Map<number, Rrset>
}

interface GrowingRrset extends Rrset {
  readonly data: Rrset['data'][number][]
  ttls?: number[]
}

/** Most nodes have no children; they share this. */
const NO_CHILDREN: Map<string, ZoneNode> = new Map()

/**
 * Builds the tree. Records must be at or below `origin`, of class IN, without duplicates, with an SOA at the apex: check.ts ensures
 * it. The TTL of an RRset is that of its first record, except for RRSIG, where each record has its own (RFC 4034 §3).
 */
export function* buildZoneSliced(origin: Name, records: Iterable<ResourceRecord>): Sliced<Zone> {
  const apex = newNode(origin)
  for (const record of records) {
    const node = grow(apex, record.name, record.name.length - origin.length)
    const known = node.rrsets.get(record.type)
    if (known) addTo(known as GrowingRrset, record)
    else node.rrsets.set(record.type, rrsetOf(node.name, record))
    yield
  }
  const soa = apex.rrsets.get(TYPE.SOA)
  if (!soa) throw new RangeError('a zone needs an SOA record at its apex')
  return { origin, apex, soa, serial: (soa.data[0] as Soa).serial }
}

/** The child with that label, if it exists; `*` for the wildcard. */
export function childOf(node: ZoneNode, label: string): ZoneNode | undefined {
  return node.children.get(lowerCase(label))
}

/** The node of exactly that name, if the zone has it. Zone cuts and wildcards are not considered: answer/match.ts does that. */
export function nodeAt(zone: Zone, name: Name): ZoneNode | undefined {
  if (!isAtOrBelow(name, zone.origin)) return undefined
  let node: ZoneNode | undefined = zone.apex
  for (let i = name.length - zone.origin.length - 1; node && i >= 0; i--) node = childOf(node, name[i] as string)
  return node
}

/** Every record, the SOA first. */
export function* recordsIn({ apex, soa }: Zone): Generator<ResourceRecord> {
  yield* recordsOf(soa)
  for (const node of nodesOf(apex)) {
    for (const rrset of node.rrsets.values()) if (rrset !== soa) yield* recordsOf(rrset)
  }
}

/** Every node, parents before children. */
export function* nodesOf(node: ZoneNode): Generator<ZoneNode> {
  yield node
  for (const child of node.children.values()) yield* nodesOf(child)
}

/**
 * All zones by origin. The nearest zone at or above a name answers for it.
 *
 * A zone that cannot be served now is held: a file with errors, a copy that is not transferred yet or has expired. Names in a held zone
 * get SERVFAIL, not REFUSED, so that resolvers ask another server of the zone.
 */
export class Zones {
  readonly #zones = new Map<string, Zone>()
  readonly #held = new Map<string, string>()
  /** Increases with every change. Data computed from an older generation is stale. */
  generation = 0
  /** Called after every change. */
  onChange: () => void = () => {}

  constructor(zones: Iterable<Zone> = []) {
    for (const zone of zones) this.put(zone)
  }

  put(zone: Zone): void {
    const key = nameKey(zone.origin)
    this.#held.delete(key)
    this.#zones.set(key, zone)
    this.#changed()
  }

  /** The zone belongs to this server, but cannot be served. @param why in words */
  hold(origin: Name, why: string): void {
    const key = nameKey(origin)
    this.#zones.delete(key)
    this.#held.set(key, why)
    this.#changed()
  }

  /** A held zone no longer belongs to this server. A zone that is served stays. */
  release(origin: Name): void {
    if (this.#held.delete(nameKey(origin))) this.#changed()
  }

  /** Whether any zone is held. */
  get anyHeld(): boolean {
    return this.#held.size > 0
  }

  /** Why the zone that should answer for this name is held; undefined when it is not. @param exactly only the zone of that name */
  whyHeld(name: Name, exactly = false): string | undefined {
    if (!this.anyHeld) return undefined
    if (exactly) return this.#held.get(nameKey(name))
    return ancestorsOf(name, key => this.#held.get(key))
  }

  get(origin: Name): Zone | undefined {
    return this.#zones.get(nameKey(origin))
  }

  /**
   * "Search the available zones for the zone which is the nearest ancestor to QNAME" (RFC 1034 §4.3.2, step 2). Undefined when
   * that zone is held: the zone above it does not have its names, and would answer that they do not exist.
   */
  nearest(name: Name): Zone | undefined {
    const found = ancestorsOf(name, key => this.#zones.get(key) ?? (this.#held.has(key) ? 'held' : undefined))
    return found === 'held' ? undefined : found
  }

  [Symbol.iterator](): Iterator<Zone> {
    return this.#zones.values()
  }

  #changed(): void {
    this.generation++
    this.onChange()
  }
}

/** Looks up a name, its parent, and so on to the root, until something is found. */
function ancestorsOf<T>(name: Name, lookUp: (key: string) => T | undefined): T | undefined {
  for (let key = nameKey(name); ; key = key.slice(1 + key.charCodeAt(0))) {
    const found = lookUp(key)
    if (found !== undefined || key.length === 1) return found
  }
}

function newNode(name: Name): GrowingNode {
  return { name, children: NO_CHILDREN, rrsets: new Map() }
}

/** The node `depth` labels below `node` on the way to `name`. Missing nodes are created. */
function grow(node: GrowingNode, name: Name, depth: number): GrowingNode {
  let current = node
  for (let i = depth - 1; i >= 0; i--) {
    const label = lowerCase(name[i] as string)
    let child = current.children.get(label) as GrowingNode | undefined
    if (!child) {
      child = newNode(name.slice(i))
      if (current.children === NO_CHILDREN) current.children = new Map()
      current.children.set(label, child)
    }
    current = child
  }
  return current
}

function addTo(rrset: GrowingRrset, { ttl, data }: ResourceRecord): void {
  if (rrset.type === TYPE.RRSIG) rrset.ttls = [...(rrset.ttls ?? rrset.data.map(() => rrset.ttl)), ttl]
  rrset.data.push(data)
}

function rrsetOf(name: Name, { type, ttl, data }: ResourceRecord): Rrset {
  return { name, type, class: CLASS.IN, ttl, data: [data] }
}
