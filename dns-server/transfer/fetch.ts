/**
 * The client side of a transfer: asks a primary for its SOA, and for the whole zone when the primary's serial is greater.
 *
 * Both use one TCP connection, on which messages are neither lost nor forged easily. The records must fulfil the same rules as those of
 * a file: zone/rules.ts.
 *
 * Read beside: RFC 5936 §2.1 and §2.2 (AXFR), RFC 1034 §4.3.5 (zone maintenance)
 * Touches the world: opens one TCP connection to the primary.
 */
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { RDATA_LIMIT, rdataOctets, type Soa } from '../rdata/layouts.ts'
import { CLASS, OPCODE, RCODE, rcodeName, TYPE } from '../wire/codes.ts'
import { type DnsMessage, decodeMessage, encodeMessage } from '../wire/message.ts'
import { type Name, sameName } from '../wire/name.ts'
import { formatName } from '../wire/name-text.ts'
import type { ResourceRecord } from '../wire/record.ts'
import { type PlacedRecord, serialGrew, zoneFromRecords } from '../zone/rules.ts'
import { runInSlices } from '../zone/sliced.ts'
import type { Zone } from '../zone/zone.ts'

/** The primary sent something that is not a correct transfer. */
export class TransferError extends Error {
  override name = 'TransferError'
}

export interface TransferSource {
  readonly address: string
  readonly port: number
  /** The local address of the connection: primaries recognize their secondaries by it. */
  readonly from: string
}

/** Milliseconds without an octet after which a transfer is given up. */
const SILENCE = 5_000
/** Records of one zone, so that a primary that sends without end does not fill the memory. */
const RECORD_LIMIT = 2_000_000
/** Warnings about one transfer that are reported one by one. */
const WARNINGS = 5

/**
 * Fetches the zone if its serial is newer.
 *
 * @param serial of the present copy, if there is one
 * @param warn called for records that are ignored or changed
 * @returns the zone; undefined when the present copy is up to date
 * @throws TransferError, or the error of the socket
 */
export async function fetchIfNewer(
  primary: TransferSource,
  origin: Name,
  serial: number | undefined,
  warn: (problem: string) => void,
): Promise<Zone | undefined> {
  const socket = connect({ host: primary.address, port: primary.port, localAddress: primary.from })
  socket.setTimeout(SILENCE, () => socket.destroy(new TransferError(`the primary sent nothing for ${SILENCE} ms`)))
  try {
    await once(socket, 'connect')
    const messages = messagesFrom(socket)
    const soa = await answerTo(send(socket, origin, TYPE.SOA), messages)
    if (!soa.aa) throw new TransferError('the primary is not authoritative for the zone')
    const [current] = soa.answer.filter(({ type, name }) => type === TYPE.SOA && sameName(name, origin))
    if (!current) throw new TransferError(`the primary has no SOA of ${formatName(origin)}`)
    const theirs = (current.data as Soa).serial
    if (serial !== undefined && !serialGrew(serial, theirs)) return undefined
    const records = await transferFrom(socket, messages, primary.address, origin)
    return await checkedZone(records, primary.address, origin, warn)
  } finally {
    socket.destroy()
  }
}

/** @throws TransferError when the records break a rule */
async function checkedZone(
  records: readonly PlacedRecord[],
  primary: string,
  origin: Name,
  warn: (problem: string) => void,
): Promise<Zone> {
  const errors: string[] = []
  let warnings = 0
  const top = { file: primary, line: 0, column: 1 }
  const zone = await runInSlices(
    zoneFromRecords(records, origin, top, (severity, { line }, message) => {
      if (severity === 'error') errors.push(message)
      else if (++warnings <= WARNINGS) warn(`record ${line} of the transfer: ${message}`)
    }),
  )
  if (warnings > WARNINGS) warn(`${warnings - WARNINGS} more warnings about this transfer`)
  if (zone) return zone
  throw new TransferError(`the zone breaks a rule: ${errors[0]}`)
}

async function transferFrom(
  socket: Socket,
  messages: Messages,
  primary: string,
  origin: Name,
): Promise<PlacedRecord[]> {
  const records: PlacedRecord[] = []
  const id = send(socket, origin, TYPE.AXFR)
  for (;;) {
    const message = await answerTo(id, messages)
    for (const record of message.answer) {
      if (rdataOctets(record.type, record.data).length > RDATA_LIMIT)
        throw new TransferError(`the data of ${formatName(record.name)} has more than ${RDATA_LIMIT} octets`)
      const isSoa = record.type === TYPE.SOA
      if (!isSoa && records.length === 0) throw new TransferError('the transfer does not begin with the SOA')
      // "… MUST conclude with the same SOA" (RFC 5936 §2.2): the second SOA marks the end.
      if (isSoa && records.length > 0) {
        if (isSameSoa(record, records[0] as PlacedRecord)) return records
        throw new TransferError('the transfer ends with another SOA than at its beginning')
      }
      const place = { file: primary, line: records.length + 1, column: 1 }
      if (records.push({ ...record, place }) > RECORD_LIMIT)
        throw new TransferError(`more than ${RECORD_LIMIT} records`)
    }
  }
}

function isSameSoa(a: ResourceRecord, b: ResourceRecord): boolean {
  return sameName(a.name, b.name) && rdataOctets(TYPE.SOA, a.data).equals(rdataOctets(TYPE.SOA, b.data))
}

type Messages = AsyncGenerator<DnsMessage>

/** @returns the ID of the query, which every response must have */
function send(socket: Socket, name: Name, type: number): number {
  const id = randomInt(0x10000)
  const flags = { qr: false, aa: false, tc: false, rd: false, ra: false, ad: false, cd: false }
  const sections = { answer: [], authority: [], additional: [], edns: undefined }
  const questions = [{ name, type, class: CLASS.IN }]
  const query = encodeMessage(
    { id, ...flags, opcode: OPCODE.QUERY, rcode: RCODE.NOERROR, questions, ...sections },
    65535,
  )
  const length = Buffer.alloc(2)
  length.writeUInt16BE(query.length)
  socket.write(Buffer.concat([length, query]))
  return id
}

/**
 * The next message, checked: the ID "in each AXFR response message" is that of the query, and an error ends the transfer also
 * when it is in a later one (RFC 5936 §2.2.1). AA is not required in the later ones, as that section recommends.
 */
async function answerTo(id: number, messages: Messages): Promise<DnsMessage> {
  const { value: answer, done } = await messages.next()
  if (done) throw new TransferError('the primary closed the connection early')
  if (!answer.qr || answer.id !== id) throw new TransferError('the primary answered another query')
  if (answer.rcode !== RCODE.NOERROR) throw new TransferError(`the primary answers ${rcodeName(answer.rcode)}`)
  return answer
}

async function* messagesFrom(socket: Socket): Messages {
  let received = Buffer.alloc(0)
  for await (const chunk of socket) {
    received = Buffer.concat([received, chunk as Buffer])
    while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      const end = 2 + received.readUInt16BE(0)
      yield decodeMessage(received.subarray(2, end))
      received = received.subarray(end)
    }
  }
}
