/**
 * Which server is this? NSID in EDNS, and the questions of class CH.
 *
 *     dig @127.20.0.5 +nsid www.meutrabalho.com.br
 *     dig @127.20.0.5 CH TXT version.bind        dig @127.20.0.5 CH TXT id.server
 *
 * Read beside: RFC 5001 §2 (NSID); RFC 4892 §2 and §3 (id.server; hostname.bind and version.bind are BIND's names)
 * Pure: a question in, an answer out.
 */
import { type Answer, refusal } from '../answer/answer.ts'
import { type DnsReply, withOption } from '../answer/decider.ts'
import { CLASS, RCODE, TYPE } from '../wire/codes.ts'
import { OPTION } from '../wire/edns.ts'
import { lowerCase } from '../wire/name.ts'
import type { Question } from '../wire/question.ts'

/** What a server says about itself. */
export interface ServerIdentity {
  /** `ns1`: the answer to NSID and `id.server`. */
  readonly name: string
  /** The answer to `version.bind`. */
  readonly version: string
}

/** "A name server MUST NOT send an NSID option back to a resolver which did not request it" (RFC 5001 §2.2). */
export function answerWithNsid({ name }: ServerIdentity, next: () => DnsReply): DnsReply {
  return withOption(next(), { code: OPTION.NSID, data: Buffer.from(name, 'latin1') })
}

/** Other names than these four are REFUSED: this server has no CH zone. */
export function chaos({ name, type }: Question, identity: ServerIdentity): Answer {
  const text = textOf(name.map(lowerCase).join('.'), identity)
  if (text === undefined) return refusal(RCODE.REFUSED)
  const nodata = { ...refusal(RCODE.NOERROR), aa: true }
  if (type !== TYPE.TXT && type !== TYPE.ANY) return nodata
  const rrset = { name, type: TYPE.TXT, class: CLASS.CH, ttl: 0, data: [{ strings: [text] }] }
  return { ...nodata, answer: [rrset] }
}

function textOf(name: string, { name: server, version }: ServerIdentity): string | undefined {
  if (name === 'id.server' || name === 'hostname.bind') return server
  if (name === 'version.bind' || name === 'version.server') return version
  return undefined
}
