/**
 * The numbers of DNS and their names: types, classes, opcodes, rcodes.
 *
 * Read beside: IANA "Domain Name System (DNS) Parameters"; RFC 1035 §3.2 and §4.1.1, RFC 6895, RFC 3597 §5 (`TYPE65280`)
 * Pure: numbers and names.
 */
import { TYPE_NUMBERS } from './type-numbers.ts'

/** Types by name: `TYPE.MX` is 15. */
export const TYPE = TYPE_NUMBERS

/** IN is the Internet; CH is used for `version.bind` and `id.server` only (RFC 4892); NONE and ANY occur in queries only. */
export const CLASS = { IN: 1, CH: 3, HS: 4, NONE: 254, ANY: 255 } as const

export const OPCODE = { QUERY: 0, STATUS: 2, NOTIFY: 4, UPDATE: 5 } as const

/** Codes above 15 need EDNS (RFC 6891 §6.1.3). */
export const RCODE = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  NOTAUTH: 9,
  BADVERS: 16,
  BADCOOKIE: 23,
} as const

/** Extended DNS errors: the reason for an rcode (RFC 8914 §4; only those that this server sends). */
export const EDE = { OTHER: 0, NOT_READY: 14, PROHIBITED: 18, NOT_AUTHORITATIVE: 20, NOT_SUPPORTED: 21 } as const

const TYPE_NAMES = namesOf(TYPE)
const CLASS_NAMES = namesOf(CLASS)
const RCODE_NAMES = namesOf(RCODE)

/** `MX` for 15, `TYPE65280` for a number without a name (RFC 3597 §5). */
export function typeName(type: number): string {
  return TYPE_NAMES.get(type) ?? `TYPE${type}`
}

/** 15 for `MX` or `mx`, 65280 for `TYPE65280`; undefined for a word that is not a type. */
export function typeNumber(word: string): number | undefined {
  return numberOf(TYPE, 'TYPE', word)
}

/** `IN` for 1, `CLASS32` for a number without a name. */
export function className(klass: number): string {
  return CLASS_NAMES.get(klass) ?? `CLASS${klass}`
}

/** 1 for `IN`; undefined for a word that is not a class. */
export function classNumber(word: string): number | undefined {
  return numberOf(CLASS, 'CLASS', word)
}

/** `NXDOMAIN` for 3; `RCODE24` for a number without a name. */
export function rcodeName(rcode: number): string {
  return RCODE_NAMES.get(rcode) ?? `RCODE${rcode}`
}

/** Types 128…255 and OPT are never data: a zone cannot hold them (RFC 6895 §3.1). */
export function isMetaType(type: number): boolean {
  return type === 0 || type === TYPE.OPT || (type >= 128 && type <= 255)
}

/** An alias has no other data, except the records of DNSSEC and secure update about the name itself (RFC 4035 §2.5). */
export function mayStandBesideCname(type: number): boolean {
  return type === TYPE.CNAME || type === TYPE.RRSIG || type === TYPE.NSEC || type === TYPE.KEY
}

function namesOf(table: Readonly<Record<string, number>>): Map<number, string> {
  return new Map(Object.entries(table).map(([name, number]) => [number, name]))
}

function numberOf(table: Readonly<Record<string, number>>, prefix: string, word: string): number | undefined {
  const upper = word.toUpperCase()
  if (Object.hasOwn(table, upper)) return table[upper]
  const digits = upper.startsWith(prefix) ? upper.slice(prefix.length) : ''
  return /^\d{1,5}$/.test(digits) && Number(digits) <= 0xffff ? Number(digits) : undefined
}
