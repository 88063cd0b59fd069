/**
 * The fast path: an ordinary query over UDP is answered from a table of prepared octets, without decoding it.
 *
 * Its plain form is `respond()` in server/respond.ts; fast-path.test.ts compares both, octet by octet.
 * respond() answers every query that is not ordinary: another opcode or class, any EDNS option, an answer that does not fit, a query
 * with other records than OPT.
 *
 * Read beside: ../server/respond.ts, table.ts; RFC 1035 §4.1.1, RFC 6891 §6.1
 * Pure except for the turns that it moves on: octets in, octets out.
 */
import { Buffer } from 'node:buffer' // the global Buffer would be looked up for each answer
import type { Orderer, RotationTurn } from '../answer/orderer.ts'
import { TYPE } from '../wire/codes.ts'
import { EDNS_LIMIT, OPT_LENGTH } from '../wire/edns.ts'
import { HEADER_LENGTH } from '../wire/header.ts'
import { UDP_LIMIT } from '../wire/message.ts'
import { LABEL_LIMIT, NAME_LIMIT } from '../wire/name.ts'
import { hashLabel, ROOT_HASH, type Table } from './table.ts'

/** What the fast path uses of the orderer, besides the turns. */
export type FastOrder = Pick<Orderer, 'policy' | 'unusable'>

/** Called for each answer, for the metrics. */
export type CountAnswer = (type: number, rcode: number) => void

/** A name has at most 127 labels. Overwritten by each query: nothing is kept between two queries. */
const starts = new Uint8Array(128)
const hashes = new Int32Array(128)

/** @returns undefined when the plain path must answer */
export function answerFast(query: Buffer, table: Table, orderer: FastOrder, count: CountAnswer): Buffer | undefined {
  // QR 0 and opcode QUERY; one question, no records but OPT.
  if (query.length < HEADER_LENGTH + 5 || ((query[2] as number) & 0xf8) !== 0) return undefined
  if (query[4] !== 0 || query[5] !== 1 || query[6] !== 0 || query[7] !== 0) return undefined
  if (query[8] !== 0 || query[9] !== 0 || query[10] !== 0 || (query[11] as number) > 1) return undefined

  let labels = 0
  let at = HEADER_LENGTH
  for (let length = query[at]; length !== 0; length = query[at]) {
    // The length is undefined when the octets end here.
    if (length === undefined || length > LABEL_LIMIT || labels > 126) return undefined
    starts[labels++] = at - HEADER_LENGTH
    at += 1 + length
  }
  const nameLength = at + 1 - HEADER_LENGTH
  const end = at + 5
  if (nameLength > NAME_LIMIT || end > query.length) return undefined
  if (query[at + 3] !== 0 || query[at + 4] !== 1) return undefined // class IN
  const type = ((query[at + 1] as number) << 8) | (query[at + 2] as number)
  if (type === TYPE.DS || type === TYPE.OPT || (type >= 128 && type <= 255)) return undefined

  let limit = UDP_LIMIT
  const edns = query[11] === 1
  if (edns) {
    if (query.length !== end + OPT_LENGTH || !isPlainOpt(query, end)) return undefined
    const payload = ((query[end + 3] as number) << 8) | (query[end + 4] as number)
    limit = payload < UDP_LIMIT ? UDP_LIMIT : payload > EDNS_LIMIT ? EDNS_LIMIT : payload
  }

  const answers = lookUp(query, table, labels, nameLength)
  const answer = answers && answerFor(type, answers, table)
  if (!answer) return undefined
  const turnNumber = table.u32(answer + 8)
  const turn = turnNumber > 0 ? (table.turns[turnNumber - 1] as RotationTurn) : undefined
  const orders = table.octets[answer + 12] as number
  const next = turn ? turn.next : 0
  const first = turn ? firstOf(next, orders, orderer, query) : 0
  if (first < 0) return undefined
  const response = write(query, end, nameLength, table, answer, first, edns, limit)
  if (!response) return undefined
  // Another thread has used this turn in the meantime.
  if (turn && !turn.move(next, (first + 1) % orders)) return answerFast(query, table, orderer, count)
  count(type, (table.octets[answer] as number) & 0x0f)
  return response
}

/** The offset of the answers for the name itself, or of those that its closest encloser has for names that do not exist; 0 for none. */
function lookUp(query: Buffer, table: Table, labels: number, nameLength: number): number {
  let hash = ROOT_HASH
  for (let i = labels - 1; i >= 0; i--) {
    hash = hashLabel(hash, query, HEADER_LENGTH + (starts[i] as number))
    hashes[i] = hash
  }
  const exact = table.find(hash, query, HEADER_LENGTH, nameLength)
  if (exact) return table.u32(exact)
  for (let i = 1; i < labels; i++) {
    const start = starts[i] as number
    const encloser = table.find(hashes[i] as number, query, HEADER_LENGTH + start, nameLength - start)
    if (encloser) return table.u32(encloser + 4)
  }
  const root = table.find(ROOT_HASH, query, HEADER_LENGTH + nameLength - 1, 1)
  return root && table.u32(root + 4)
}

/** The offset of the answer for that type; 0 for none. */
function answerFor(type: number, answers: number, table: Table): number {
  let at = answers + 2
  for (let types = table.u16(answers); types > 0; types--) {
    if (table.u16(at) === type) return table.u32(at + 2)
    at += 6
  }
  return table.u32(at)
}

/** The position with which the answer begins; −1 when the order is not a rotation, or not all records may be sent. */
function firstOf(next: number, orders: number, { policy, unusable }: FastOrder, query: Buffer): number {
  if (unusable) return -1
  if (policy === 'cyclic') return next % orders
  if (policy === 'fixed') return 0
  if (policy === 'query-id') return (((query[0] as number) << 8) | (query[1] as number)) % orders
  return -1
}

/** Version 0 and no options (RFC 6891 §6.1.2). */
function isPlainOpt(query: Buffer, at: number): boolean {
  return (
    query[at] === 0 &&
    query[at + 1] === 0 &&
    query[at + 2] === TYPE.OPT &&
    query[at + 6] === 0 &&
    query[at + 9] === 0 &&
    query[at + 10] === 0
  )
}

function write(
  query: Buffer,
  end: number,
  nameLength: number,
  table: Table,
  answer: number,
  first: number,
  edns: boolean,
  limit: number,
): Buffer | undefined {
  const { octets } = table
  let body = answer + 13
  for (let i = 0; i < first; i++) body += 4 + 2 * table.u16(body + 2) + table.u16(body) + OPT_LENGTH
  const pointers = table.u16(body + 2)
  const start = body + 4 + 2 * pointers
  const bodyEnd = end + table.u16(body)
  const length = edns ? bodyEnd + OPT_LENGTH : bodyEnd
  if (length > limit) return undefined

  const response = Buffer.allocUnsafe(length)
  octets.copy(response, end, start, start + length - end)
  response[0] = query[0] as number
  response[1] = query[1] as number
  response[2] = 0x80 | (((octets[answer] as number) & 0x80) >> 5) | ((query[2] as number) & 0x01) // QR, AA, and RD as in the query
  response[3] = (octets[answer] as number) & 0x0f
  response[4] = 0
  response[5] = 1
  for (let at = 6; at < HEADER_LENGTH; at++) response[at] = octets[answer - 4 + at] as number // ancount, nscount, arcount
  for (let at = HEADER_LENGTH; at < end; at++) response[at] = query[at] as number

  const moved = nameLength - (octets[answer + 1] as number)
  if (moved !== 0) {
    for (let i = 0; i < pointers; i++) {
      const at = table.u16(body + 4 + 2 * i)
      response.writeUInt16BE(table.u16(start + at) + moved, end + at)
    }
  }
  if (edns) {
    response[11] = (response[11] as number) + 1 // an answer within the limit has far fewer than 255 additional records
    response[bodyEnd + 7] = (query[end + 7] as number) & 0x80 // DO is copied (RFC 3225 §3)
  }
  return response
}
