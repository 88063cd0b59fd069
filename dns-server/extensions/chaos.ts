/**
 * Class CH: the questions that people ask a server about itself.
 *
 *     dig @127.20.0.5 CH TXT version.bind        dig @127.20.0.5 CH TXT id.server
 *
 * Read beside: RFC 4892 §2 and §3 (id.server; hostname.bind and version.bind are BIND's names)
 * Pure: a question in, an answer out.
 */
import type { Answer } from '../answer/answer.ts'
import { CLASS, RCODE, TYPE } from '../wire/codes.ts'
import { lowerCase } from '../wire/name.ts'
import type { Question } from '../wire/question.ts'
import type { Identity } from './options.ts'

const NOTHING = { answer: [], authority: [], additional: [], glueRequired: false } as const

/** Other names are REFUSED: there is no CH zone here. */
export function chaos({ name, type }: Question, identity: Identity): Answer {
  const text = textOf(name.map(lowerCase).join('.'), identity)
  if (text === undefined) return { ...NOTHING, rcode: RCODE.REFUSED, aa: false }
  if (type !== TYPE.TXT && type !== TYPE.ANY) return { ...NOTHING, rcode: RCODE.NOERROR, aa: true }
  const rrset = { name, type: TYPE.TXT, class: CLASS.CH, ttl: 0, data: [{ strings: [text] }] }
  return { ...NOTHING, rcode: RCODE.NOERROR, aa: true, answer: [rrset] }
}

function textOf(name: string, { name: server, version }: Identity): string | undefined {
  if (name === 'id.server' || name === 'hostname.bind') return server
  if (name === 'version.bind' || name === 'version.server') return version
  return undefined
}
