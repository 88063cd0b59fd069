/**
 * A small dig: it writes a question, sends it over UDP, reads the response and prints it. Begin reading here: five minutes.
 *
 *     node dns-server/dig.ts @127.20.0.5 www.meutrabalho.com.br A
 *     node dns-server/dig.ts @127.20.0.5 -p 5300 meutrabalho.com.br MX     where the lab does not use port 53
 *
 * Read beside: wire/message.ts (octets and messages), RFC 1035 §4.1 (the five sections of a message)
 * Shell: opens one UDP socket.
 */
import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { formatRdata } from './rdata/layouts.ts'
import { CLASS, className, OPCODE, RCODE, rcodeName, typeName, typeNumber } from './wire/codes.ts'
import { type DnsMessage, decodeMessage, encodeMessage, UDP_LIMIT } from './wire/message.ts'
import { formatName, parseName } from './wire/name-text.ts'
import type { ResourceRecord } from './wire/record.ts'

const TIMEOUT = 5_000 // milliseconds

/** A query is a header and one question. RD asks for recursion, as dig does; an authoritative server only copies it. */
function questionFor(name: string, type: string): Buffer {
  const number = typeNumber(type)
  if (number === undefined) throw new Error(`${type} is not a type`)
  const header = { id: randomInt(0x10000), opcode: OPCODE.QUERY, rcode: RCODE.NOERROR, rd: true }
  const flags = { qr: false, aa: false, tc: false, ra: false, ad: false, cd: false }
  const sections = { answer: [], authority: [], additional: [], edns: undefined }
  const questions = [{ name: parseName(name), type: number, class: CLASS.IN }]
  return encodeMessage({ ...header, ...flags, questions, ...sections }, UDP_LIMIT)
}

/** One datagram there, one back. A response to this query has its ID and comes from its address and port. */
async function ask(query: Buffer, server: string, port: number): Promise<DnsMessage> {
  const socket = createSocket('udp4')
  try {
    socket.connect(port, server)
    await once(socket, 'connect')
    socket.send(query)
    for (;;) {
      const [octets] = (await once(socket, 'message', { signal: AbortSignal.timeout(TIMEOUT) })) as [Buffer]
      const message = decodeMessage(octets)
      if (message.qr && message.id === query.readUInt16BE(0)) return message
    }
  } finally {
    socket.close()
  }
}

function print(message: DnsMessage): void {
  const flags = (['qr', 'aa', 'tc', 'rd', 'ra'] as const).filter(flag => message[flag])
  console.log(`;; status: ${rcodeName(message.rcode)}, id: ${message.id}, flags: ${flags.join(' ')}`)
  if (message.tc) console.log(';; truncated: the answer is too large for this datagram; ask again over TCP')
  for (const { name, type } of message.questions) console.log(`;${formatName(name)}\tIN\t${typeName(type)}`)
  for (const section of ['answer', 'authority', 'additional'] as const) {
    if (message[section].length > 0) console.log(`\n;; ${section.toUpperCase()} SECTION:`)
    for (const record of message[section]) console.log(lineOf(record))
  }
}

/** A record as a zone file has it: owner, TTL, class, type, rdata. */
function lineOf({ name, ttl, class: klass, type, data }: ResourceRecord): string {
  return [formatName(name), ttl, className(klass), typeName(type), formatRdata(type, data)].join('\t')
}

// For example `| head`, which closes the pipe after its last line.
process.stdout.on('error', () => process.exit())

const { values, positionals } = parseArgs({ options: { port: { type: 'string', short: 'p' } }, allowPositionals: true })
const server = positionals.find(word => word.startsWith('@'))?.slice(1) ?? '127.20.0.5'
const [name = '.', type = 'A'] = positionals.filter(word => !word.startsWith('@'))
try {
  print(await ask(questionFor(name, type), server, Number(values.port ?? 53)))
} catch (error) {
  console.error(`dig: ${(error as Error).message}`)
  process.exitCode = 1
}
