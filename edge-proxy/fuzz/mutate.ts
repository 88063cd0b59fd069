/**
 * Requests that are nearly right: real ones, with a few octets changed by a seeded hand that knows where it hurts.
 *
 * Read beside: parser.test.ts, smuggling.test.ts; Kettle, "HTTP Desync Attacks" (where most of the fragments come from)
 * Pure: a seed in, octets out; the same seed gives the same octets.
 */

/** Numbers that look random and are not: mulberry32. */
export class Seeded {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  /** A whole number from 0 to `below` − 1. */
  next(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }

  pick<T>(values: readonly T[]): T {
    return values[this.next(values.length)] as T
  }
}

/** A request inside a body: if any program takes it for one of its own, it has been smuggled. */
const INNER = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n'

const REQUESTS: readonly string[] = [
  'GET /a HTTP/1.1\r\nHost: a\r\nUser-Agent: x\r\nCookie: sid=1; b=2\r\n\r\n',
  `POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: ${INNER.length}\r\n\r\n${INNER}`,
  `POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${INNER.length.toString(16)}\r\n${INNER}\r\n0\r\n\r\n`,
  `POST /d HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n3;x=y\r\nabc\r\n0\r\nX-T: 1\r\n\r\n`,
  'PUT http://b/e?f HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello',
  'OPTIONS * HTTP/1.1\r\nHost: a\r\nMax-Forwards: 3\r\n\r\n',
  `DELETE /g HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\nContent-Length: 3\r\n\r\nabc`,
  'GET /h HTTP/1.0\r\nConnection: keep-alive\r\n\r\n',
]

/** What programs are known to read differently. */
const FRAGMENTS: readonly string[] = [
  '\r',
  '\n',
  '\r\n',
  '\r\n\r\n',
  '\n\n',
  ' ',
  '\t',
  '\0',
  '\x0b',
  '\x0c',
  '\x7f',
  '\x85',
  '\xa0',
  '\xff',
  ':',
  ';',
  ',',
  '0',
  '-',
  '+',
  'Content-Length: 0\r\n',
  'Content-Length: 5\r\n',
  'Content-Length: 0, 5\r\n',
  'Content_Length: 5\r\n',
  'content-length : 5\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding: identity\r\n',
  'Transfer-Encoding : chunked\r\n',
  'Transfer-Encoding:\x0bchunked\r\n',
  'Transfer-Encoding: xchunked\r\n',
  'Transfer-Encoding: chunked, identity\r\n',
  'Transfer_Encoding: chunked\r\n',
  'X: y\rTransfer-Encoding: chunked\r\n',
  'X: y\nTransfer-Encoding: chunked\r\n',
  ' Transfer-Encoding: chunked\r\n',
  'Connection: Content-Length\r\n',
  'Connection: Transfer-Encoding, Host\r\n',
  'Host: b\r\n',
  'Upgrade: h2c\r\n',
  'Expect: 100-continue\r\n',
  'HTTP/1.1',
  'HTTP/1.0',
  'HTTP/0.9',
  '0\r\n\r\n',
  '0x',
  'ffffffffffffffff\r\n',
  INNER,
]

/** One request, or two in a row, with up to four changes. */
export function mutated(random: Seeded): string {
  let text = random.pick(REQUESTS)
  if (random.next(4) === 0) text += random.pick(REQUESTS)
  for (let changes = random.next(5); changes > 0; changes--) {
    // Three of four changes go into the first head: that is where framing is decided.
    const end = random.next(4) === 0 ? text.length : text.indexOf('\r\n\r\n') + 4
    const at = random.next(Math.max(1, end))
    const lineAt = text.indexOf('\r\n', at) + 2
    switch (random.next(6)) {
      case 0:
        text = text.slice(0, at) + random.pick(FRAGMENTS) + text.slice(at)
        break
      case 1:
        text = text.slice(0, lineAt) + random.pick(FRAGMENTS) + text.slice(lineAt)
        break
      case 2:
        text = text.slice(0, at) + text.slice(at + 1 + random.next(4))
        break
      case 3:
        text = text.slice(0, at) + String.fromCharCode(random.next(256)) + text.slice(at + 1)
        break
      case 4:
        text = text.slice(0, at) + text.slice(at, at + random.next(30)) + text.slice(at)
        break
      case 5: {
        const letter = text[at] ?? ''
        text =
          text.slice(0, at) +
          (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()) +
          text.slice(at + 1)
        break
      }
    }
  }
  return text
}
