/**
 * Generated questions about zones: every name in them, names beside and below, every type, flags and EDNS.
 *
 * Pure: random numbers and zones in, queries out.
 */
import { CLASS, OPCODE, TYPE, typeName } from '../../wire/codes.ts'
import type { Name } from '../../wire/name.ts'
import { formatName } from '../../wire/name-text.ts'
import { nodesOf, type Zone } from '../../zone/zone.ts'
import { message, name, opt, question } from './octets.ts'
import type { SeededNumbers } from './random.ts'

export interface GeneratedQuestion {
  readonly octets: Buffer
  readonly name: Name
  readonly type: number
  readonly class: number
  /** The header's second 16 bits: the opcode and the letters. */
  readonly flags: number
  readonly edns: { readonly payload: number; readonly version: number; readonly do: boolean } | undefined
}

/** Without AXFR, IXFR and OPT, which are not questions about data. */
const TYPES = [
  ...[TYPE.A, TYPE.A, TYPE.A, TYPE.AAAA, TYPE.NS, TYPE.CNAME, TYPE.SOA, TYPE.PTR, TYPE.MX, TYPE.MX, TYPE.TXT, TYPE.SRV],
  ...[TYPE.CAA, TYPE.SVCB, TYPE.HTTPS, TYPE.DS, TYPE.HINFO, TYPE.ANY, 1000, 65280, 65281],
]
const RD = 0x0100
const Z = 0x0040
const AD = 0x0020
const CD = 0x0010

/** Every name of the zones with each of its types; then `count` others. */
export function* questionsAbout(
  zones: readonly Zone[],
  random: SeededNumbers,
  count: number,
): Generator<GeneratedQuestion> {
  const nodes = zones.flatMap(zone => [...nodesOf(zone.apex)])
  for (const node of nodes) for (const type of node.rrsets.keys()) yield asked(node.name, type)
  for (let i = 0; i < count; i++) {
    const owner = neighbour(random.pick(nodes).name, random)
    const klass = random.oneIn(40) ? random.pick([CLASS.HS, CLASS.NONE, 77]) : CLASS.IN
    const opcode = klass === CLASS.IN && random.oneIn(40) ? random.pick([OPCODE.STATUS, 15]) : OPCODE.QUERY
    const flags = [RD, Z, AD, CD].reduce((flags, flag) => (random.oneIn(4) ? flags | flag : flags), opcode << 11)
    yield asked(owner, random.pick(TYPES), klass, flags, ednsOf(random))
  }
}

/** `www.example. A, flags 0100, EDNS 1232`: for the reports of tests. */
export function describe({ name, type, class: klass, flags, edns }: GeneratedQuestion): string {
  const plus = edns ? `, EDNS ${edns.version} ${edns.payload}${edns.do ? ' DO' : ''}` : ''
  return `${formatName(name)} ${klass === 1 ? '' : `class ${klass} `}${typeName(type)}, flags ${flags.toString(16)}${plus}`
}

function asked(
  owner: Name,
  type: number,
  klass: number = CLASS.IN,
  flags = 0,
  edns?: GeneratedQuestion['edns'],
): GeneratedQuestion {
  const body = [question(name(...owner), type, klass)]
  if (edns) body.push(opt(edns.payload, undefined, { version: edns.version, flags: edns.do ? 0x8000 : 0 }))
  const octets = message({ flags, counts: [1, 0, 0, edns ? 1 : 0] }, ...body)
  return { octets, name: owner, type, class: klass, flags, edns }
}

function ednsOf(random: SeededNumbers): GeneratedQuestion['edns'] {
  if (random.oneIn(2)) return undefined
  return {
    payload: random.pick([0, 512, 600, 1232, 1232, 4096, 65535]),
    version: random.oneIn(12) ? 1 : 0,
    do: random.oneIn(4),
  }
}

/** The name itself, or one near it: below, beside, above, or in another case. Never over 255 octets. */
function neighbour(owner: Name, random: SeededNumbers): Name {
  const label = random.pick(['zzz', '*', 'a', 'www', '_tcp', `x${random.below(100)}`])
  switch (random.below(6)) {
    case 0:
      return [label, ...owner]
    case 1:
      return [label, ...owner.slice(1)]
    case 2:
      return owner.length > 1 ? owner.slice(1) : owner
    case 3:
      return [label, random.pick(['b', '*', 'wild']), ...owner]
    case 4:
      return owner.map(label => label.replace(/[a-z]/gi, l => (random.oneIn(2) ? l.toUpperCase() : l.toLowerCase())))
    default:
      return owner
  }
}
