/**
 * Compiles zones: makes a table of answers as octets, for every name that exists and every name that does not.
 *
 * The plain path, which costs more, answers for the rest: names at or below a zone cut, names below a DNAME, aliases (except for types that exist at the end
 * of the chain), RRsets of very many records, and names that allow a further compression into the question (the name server in the
 * SOA, for example).
 *
 * Read beside: ../answer/match.ts (the same walk for one name), answers.ts, table.ts
 * Pure: zones in, a table out.
 */
import type { Orderer } from '../answer/orderer.ts'
import { type Cname, namesIn } from '../rdata/layouts.ts'
import { RCODE, TYPE } from '../wire/codes.ts'
import { isAtOrBelow, lowerCase, NAME_LIMIT, type Name, nameKey, wireLength } from '../wire/name.ts'
import { childOf, nodeAt, type Zone, type ZoneNode, type Zones } from '../zone/zone.ts'
import { type CompiledAnswer, compileAnswer, compileAnswerBelow } from './answers.ts'
import { type Answers, type CompiledName, Table } from './table.ts'

/** A type that no node has, because RFC 6895 §3.1 reserves it. A query for it gets NODATA. */
const NO_TYPE = 0
/** The plain path answers for longer chains of aliases. */
const CHAIN_LIMIT = 4

/** Compiles everything. Yields after each name, so that the server can answer queries in between. */
export function* compile(zones: Zones, orderer: Orderer): Generator<void, Table> {
  const table = new Table()
  for (const zone of zones) {
    const compiler = new ZoneCompiler(zone, zones, orderer)
    for (const node of compiler.nodes(zone.apex)) {
      table.add({ key: nameKey(node.name), own: compiler.own(node), below: compiler.below(node) })
      yield
    }
    for (const phantom of compiler.phantoms()) table.add(phantom)
  }
  return table
}

class ZoneCompiler {
  readonly #zone: Zone
  readonly #zones: Zones
  readonly #orderer: Orderer
  /** Children of the apex at or below which the SOA names a host: names there could be compressed further. */
  readonly #soaBranches: ReadonlySet<string>
  /** For every name of the zone, except those in the branches above. */
  readonly #nodata: CompiledAnswer | undefined
  readonly #nothingBelow: Answers | undefined

  constructor(zone: Zone, zones: Zones, orderer: Orderer) {
    this.#zone = zone
    this.#zones = zones
    this.#orderer = orderer
    const names = zone.soa.data.flatMap(soa => namesIn(TYPE.SOA, soa))
    this.#soaBranches = new Set(names.flatMap(name => this.#branchOf(name) ?? []))
    const negative = this.#compileBelow(zone.apex, NO_TYPE)
    if (!negative || negative.ancount > 0) return
    // The same octets, except for the rcode.
    this.#nodata = { ...negative, rcode: RCODE.NOERROR }
    this.#nothingBelow = answersOf([], { ...negative, rcode: RCODE.NXDOMAIN })
  }

  /** Names in the SOA that do not exist: the plain path answers for them and for all names below. */
  *phantoms(): Generator<CompiledName> {
    for (const branch of this.#soaBranches) {
      if (childOf(this.#zone.apex, branch)) continue
      yield { key: nameKey([branch, ...this.#zone.origin]), own: undefined, below: undefined }
    }
  }

  /** The nodes for which this zone answers, down to the zone cuts and including them. */
  *nodes(node: ZoneNode): Generator<ZoneNode> {
    if (this.#zones.nearest(node.name) !== this.#zone) return
    yield node
    if (this.#isCut(node) || node.rrsets.has(TYPE.DNAME)) return
    for (const child of node.children.values()) yield* this.nodes(child)
  }

  own(node: ZoneNode): Answers | undefined {
    if (this.#isCut(node)) return undefined
    const compiled = this.#typesOf(node).map(type => ({
      type,
      answer: compileAnswer(node.name, type, this.#zones, this.#orderer),
    }))
    return answersOf(
      compiled,
      this.#nodataFor(
        node,
        compiled.every(({ answer }) => answer),
      ),
    )
  }

  below(node: ZoneNode): Answers | undefined {
    if (this.#isCut(node) || node.rrsets.has(TYPE.DNAME)) return undefined
    const wildcard = childOf(node, '*')
    if (!wildcard) return this.#isSoaBranch(node) ? undefined : this.#nothingBelow
    if (wildcard.rrsets.has(TYPE.CNAME) || wildcard.rrsets.has(TYPE.NS) || this.#isSoaBranch(node)) return undefined
    const compiled = [...wildcard.rrsets.keys()].map(type => ({ type, answer: this.#compileBelow(node, type) }))
    return answersOf(compiled, compiled.every(({ answer }) => answer) ? this.#nodata : undefined)
  }

  /** The types of the node; for an alias, also those at the end of its chain. */
  #typesOf(node: ZoneNode): number[] {
    const types = new Set(node.rrsets.keys())
    let at: ZoneNode | undefined = node
    for (let hops = 0; hops < CHAIN_LIMIT; hops++) {
      const cname = at?.rrsets.get(TYPE.CNAME)
      if (!cname) break
      const { target } = cname.data[0] as Cname
      const zone = this.#zones.nearest(target)
      at = zone && nodeAt(zone, target)
      for (const type of at?.rrsets.keys() ?? []) types.add(type)
    }
    return [...types].filter(type => type !== TYPE.DS)
  }

  #nodataFor(node: ZoneNode, complete: boolean): CompiledAnswer | undefined {
    if (node.rrsets.has(TYPE.CNAME) || !complete) return undefined
    return this.#isSoaBranch(node) ? compileAnswer(node.name, NO_TYPE, this.#zones, this.#orderer) : this.#nodata
  }

  #compileBelow(node: ZoneNode, type: number): CompiledAnswer | undefined {
    // The two names for which the answer is encoded would be too long.
    if (wireLength(node.name) > NAME_LIMIT - 3) return undefined
    const short = freeLabel(node, 1)
    const long = freeLabel(node, 2)
    if (short === undefined || long === undefined || this.#mentionsMissingChild(node, type)) return undefined
    return compileAnswerBelow(node.name, [short, long], type, this.#zones, this.#orderer)
  }

  /** Whether an answer below the node contains a name that does not exist there, and that could be the queried name itself. */
  #mentionsMissingChild(node: ZoneNode, type: number): boolean | undefined {
    const rrset = childOf(node, '*')?.rrsets.get(type)
    return rrset?.data
      .flatMap(data => namesIn(type, data))
      .some(name => {
        const label = name[name.length - node.name.length - 1]
        return label !== undefined && isAtOrBelow(name, node.name) && !childOf(node, label)
      })
  }

  #isCut(node: ZoneNode): boolean {
    return node !== this.#zone.apex && node.rrsets.has(TYPE.NS)
  }

  #isSoaBranch(node: ZoneNode): boolean {
    const branch = this.#branchOf(node.name)
    return branch !== undefined && this.#soaBranches.has(branch)
  }

  /** The label directly before the origin of the zone. */
  #branchOf(name: Name): string | undefined {
    const label = name[name.length - this.#zone.origin.length - 1]
    return label !== undefined && isAtOrBelow(name, this.#zone.origin) ? lowerCase(label) : undefined
  }
}

function answersOf(
  compiled: readonly { type: number; answer: CompiledAnswer | undefined }[],
  otherwise: CompiledAnswer | undefined,
): Answers {
  const found = compiled.filter(({ answer }) => answer !== undefined)
  return {
    types: found.map(({ type }) => type),
    answers: found.map(({ answer }) => answer as CompiledAnswer),
    otherwise,
  }
}

/** A label of that length that does not exist below the node. */
function freeLabel(node: ZoneNode, length: number): string | undefined {
  for (let code = 0; code < 256; code++) {
    const label = String.fromCharCode(code).repeat(length)
    if (!childOf(node, label)) return label
  }
  return undefined
}
