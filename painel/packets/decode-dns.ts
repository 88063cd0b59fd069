/**
 * A DNS message in words, decoded twice: by the dns2 library, which is shown, and by the lab's own code, which encoded it. The painel says
 * where the two disagree.
 *
 * Read beside: dns-server/wire/message.ts, RFC 1035 §4.1
 * Pure: octets in, lines out.
 */
import { Packet } from 'dns2'
import { formatRdata } from '../../dns-server/rdata/layouts.ts'
import { rcodeName, typeName } from '../../dns-server/wire/codes.ts'
import { decodeMessage } from '../../dns-server/wire/message.ts'
import { formatName } from '../../dns-server/wire/name-text.ts'

export interface DecodedDns {
  /** What dns2 reads, one line for the header, the question and each record of the answer. */
  readonly lines: readonly string[]
  /** Lines of the lab's own decoder that dns2 does not confirm; empty when both agree. */
  readonly disagreements: readonly string[]
}

/** @param hex a whole message, as hexadecimal digits */
export function decodeDns(hex: string): DecodedDns {
  const octets = Buffer.from(hex, 'hex')
  const lines = attempt(() => linesOfDns2(octets))
  const own = attempt(() => ownLines(octets))
  const disagreements = own.filter(line => !lines.includes(line))
  if (own.length !== lines.length) disagreements.push(`${own.length} lines, dns2 has ${lines.length}`)
  return { lines, disagreements }
}

function attempt(read: () => string[]): string[] {
  try {
    return read()
  } catch (error) {
    return [`not a DNS message: ${(error as Error).message}`]
  }
}

function linesOfDns2(octets: Buffer): string[] {
  const { header, questions, answers } = Packet.parse(octets)
  const flags = [header.qr && 'qr', header.aa && 'aa', header.tc && 'tc', header.rd && 'rd', header.ra && 'ra']
  return [
    headerLine(header.id, flags, header.rcode),
    ...questions.map(({ name, type = 0 }) => questionLine(name, type)),
    ...answers.map(record => recordLine(record.name, record.ttl, record.type, textOf(record))),
  ]
}

/** The fields in which dns2 keeps the rdata of the types that the lab serves most; others are shown by their name alone. */
function textOf({ address, domain, ns }: { address?: string; domain?: string; ns?: string }): string {
  return address ?? withDot(domain ?? ns) ?? '…'
}

function withDot(name: string | undefined): string | undefined {
  return name === undefined ? undefined : `${name}.`
}

function ownLines(octets: Buffer): string[] {
  const message = decodeMessage(octets)
  const flags = (['qr', 'aa', 'tc', 'rd', 'ra'] as const).map(flag => message[flag] && flag)
  return [
    headerLine(message.id, flags, message.rcode),
    ...message.questions.map(({ name, type }) => questionLine(withoutDot(formatName(name)), type)),
    ...message.answer.map(({ name, ttl, type, data }) =>
      recordLine(withoutDot(formatName(name)), ttl, type, SIMPLE.has(typeName(type)) ? formatRdata(type, data) : '…'),
    ),
  ]
}

const SIMPLE: ReadonlySet<string> = new Set(['A', 'AAAA', 'CNAME', 'NS', 'PTR'])

function withoutDot(name: string): string {
  return name.replace(/\.$/, '')
}

function headerLine(id: number, flags: readonly (string | number | false | undefined)[], rcode: number): string {
  const set = flags.filter(flag => typeof flag === 'string')
  return `ID ${id} · ${set.join(' ') || '–'} · ${rcodeName(rcode)}`
}

function questionLine(name: string, type: number): string {
  return `? ${name} ${typeName(type)}`
}

function recordLine(name: string, ttl: number, type: number, text: string): string {
  return `= ${name} ${ttl} ${typeName(type)} ${text}`
}
