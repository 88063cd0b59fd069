/**
 * What `POST /faults` accepts: the description of a fault that is caused on purpose.
 *
 *     {"kind": "slow", "ms": 800}                                    every request is answered 800 ms late
 *     {"kind": "error", "status": 500, "path": "/perfil", "share": 0.5}
 *     {"kind": "hang", "client": "127.0.0.1", "seconds": 30}
 *     {"kind": "none"}                                               all faults end
 *
 * Read beside: fault.ts (the kinds), faults.ts (the faults in force)
 * Pure: a body in, a fault out, or one sentence that says what is wrong with it.
 */
import { isIP } from 'node:net'
import { AdminError } from './admin.ts'
import type { Members } from './admin-body.ts'
import { FAULT_KINDS, type Fault, type FaultKind } from './fault.ts'

/** Where the two protocols use different words: what a request asks for, and how an error is reported. */
export interface FaultVocabulary {
  readonly target: 'path' | 'name'
  readonly error: 'status' | 'rcode'
  /** The values of `error`, for messages, in Portuguese and in English. */
  readonly codes: readonly [pt: string, en: string]
  isCode(value: unknown): boolean
  readonly defaultCode: number | string
  /** The form in which two targets are compared. */
  normal(target: string): string
}

/** HTTP: a path without its query, and a status from 400 to 599 (RFC 9110 §15.5, §15.6). */
export const HTTP_FAULTS: FaultVocabulary = {
  target: 'path',
  error: 'status',
  codes: ['um número inteiro de 400 a 599', 'a whole number from 400 to 599'],
  isCode: value => typeof value === 'number' && Number.isInteger(value) && value >= 400 && value <= 599,
  defaultCode: 503,
  normal: path => path,
}

const RCODES = ['FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED']

/** DNS: a name, compared without regard to case (RFC 4343 §3), and one of the rcodes of RFC 1035 §4.1.1. */
export const DNS_FAULTS: FaultVocabulary = {
  target: 'name',
  error: 'rcode',
  codes: [`um destes: ${RCODES.join(', ')}`, `one of ${RCODES.join(', ')}`],
  isCode: value => RCODES.some(code => code === value),
  defaultCode: 'SERVFAIL',
  normal: name => name.toLowerCase().replace(/\.$/, ''),
}

const MAX_SECONDS = 86_400
const MAX_SLOW_MS = 60_000
const MAX_RESET_OCTETS = 1_000_000

/** The members that a body of each kind may have, besides `kind`, the target and the code. */
const COMMON = ['share', 'client', 'seconds']
const OWN_MEMBERS: Readonly<Record<FaultKind | 'none', readonly string[]>> = {
  hang: COMMON,
  slow: [...COMMON, 'ms'],
  // The port is closed before anything is read, so a fault of this kind cannot be limited to a path, a client or a share.
  refuse: ['seconds'],
  reset: [...COMMON, 'octets'],
  error: COMMON,
  drop: COMMON,
  crash: COMMON,
  none: [],
}

/**
 * Reads the body of `POST /faults`.
 *
 * @param now milliseconds since 1970, from which `seconds` are counted
 * @returns the fault; `'none'` when all faults have to end
 * @throws AdminError 400 that names the member and what would be right
 */
export function readFault(body: unknown, vocabulary: FaultVocabulary, now: number): Fault | 'none' {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw wrong('body', ['um objeto JSON', 'a JSON object'], body)
  }
  const members = body as Members
  const { target, error, normal } = vocabulary
  const kind = kindOf(members.kind)
  refuseUnknown(members, kind, vocabulary)
  if (kind === 'none') return 'none'
  const seconds = members.seconds === undefined ? undefined : integerOf(members, 'seconds', 1, MAX_SECONDS)
  return {
    kind,
    share: shareOf(members.share),
    ...(members[target] === undefined ? {} : { [target]: normal(textOf(members[target], target)) }),
    ...(members.client === undefined ? {} : { client: addressOf(members.client) }),
    ...(kind === 'slow' ? { ms: integerOf(members, 'ms', 1, MAX_SLOW_MS) } : {}),
    ...(kind === 'reset' ? { octets: integerOf({ octets: 0, ...members }, 'octets', 0, MAX_RESET_OCTETS) } : {}),
    ...(kind === 'error' ? { [error]: codeOf(members[error], vocabulary) } : {}),
    ...(seconds === undefined ? {} : { until: now + seconds * 1000 }),
  }
}

function kindOf(value: unknown): FaultKind | 'none' {
  const kinds = [...FAULT_KINDS, 'none'] as const
  const kind = kinds.find(kind => kind === value)
  if (kind !== undefined) return kind
  throw wrong('kind', [`um destes: ${kinds.join(', ')}`, `one of ${kinds.join(', ')}`], value)
}

function refuseUnknown(members: Members, kind: FaultKind | 'none', { target, error }: FaultVocabulary): void {
  const known = ['kind', ...OWN_MEMBERS[kind]]
  if (known.includes('client')) known.push(target)
  if (kind === 'error') known.push(error)
  const unknown = Object.keys(members).find(name => !known.includes(name))
  if (unknown === undefined) return
  const list = known.join(', ')
  throw new AdminError(400, `${unknown}: uma falha ${kind} só tem ${list} · a fault of kind ${kind} has only ${list}`)
}

function shareOf(value: unknown): number {
  if (value === undefined) return 1
  if (typeof value === 'number' && value > 0 && value <= 1) return value
  throw wrong('share', ['um número maior que 0, até 1', 'a number above 0 and at most 1'], value)
}

function integerOf(members: Members, name: string, min: number, max: number): number {
  const value = members[name]
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
  throw wrong(name, [`um número inteiro de ${min} a ${max}`, `a whole number from ${min} to ${max}`], value)
}

function textOf(value: unknown, name: string): string {
  if (typeof value === 'string' && /^[^*]*\*?[^*]*$/.test(value) && value.length >= 1 && value.length <= 255)
    return value
  throw wrong(
    name,
    ['um texto de 1 a 255 caracteres com no máximo um *', 'a text of 1 to 255 characters with at most one *'],
    value,
  )
}

function addressOf(value: unknown): string {
  if (typeof value === 'string' && isIP(value) !== 0) return value
  throw wrong('client', ['um endereço IP', 'an IP address'], value)
}

function codeOf(value: unknown, { error, codes, isCode, defaultCode }: FaultVocabulary): unknown {
  if (value === undefined) return defaultCode
  if (isCode(value)) return value
  throw wrong(error, codes, value)
}

function wrong(name: string, [pt, en]: readonly [string, string], value: unknown): AdminError {
  const given = value === undefined ? '' : `, not ${JSON.stringify(value)}`
  return new AdminError(400, `${name}: é preciso ${pt} · ${en} is needed${given}`)
}
