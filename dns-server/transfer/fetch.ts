/**
 * The client side of a transfer: asks a primary for its SOA, and for the whole zone when that is newer than ours.
 *
 * Both go over one TCP connection: nothing gets lost or forged on the way, and who has the SOA has the path for the rest.
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
import { isAtOrBelow, type Name, sameName } from '../wire/name.ts'
import { formatName } from '../wire/name-text.ts'
import type { ResourceRecord } from '../wire/record.ts'
import { serialGrew } from '../zone/check.ts'
import { runInSlices } from '../zone/sliced.ts'
import { buildZoneSliced, type Zone } from '../zone/zone.ts'

/** The primary did not send what a primary sends. */
export class TransferError extends Error {
  override name = 'TransferError'
}

export interface TransferSource {
  readonly address: string
  readonly port: number
  /** The address to ask from: primaries know their secondaries by it. */
  readonly from: string
}

/** Milliseconds without a single octet after which a transfer is given up. */
const SILENCE = 5_000
/** Records of one zone. A primary that sends for ever must not fill our memory. */
const RECORD_LIMIT = 2_000_000

/**
 * Fetches the zone if its serial is newer.
 *
 * @param serial of the copy that we have, if any
 * @returns the zone, or undefined when ours is up to date
 * @throws TransferError, or the socket's error
 */
export async function fetchIfNewer(
  primary: TransferSource,
  origin: Name,
  serial: number | undefined,
): Promise<Zone | undefined> {
  const socket = connect({ host: primary.address, port: primary.port, localAddress: primary.from })
  socket.setTimeout(SILENCE, () => socket.destroy(new TransferError(`the primary was silent for ${SILENCE} ms`)))
  try {
    await once(socket, 'connect')
    const messages = messagesFrom(socket)
    const soa = await answerTo(send(socket, origin, TYPE.SOA), messages)
    if (!soa.aa) throw new TransferError('the primary is no authority for the zone')
    const [current] = soa.answer.filter(({ type, name }) => type === TYPE.SOA && sameName(name, origin))
    if (!current) throw new TransferError(`the primary has no SOA of ${formatName(origin)}`)
    const theirs = (current.data as Soa).serial
    if (serial !== undefined && !serialGrew(serial, theirs)) return undefined
    return await runInSlices(buildZoneSliced(origin, await transferFrom(socket, messages, origin)))
  } finally {
    socket.destroy()
  }
}

async function transferFrom(socket: Socket, messages: Messages, origin: Name): Promise<ResourceRecord[]> {
  const records: ResourceRecord[] = []
  const id = send(socket, origin, TYPE.AXFR)
  for (;;) {
    const message = await answerTo(id, messages)
    for (const record of message.answer) {
      if (!isAtOrBelow(record.name, origin)) throw new TransferError(`${formatName(record.name)} is not in the zone`)
      if (rdataOctets(record.type, record.data).length > RDATA_LIMIT)
        throw new TransferError(`the data of ${formatName(record.name)} takes more than ${RDATA_LIMIT} octets`)
      const isSoa = record.type === TYPE.SOA
      if (!isSoa && records.length === 0) throw new TransferError('the transfer does not begin with the SOA')
      // "… MUST conclude with the same SOA" (RFC 5936 §2.2): that one is the end, not a record.
      if (isSoa && records.length > 0) {
        if (isSameSoa(record, records[0] as ResourceRecord)) return records
        throw new TransferError('the transfer ends with another SOA than it began with')
      }
      if (records.push(record) > RECORD_LIMIT) throw new TransferError(`more than ${RECORD_LIMIT} records`)
    }
  }
}

function isSameSoa(a: ResourceRecord, b: ResourceRecord): boolean {
  return sameName(a.name, b.name) && rdataOctets(TYPE.SOA, a.data).equals(rdataOctets(TYPE.SOA, b.data))
}

type Messages = AsyncGenerator<DnsMessage>

/** @returns the ID of the query, which every answer to it has */
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
 * when it comes in a later one (RFC 5936 §2.2.1). Whether AA is set is not asked there, as that section recommends.
 */
async function answerTo(id: number, messages: Messages): Promise<DnsMessage> {
  const { value: answer, done } = await messages.next()
  if (done) throw new TransferError('the primary closed the connection early')
  if (!answer.qr || answer.id !== id) throw new TransferError('the primary answered another question')
  if (answer.rcode !== RCODE.NOERROR) throw new TransferError(`the primary says ${rcodeName(answer.rcode)}`)
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
