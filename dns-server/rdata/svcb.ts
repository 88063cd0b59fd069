/**
 * The parameters of SVCB and HTTPS: `alpn=h2,h3 port=8443 ipv4hint=192.0.2.1 key65333=text`.
 *
 * Read beside: RFC 9460 §2.1 (text), §2.2 (wire), §7 (the keys), §8 (mandatory), RFC 9461 §5 (dohpath), RFC 9540 §4 (ohttp), Appendix A (escapes inside lists)
 * Pure: octets and text in, parameters out, and back.
 */
import { TextError } from '../wire/name-text.ts'
import { FormatError, Reader } from '../wire/reader.ts'
import { Writer } from '../wire/writer.ts'
import { ipv4, ipv6 } from './address.ts'
import type { RdataField, Words } from './field.ts'
import { octetsOf, quoteString } from './strings.ts'

/** Values as octets, by key number, in ascending order, as on the wire (§2.2). */
export type SvcParams = ReadonlyMap<number, Buffer>

const KEYS = ['mandatory', 'alpn', 'no-default-alpn', 'port', 'ipv4hint', 'ech', 'ipv6hint', 'dohpath', 'ohttp']
const [MANDATORY, ALPN, NO_DEFAULT_ALPN, PORT, IPV4HINT, ECH, IPV6HINT, DOHPATH, OHTTP] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8,
] as const
/** Keys without a value. */
const FLAGS: readonly number[] = [NO_DEFAULT_ALPN, OHTTP]
/** Keys whose value is a list. */
const LISTS: readonly number[] = [MANDATORY, ALPN, IPV4HINT, IPV6HINT]

export const svcParams: RdataField<SvcParams> = {
  decode: (reader, end) => {
    const params = new Map<number, Buffer>()
    let last = -1
    while (reader.offset < end) {
      const key = reader.u16()
      // "in strictly increasing numeric order" (§2.2)
      if (key <= last) throw new FormatError('SvcParamKeys must be in strictly increasing order (RFC 9460 §2.2)')
      const value = reader.bytes(reader.u16())
      if (!isWellFormed(key, value)) throw new FormatError(`the value of ${keyName(key)} is malformed (RFC 9460 §7)`)
      params.set(key, value)
      last = key
    }
    return params
  },
  encode: (params, writer) => {
    for (const [key, value] of params) {
      writer.u16(key)
      writer.lengthPrefixed(() => writer.bytes(value))
    }
  },
  parse: words => {
    const params = new Map<number, Buffer>()
    while (!words.done) {
      const { key, value } = parseParam(words)
      if (params.has(key)) throw new TextError(`the parameter ${keyName(key)} occurs twice`)
      params.set(key, value)
    }
    checkMandatory(params)
    // RFC 9460 §7.1.1
    if (params.has(NO_DEFAULT_ALPN) && !params.has(ALPN)) fail('no-default-alpn needs alpn beside it')
    return new Map([...params].sort(([a], [b]) => a - b))
  },
  format: params => [...params].map(([key, value]) => formatParam(key, value)).join(' '),
}

function parseParam(words: Words): { key: number; value: Buffer } {
  const { text } = words.next('parameter')
  const [, word = '', assigned] = /^([a-z0-9-]+)(=.*)?$/is.exec(text) ?? []
  const key = keyNumber(word)
  if (key === undefined)
    throw new TextError(`${JSON.stringify(text)} is not a service parameter; write it as in alpn=h2`)
  // `key="a b"` is two words here, because the scanner ends a word at a quote.
  const quoted = assigned === '=' && !words.done ? words.next('value') : undefined
  if (quoted && !quoted.quoted) throw new TextError(`${word} needs a value`)
  const value = quoted ? octetsOf(quoted) : octetsOf({ text: (assigned ?? '=').slice(1), quoted: false })
  return { key, value: encodeValue(key, value) }
}

/** Whether received octets have the format that §7 and §8 require of that key. Other keys have no required format. */
function isWellFormed(key: number, value: Buffer): boolean {
  const { length } = value
  if (key === MANDATORY) return length > 0 && length % 2 === 0
  if (key === ALPN) return length > 0 && areIdentifiers(value)
  if (FLAGS.includes(key)) return length === 0
  if (key === DOHPATH) return isDohPath(value.toString('latin1'))
  if (key === PORT) return length === 2
  if (key === IPV4HINT) return length > 0 && length % 4 === 0
  if (key === IPV6HINT) return length > 0 && length % 16 === 0
  return true
}

/** A list of identifiers, each with its length before it, none empty, and no octet after the last (§7.1.1). */
function areIdentifiers(value: Buffer): boolean {
  let at = 0
  while (at < value.length && value[at] !== 0) at += 1 + (value[at] as number)
  return at === value.length
}

/** A relative URI template that has the variable `dns` (RFC 9461 §5). */
function isDohPath(value: string): boolean {
  return value.startsWith('/') && /\{[?&]?(?:[^}]*,)?dns(?:,[^}]*)?\}/.test(value)
}

function encodeValue(key: number, value: string): Buffer {
  const writer = new Writer()
  const items = LISTS.includes(key) ? splitList(value) : []
  const what = keyName(key)
  const empty = value === ''
  if (empty !== FLAGS.includes(key) && key < KEYS.length) {
    throw new TextError(empty ? `${what} needs a value` : `${what} must have no value`)
  }
  const one = (text: string): Words => ({ origin: [], done: false, next: () => ({ text, quoted: false }) })
  if (key === MANDATORY) {
    const keys = items.map(item => keyNumber(item) ?? fail(`mandatory: ${JSON.stringify(item)} is not a key`))
    for (const listed of keys.sort((a, b) => a - b)) writer.u16(listed)
  } else if (key === ALPN) {
    for (const item of items) {
      if (item === '' || item.length > 255) fail('alpn: an identifier must have 1 to 255 octets')
      writer.u8(item.length)
      writer.latin1(item)
    }
  } else if (key === PORT) {
    if (!/^\d{1,5}$/.test(value) || Number(value) > 0xffff) fail(`port: ${JSON.stringify(value)} is not a port`)
    writer.u16(Number(value))
  } else if (key === IPV4HINT) {
    for (const item of items) ipv4.encode(ipv4.parse(one(item), what), writer)
  } else if (key === IPV6HINT) {
    for (const item of items) ipv6.encode(ipv6.parse(one(item), what), writer)
  } else if (key === ECH) {
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(value)) fail('ech: the value must be base64')
    writer.bytes(Buffer.from(value, 'base64'))
  } else {
    if (key === DOHPATH && !isDohPath(value))
      fail('dohpath: write a path with the variable dns, as in /dns-query{?dns}')
    writer.latin1(value)
  }
  if (writer.length > 0xffff) fail(`${what}: a value of ${writer.length} octets; the limit is 65535`)
  return Buffer.from(writer.finish())
}

function formatParam(key: number, value: Buffer): string {
  const name = keyName(key)
  const reader = new Reader(value)
  const list = (read: () => string): string => {
    const items: string[] = []
    while (reader.remaining > 0) items.push(read())
    return items.join(',')
  }
  if (key === MANDATORY) return `${name}=${list(() => keyName(reader.u16()))}`
  if (key === ALPN) {
    const items = list(() => reader.bytes(reader.u8()).toString('latin1').replace(/[\\,]/g, '\\$&'))
    return `${name}=${/^[!-~]*$/.test(items) && !/["\\;()]/.test(items) ? items : quoteString(items)}`
  }
  if (FLAGS.includes(key)) return name
  if (key === PORT && value.length === 2) return `${name}=${reader.u16()}`
  if (key === IPV4HINT) return `${name}=${list(() => ipv4.decode(reader, 0))}`
  if (key === ECH) return `${name}=${value.toString('base64')}`
  if (key === IPV6HINT) return `${name}=${list(() => ipv6.decode(reader, 0))}`
  return value.length === 0 ? name : `${name}=${quoteString(value.toString('latin1'))}`
}

/** A record is malformed when a key listed as mandatory is missing, is listed twice, or is `mandatory` itself (§8). */
function checkMandatory(params: SvcParams): void {
  const value = params.get(MANDATORY)
  if (!value) return
  const reader = new Reader(value)
  let last = 0
  while (reader.remaining > 0) {
    const key = reader.u16()
    if (key === MANDATORY || key === last)
      fail('mandatory: each key may be listed once, and mandatory itself not at all')
    if (!params.has(key)) fail(`mandatory lists ${keyName(key)}, which is missing`)
    last = key
  }
}

/** Comma-separated, with `\,` for a comma inside an item (Appendix A.1). */
function splitList(value: string): string[] {
  const items = ['']
  for (let i = 0; i < value.length; i++) {
    if (value[i] === ',') items.push('')
    else items.push(`${items.pop()}${value[i] === '\\' ? (value[++i] ?? '\\') : value[i]}`)
  }
  return items
}

function keyNumber(word: string): number | undefined {
  const known = KEYS.indexOf(word.toLowerCase())
  if (known >= 0) return known
  // "without leading zeros" (RFC 9460 §2.1)
  const [, digits] = /^key(0|[1-9]\d{0,4})$/i.exec(word) ?? []
  return digits !== undefined && Number(digits) <= 0xffff ? Number(digits) : undefined
}

function keyName(key: number): string {
  return KEYS[key] ?? `key${key}`
}

function fail(message: string): never {
  throw new TextError(message)
}
