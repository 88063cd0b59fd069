/**
 * The limits of the contract: for each, the largest accepted size and the smallest refused one.
 *
 * Read beside: ../../http1/limits.ts, RFC 9112 §3 (request line), RFC 9110 §5.4 (field limits), RFC 6585 §5 (431)
 * Pure: data.
 */
import { type ConformanceCase, forwarded, head, refused } from '../case.ts'

const KIB = 1024
const START = ['GET /a HTTP/1.1', 'Host: a'] as const
/** A request line of that many octets. */
const line = (octets: number) => `GET /${'a'.repeat(octets - 'GET / HTTP/1.1'.length)} HTTP/1.1`
/** A field line of that many octets. */
const field = (octets: number, name = 'X') => `${name}: ${'b'.repeat(octets - name.length - 2)}`
const octetsOf = (lines: readonly string[]) => lines.reduce((sum, text) => sum + text.length + 2, 0)
/** Field lines of that total length, Host and CRLFs included; no line is longer than 6000. */
const fieldsOf = (octets: number) => {
  const lines = ['Host: a', field(6000, 'A'), field(4000, 'B')]
  return [...lines, field(octets - octetsOf(lines) - 2, 'C')]
}
const count = (fields: number) => ['Host: a', ...Array.from({ length: fields - 1 }, (_, index) => `X-${index}: 1`)]
const CHUNKED = head('POST /a HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked')
/** A chunk-size line of that many octets without its CRLF. */
const sizeLine = (octets: number) => `5;${'e'.repeat(octets - 2)}`

const passes = (name: string, ...lines: string[]): ConformanceCase => ({
  name,
  rule: 'contract',
  send: head(...lines),
  want: forwarded(head(...lines)),
})
const isTooMuch = (name: string, status: number, ...lines: string[]): ConformanceCase => ({
  name,
  rule: 'contract',
  send: head(...lines),
  want: refused(status),
})

export const limits: readonly ConformanceCase[] = [
  passes('a request line of 8 KiB', line(8 * KIB), 'Host: a'),
  isTooMuch('a request line of 8 KiB and one octet', 414, line(8 * KIB + 1), 'Host: a'),
  {
    name: 'a request line that does not end',
    rule: 'contract',
    send: `GET /${'a'.repeat(10_000)}`,
    want: refused(414),
  },
  passes('a field line of 8 KiB', ...START, field(8 * KIB)),
  isTooMuch('a field line of 8 KiB and one octet', 431, ...START, field(8 * KIB + 1)),
  passes('fields of 16 KiB together', 'GET /a HTTP/1.1', ...fieldsOf(16 * KIB)),
  isTooMuch('fields of 16 KiB and one octet', 431, 'GET /a HTTP/1.1', ...fieldsOf(16 * KIB + 1)),
  {
    name: 'fields that do not end',
    rule: 'contract',
    send: `GET /a HTTP/1.1\r\nHost: a\r\n${'X: 1\r\n'.repeat(4000)}`,
    want: refused(431),
  },
  passes('100 fields', 'GET /a HTTP/1.1', ...count(100)),
  isTooMuch('101 fields', 431, 'GET /a HTTP/1.1', ...count(101)),
  {
    name: 'a chunk-size line of 256 octets',
    rule: 'contract',
    send: `${CHUNKED}${sizeLine(256)}\r\nhello\r\n0\r\n\r\n`,
    want: forwarded(`${CHUNKED}5\r\nhello\r\n0\r\n\r\n`),
  },
  {
    name: 'a chunk-size line of 257 octets',
    rule: 'contract',
    send: `${CHUNKED}${sizeLine(257)}\r\nhello\r\n0\r\n\r\n`,
    want: refused(400),
  },
  {
    name: 'a chunk-size line that does not end',
    rule: 'contract',
    send: `${CHUNKED}5;${'e'.repeat(1000)}`,
    want: refused(400),
  },
  {
    name: 'chunk extensions of 32 KiB together',
    rule: 'RFC 9112 §7.1.1',
    send: `${CHUNKED}${`1;${'e'.repeat(254)}\r\nx\r\n`.repeat(128)}0\r\n\r\n`,
    want: refused(400),
  },
  {
    name: 'trailers of more than 16 KiB',
    rule: 'RFC 9112 §7.1.2',
    send: `${CHUNKED}0\r\n${`X: ${'t'.repeat(1000)}\r\n`.repeat(20)}\r\n`,
    want: refused(431),
  },
  {
    name: '101 trailers',
    rule: 'RFC 9112 §7.1.2',
    send: `${CHUNKED}0\r\n${'X: 1\r\n'.repeat(101)}\r\n`,
    want: refused(431),
  },
]
