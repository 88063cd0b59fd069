/**
 * The EDNS options of an answer: who answered (NSID), a cookie, and an explanation (EDE).
 *
 * Read beside: RFC 5001 §2 (NSID), RFC 7873 §5.2 and §5.4 (cookies), RFC 8914 §2 to §4 (EDE)
 * Pure: a query's options in, an answer's options out.
 */
import type { Explanation } from '../answer/answer.ts'
import { RCODE } from '../wire/codes.ts'
import { type Edns, type EdnsOption, OPTION } from '../wire/edns.ts'
import { type CookieCheck, checkCookie } from './cookies.ts'

/** What a server says about itself, and what it keeps for cookies. */
export interface Identity {
  /** `ns1`: what NSID and `id.server` tell. */
  readonly name: string
  /** `version.bind`. */
  readonly version: string
  /** 16 octets that nobody knows. */
  readonly cookieSecret: Buffer
  /** Seconds since 1970. */
  readonly now: () => number
}

/** The client's cookie, checked; undefined when there is none. Of several, the first counts (RFC 7873 §5.2). */
export function cookieOf(edns: Edns | undefined, address: string, identity: Identity): CookieCheck | undefined {
  const option = edns?.options.find(({ code }) => code === OPTION.COOKIE)
  return option && checkCookie(option.data, address, identity.cookieSecret, identity.now())
}

/**
 * The rcode for a query with a cookie and no question: "a means is provided for obtaining a Server Cookie" (RFC 7873 §5.4).
 *
 * @returns undefined when there is no cookie that could be answered: then it is a query without a question, and nothing else
 */
export function cookieQueryRcode(cookie: CookieCheck | undefined): number | undefined {
  if (cookie === undefined || cookie.kind === 'malformed') return undefined
  return cookie.kind === 'unknown' ? RCODE.BADCOOKIE : RCODE.NOERROR
}

export function answerOptions(
  edns: Edns,
  cookie: CookieCheck | undefined,
  explanation: Explanation | undefined,
  identity: Identity,
): EdnsOption[] {
  const options: EdnsOption[] = []
  // "A name server MUST NOT send an NSID option back to a resolver which did not request it" (RFC 5001 §2.2).
  if (edns.options.some(({ code }) => code === OPTION.NSID)) {
    options.push({ code: OPTION.NSID, data: Buffer.from(identity.name, 'latin1') })
  }
  if (cookie && cookie.kind !== 'malformed') options.push({ code: OPTION.COOKIE, data: cookie.reply })
  if (explanation) options.push({ code: OPTION.EDE, data: encodeExplanation(explanation) })
  return options
}

/** INFO-CODE in two octets, then text (RFC 8914 §2). */
function encodeExplanation({ code, text }: Explanation): Buffer {
  const data = Buffer.alloc(2)
  data.writeUInt16BE(code)
  return Buffer.concat([data, Buffer.from(text, 'utf8')])
}
