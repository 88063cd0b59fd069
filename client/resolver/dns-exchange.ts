/**
 * One query to one DNS server, and its response: UDP first, TCP when the response was truncated.
 *
 * The UDP socket is connected: the kernel then drops datagrams from other addresses, and reports a closed port at once (an ICMP
 * message becomes ECONNREFUSED) instead of a time-out.
 *
 * Read beside: RFC 1035 §4.2 (transport), RFC 2181 §9 (TC), RFC 5452 §9.1 (which response belongs to a query)
 * Touches the world: UDP and TCP to the server.
 */
import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import { Packet } from 'dns2'
import { isSameName } from './address-answer.ts'

/** The types that the dns2 library can decode. */
export type QueryType = keyof typeof Packet.TYPE

export function isQueryType(type: string): type is QueryType {
  return Object.hasOwn(Packet.TYPE, type)
}

export interface DnsServerAddress {
  readonly address: string
  readonly port: number
}

export interface DnsExchange {
  readonly message: Packet
  /** As they were sent and received, for a packet view. */
  readonly query: Buffer
  readonly response: Buffer
  readonly transport: 'udp' | 'tcp'
}

/** The server gave no usable response in time; the message names the server and the reason. */
export class NoDnsResponse extends Error {
  override name = 'NoDnsResponse'
}

/** @throws NoDnsResponse after `timeoutMs` milliseconds, or earlier when the server's port is closed */
export async function exchangeDns(
  server: DnsServerAddress,
  name: string,
  type: QueryType,
  timeoutMs: number,
): Promise<DnsExchange> {
  const question = { id: randomInt(0x10000), name, type }
  const query = encodeQuery(question)
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const datagram = await overUdp(server, question, query, signal)
    if (!datagram.message.header.tc) return { ...datagram, query, transport: 'udp' }
    return { ...(await overTcp(server, question, query, signal)), query, transport: 'tcp' }
  } catch (error) {
    const why = signal.aborted ? `no response within ${timeoutMs} ms` : (error as Error).message
    throw new NoDnsResponse(`${server.address}:${server.port}: ${why}`, { cause: error })
  }
}

interface AskedQuestion {
  readonly id: number
  readonly name: string
  readonly type: QueryType
}

/** Without EDNS, no response over UDP is longer (RFC 1035 §2.3.4). */
const MAX_DATAGRAM = 512

type DnsReceived = Pick<DnsExchange, 'message' | 'response'>

function encodeQuery({ id, name, type }: AskedQuestion): Buffer {
  const packet = new Packet()
  packet.header.id = id
  // A stub resolver asks for recursion (RFC 1034 §5.3.1). The lab's servers are authoritative only and do not offer it.
  packet.header.rd = 1
  packet.questions.push({ name, type: Packet.TYPE[type], class: Packet.CLASS.IN } as Packet['questions'][number])
  return packet.toBuffer()
}

/** The first datagram that answers the query; others are ignored. */
async function overUdp(
  server: DnsServerAddress,
  question: AskedQuestion,
  query: Buffer,
  signal: AbortSignal,
): Promise<DnsReceived> {
  const socket = createSocket(server.address.includes(':') ? 'udp6' : 'udp4')
  const closed = once(socket, 'close')
  const received = new Promise<DnsReceived>((resolve, reject) => {
    socket.on('error', reject)
    signal.addEventListener('abort', () => reject(signal.reason))
    socket.on('message', response => {
      const message = response.length > MAX_DATAGRAM ? undefined : decodeResponse(question, response)
      if (message) resolve({ message, response })
    })
    // Without a callback: a failed connect() is then an 'error' event.
    socket.once('connect', () => socket.send(query))
    socket.connect(server.port, server.address)
  })
  try {
    return await received
  } finally {
    socket.close()
    await closed
  }
}

/** RFC 1035 §4.2.2: the message follows its length in two octets. */
async function overTcp(
  server: DnsServerAddress,
  question: AskedQuestion,
  query: Buffer,
  signal: AbortSignal,
): Promise<DnsReceived> {
  const socket = connect({ host: server.address, port: server.port, signal })
  try {
    const length = Buffer.alloc(2)
    length.writeUInt16BE(query.length)
    socket.write(Buffer.concat([length, query]))
    let octets = Buffer.alloc(0)
    for await (const piece of socket) {
      octets = Buffer.concat([octets, piece])
      if (octets.length < 2 || octets.length < 2 + octets.readUInt16BE(0)) continue
      const response = octets.subarray(2, 2 + octets.readUInt16BE(0))
      const message = decodeResponse(question, response)
      if (message) return { message, response }
      throw new Error('the response over TCP does not answer the query')
    }
    throw new Error('the connection was closed before the response was complete')
  } finally {
    socket.destroy()
  }
}

/** Undefined for what is not the response to this question: another ID, another name or type, a query, or not decodable. */
function decodeResponse(question: AskedQuestion, response: Buffer): Packet | undefined {
  let message: Packet
  try {
    message = Packet.parse(response)
  } catch {
    return undefined // shorter than a header: not a DNS message
  }
  if (message.header.qr !== 1 || message.header.id !== question.id || message.errors.length > 0) return undefined
  // A server that cannot read the question returns none (FORMERR).
  const [echoed] = message.questions
  if (echoed && !(isSameName(echoed.name, question.name) && echoed.type === Packet.TYPE[question.type]))
    return undefined
  return message
}
