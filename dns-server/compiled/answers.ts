/**
 * Compiled answers: the part of a response after the question, as octets, for each order of the records.
 *
 *     | header | question |  body: answer, authority, additional  | OPT |
 *       patched  copied      copied, its pointers adjusted             11 octets
 *
 * An answer for one name is copied unchanged. An answer for any name below another one (NXDOMAIN, a wildcard) was encoded for a name
 * of some length; for a longer name, everything after the first label has moved, and the pointers to it are adjusted.
 *
 * Read beside: ../answer/answer.ts (which makes these answers too), ../wire/writer.ts (compression)
 * Pure: questions and zones in, octets out.
 */
import { type Answer, answer } from '../answer/answer.ts'
import { hasOrder, type Orderer, type RotationTurn } from '../answer/orderer.ts'
import { rotate } from '../answer/rotation.ts'
import { CLASS } from '../wire/codes.ts'
import { HEADER_LENGTH } from '../wire/header.ts'
import { encodeMessage } from '../wire/message.ts'
import { type Name, wireLength } from '../wire/name.ts'
import type { Rrset } from '../wire/record.ts'
import type { Zones } from '../zone/zone.ts'

export interface CompiledAnswer {
  readonly rcode: number
  readonly aa: boolean
  readonly ancount: number
  readonly nscount: number
  readonly arcount: number
  /** One for each record that may be first, in rotated order; a single one where there is no order. */
  readonly bodies: readonly CompiledBody[]
  /** The turn, shared with the plain path; undefined where there is no order. */
  readonly turn: RotationTurn | undefined
  /** Length of the name for which it was encoded, in octets. */
  readonly nameLength: number
}

export interface CompiledBody {
  readonly octets: Buffer
  /** The offsets of the pointers that change with the length of the name. */
  readonly pointers: readonly number[]
}

/** Records of an RRset that are compiled: n records need n bodies of n records. The plain path answers with larger RRsets. */
const ORDERS_LIMIT = 16
const NO_POINTERS: readonly number[] = []
/** Octets; far more than an answer over UDP. An answer that is truncated at this size is not compiled. */
const LIMIT = 4096

/** The answer for exactly this name. @returns undefined when the plain path must make it each time */
export function compileAnswer(name: Name, type: number, zones: Zones, orderer: Orderer): CompiledAnswer | undefined {
  let ordered: Rrset | undefined
  const decide = (first: number): Answer =>
    answer({ name, type, class: CLASS.IN }, zones, rrset => {
      if (!hasOrder(rrset)) return rrset
      ordered = rrset
      return { ...rrset, data: rotate(rrset.data.length, first).map(at => rrset.data[at] as Rrset['data'][number]) }
    })

  const decided = decide(0)
  const orders = ordered?.data.length ?? 1
  if (decided.explanation || orders > ORDERS_LIMIT) return undefined
  const messages = Array.from({ length: orders }, (_, first) =>
    encode(name, type, first === 0 ? decided : decide(first)),
  )
  const [message] = messages
  if (!message || messages.some(isTruncated)) return undefined
  return {
    rcode: decided.rcode,
    aa: decided.aa,
    ancount: message.readUInt16BE(6),
    nscount: message.readUInt16BE(8),
    arcount: message.readUInt16BE(10),
    bodies: messages.map(octets => ({ octets: bodyOf(octets, name), pointers: NO_POINTERS })),
    turn: ordered && orderer.turnOf(ordered),
    nameLength: wireLength(name),
  }
}

/**
 * The answer for every name below `encloser` whose next label does not exist. It is encoded for two such names of different length:
 * where the octets differ, there is a pointer.
 *
 * @param labels one of one octet, one of two; neither may exist below the encloser
 */
export function compileAnswerBelow(
  encloser: Name,
  labels: readonly [string, string],
  type: number,
  zones: Zones,
  orderer: Orderer,
): CompiledAnswer | undefined {
  const short = compileAnswer([labels[0], ...encloser], type, zones, orderer)
  const long = compileAnswer([labels[1], ...encloser], type, zones, orderer)
  if (!short || !long) return undefined
  const bodies: CompiledBody[] = []
  for (const [i, { octets }] of short.bodies.entries()) {
    const pointers = movedPointers(octets, (long.bodies[i] as CompiledBody).octets)
    if (!pointers) return undefined
    bodies.push({ octets, pointers })
  }
  return { ...short, bodies }
}

/**
 * The offsets of pointers that are one higher when the body begins one octet later.
 *
 * @returns undefined when the two differ in another way as well
 */
function movedPointers(octets: Buffer, later: Buffer): number[] | undefined {
  if (octets.length !== later.length) return undefined
  const moved: number[] = []
  const copy = Buffer.from(octets)
  for (let at = 0; at + 1 < octets.length; at++) {
    const pointer = octets.readUInt16BE(at)
    if (pointer < 0xc000 || later.readUInt16BE(at) !== pointer + 1) continue
    copy.writeUInt16BE(pointer + 1, at)
    moved.push(at)
    at++
  }
  return copy.equals(later) ? moved : undefined
}

function encode(name: Name, type: number, decided: Answer): Buffer {
  const header = { id: 0, qr: true, opcode: 0, tc: false, rd: false, ra: false, ad: false, cd: false }
  return encodeMessage({ ...header, ...decided, questions: [{ name, type, class: CLASS.IN }], edns: undefined }, LIMIT)
}

function bodyOf(message: Buffer, name: Name): Buffer {
  return Buffer.from(message.subarray(HEADER_LENGTH + wireLength(name) + 4))
}

function isTruncated(message: Buffer): boolean {
  return (message.readUInt8(2) & 0x02) !== 0
}
