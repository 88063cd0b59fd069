/**
 * The values of a DNS message as two independent decoders read them: dns2, and the lab's own code. Both in the same words, so that they
 * can be compared.
 *
 * Read beside: dns-fields.ts (the paths), dns-server/wire/message.ts, RFC 1035 §4.1
 * Pure: octets in, values out.
 */
import { Packet } from 'dns2'
import { formatRdata } from '../../dns-server/rdata/layouts.ts'
import { rcodeName, typeName } from '../../dns-server/wire/codes.ts'
import { decodeMessage } from '../../dns-server/wire/message.ts'
import { formatName } from '../../dns-server/wire/name-text.ts'
import type { DnsValues } from './dns-fields.ts'

const COUNTS = ['qdcount', 'ancount', 'nscount', 'arcount'] as const
const FLAGS = ['qr', 'aa', 'tc', 'rd', 'ra'] as const

/** @throws Error for what dns2 does not accept */
export function valuesOfDns2(octets: Buffer): DnsValues {
  const { header, questions, answers, authorities, additionals } = Packet.parse(octets)
  const values = new Map<string, string>()
  headerValues(values, header, name => header[name] === 1)
  for (const [index, { name, type = 0, class: klass = 0 }] of questions.entries()) {
    nameAndType(values, `question.${index}`, withDot(name), type, klass)
  }
  const sections = { answer: answers, authority: authorities, additional: additionals }
  for (const [section, records] of Object.entries(sections)) {
    for (const [index, record] of records.entries()) {
      if (record.type === OPT) continue
      const path = `${section}.${index}`
      nameAndType(values, path, withDot(record.name), record.type, record.class ?? 0)
      values.set(`${path}.ttl`, `${record.ttl} s`)
      const text = textOf(record)
      if (text !== undefined) values.set(`${path}.rdata`, text)
    }
  }
  return values
}

/** @throws FormatError for what is not a DNS message */
export function ownValues(octets: Buffer): DnsValues {
  const message = decodeMessage(octets)
  const values = new Map<string, string>()
  const { questions, answer, authority, additional, edns } = message
  const counts = {
    qdcount: questions.length,
    ancount: answer.length,
    nscount: authority.length,
    arcount: additional.length + (edns === undefined ? 0 : 1),
  }
  headerValues(values, { ...message, ...counts }, name => message[name])
  for (const [index, { name, type, class: klass }] of questions.entries()) {
    nameAndType(values, `question.${index}`, formatName(name), type, klass)
  }
  for (const section of ['answer', 'authority', 'additional'] as const) {
    for (const [index, { name, ttl, type, class: klass, data }] of message[section].entries()) {
      const path = `${section}.${index}`
      nameAndType(values, path, formatName(name), type, klass)
      values.set(`${path}.ttl`, `${ttl} s`)
      if (COMPARED.has(typeName(type))) values.set(`${path}.rdata`, formatRdata(type, data))
    }
  }
  return values
}

/** The pseudo-record of EDNS has no owner, class and TTL of its own (RFC 6891 §6.1.2). */
const OPT = 41
/** The types whose rdata both decoders give as one text. */
const COMPARED: ReadonlySet<string> = new Set(['A', 'AAAA', 'CNAME', 'NS', 'PTR'])

function headerValues(
  values: Map<string, string>,
  header: Readonly<Record<'id' | 'rcode' | (typeof COUNTS)[number], number>>,
  isSet: (flag: (typeof FLAGS)[number]) => boolean,
): void {
  values.set('id', String(header.id))
  values.set('flags', `${FLAGS.filter(isSet).join(' ') || '–'} · ${rcodeName(header.rcode)}`)
  for (const name of COUNTS) values.set(name, String(header[name]))
}

function nameAndType(values: Map<string, string>, path: string, name: string, type: number, klass: number): void {
  values.set(`${path}.name`, name)
  values.set(`${path}.type`, typeName(type))
  values.set(`${path}.class`, klass === 1 ? 'IN' : String(klass))
}

function textOf({
  type,
  address,
  domain,
  ns,
}: { type: number } & Partial<Record<'address' | 'domain' | 'ns', string>>) {
  if (!COMPARED.has(typeName(type))) return undefined
  const name = domain ?? ns
  return address ?? (name === undefined ? undefined : withDot(name))
}

function withDot(name: string): string {
  return name.endsWith('.') ? name : `${name}.`
}
