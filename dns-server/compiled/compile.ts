/**
 * Compiling zones: a table of answers as octets, for every name that exists and every name that does not.
 *
 * Left to the plain path, which costs more and is right: what lies at or below a zone cut, aliases (but for types that stand at
 * the end of their chain), RRsets of very many records, and names that would let a pointer into the question save octets in
 * a way that was not foreseen here (the name server that the SOA names, for example).
 *
 * Read beside: answer/match.ts (the same walk for one name), answers.ts, table.ts
 * Pure: zones in, a table out.
 */
import type { Orderer } from '../answer/orderer.ts'
import { type Cname, namesIn } from '../rdata/layouts.ts'
import { RCODE, TYPE } from '../wire/codes.ts'
import { isAtOrBelow, lowerCase, NAME_LIMIT, type Name, nameKey, wireLength } from '../wire/name.ts'
import { childOf, nodeAt, type Zone, type ZoneNode, type Zones } from '../zone/zone.ts'
import { type CompiledAnswer, compileAnswer, compileAnswerBelow } from './answers.ts'
import { type Answers, type CompiledName, Table } from './table.ts'

/** A type that no node has: RFC 6895 §3.1 reserves it. Asking for it gives NODATA. */
const NO_TYPE = 0
/** Aliases that lead further than this are left to the plain path. */
const CHAIN_LIMIT = 4

/** Compiles everything. Yields after each name, so that a server can do other things in between. */
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
  /** Children of the apex below which the SOA has a name: names there could be compressed further. */
  readonly #soaBranches: ReadonlySet<string>
  /** Of use for every name of the zone, but for those in the branches above. */
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
    // The same octets, but for the rcode.
    this.#nodata = { ...negative, rcode: RCODE.NOERROR }
    this.#nothingBelow = answersOf([], { ...negative, rcode: RCODE.NXDOMAIN })
  }

  /** Names that the SOA mentions and that do not exist: left to the plain path, with all that lies below them. */
  *phantoms(): Generator<CompiledName> {
    for (const branch of this.#soaBranches) {
      if (childOf(this.#zone.apex, branch)) continue
      yield { key: nameKey([branch, ...this.#zone.origin]), own: undefined, below: undefined }
    }
  }

  /** The nodes for which this zone answers, zone cuts as the last on their way down. */
  *nodes(node: ZoneNode): Generator<ZoneNode> {
    if (this.#zones.nearest(node.name) !== this.#zone) return
    yield node
    if (this.#isCut(node)) return
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
    if (this.#isCut(node)) return undefined
    const wildcard = childOf(node, '*')
    if (!wildcard) return this.#isSoaBranch(node) ? undefined : this.#nothingBelow
    if (wildcard.rrsets.has(TYPE.CNAME) || wildcard.rrsets.has(TYPE.NS) || this.#isSoaBranch(node)) return undefined
    const compiled = [...wildcard.rrsets.keys()].map(type => ({ type, answer: this.#compileBelow(node, type) }))
    return answersOf(compiled, compiled.every(({ answer }) => answer) ? this.#nodata : undefined)
  }

  /** What the node has; for an alias, what the end of its chain has. */
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
    // Below it there is no room for the two names that the answer is encoded for.
    if (wireLength(node.name) > NAME_LIMIT - 3) return undefined
    const short = freeLabel(node, 1)
    const long = freeLabel(node, 2)
    if (short === undefined || long === undefined || this.#mentionsMissingChild(node, type)) return undefined
    return compileAnswerBelow(node.name, [short, long], type, this.#zones, this.#orderer)
  }

  /** Whether an answer below the node names something there that does not exist, and that could be the very name asked for. */
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

  /** The label right above the zone's origin. */
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

/** A label of that length which is no child of the node. */
function freeLabel(node: ZoneNode, length: number): string | undefined {
  for (let code = 0; code < 256; code++) {
    const label = String.fromCharCode(code).repeat(length)
    if (!childOf(node, label)) return label
  }
  return undefined
}
