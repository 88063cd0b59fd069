/**
 * Field lines: their syntax, and which of them are forwarded.
 *
 * Read beside: RFC 9112 §5 (field syntax), RFC 9110 §5.5 (values), §7.6.1 (Connection), §7.6.3 (Via), §10.1.1 (Expect)
 * Pure: data.
 */
import { type ConformanceCase, forwarded, forwardedThenClosed, head, refused } from '../case.ts'

const START = ['GET /a HTTP/1.1', 'Host: a'] as const
const PLAIN = head(...START)

const broken = (name: string, rule: string, ...lines: string[]): ConformanceCase => ({
  name,
  rule,
  send: head(...START, ...lines),
  want: refused(400),
})
const kept = (name: string, rule: string, ...lines: string[]): ConformanceCase => ({
  name,
  rule,
  send: head(...START, ...lines),
  want: forwarded(head(...START, ...lines)),
})
/** These lines are removed, and no others. */
const removed = (name: string, rule: string, ...lines: string[]): ConformanceCase => ({
  name,
  rule,
  send: head(...START, ...lines, 'X-After: 1'),
  want: forwarded(head(...START, 'X-After: 1')),
})

export const fields: readonly ConformanceCase[] = [
  // syntax
  broken('a space between field name and colon', 'RFC 9112 §5.1', 'X : 1'),
  broken('a tab between field name and colon', 'RFC 9112 §5.1', 'X\t: 1'),
  broken('a field line without a colon', 'RFC 9112 §5', 'X'),
  broken('an empty field name', 'RFC 9110 §5.1', ': 1'),
  broken('a field name with a parenthesis', 'RFC 9110 §5.1', 'X(y): 1'),
  broken('a field name with an octet over 127', 'RFC 9110 §5.1', 'X\xe9: 1'),
  broken('a field name with NUL', 'RFC 9110 §5.1', 'X\0y: 1'),
  broken('a folded line (obs-fold)', 'RFC 9112 §5.2', 'X: 1', ' 2'),
  broken('a folded line with a tab', 'RFC 9112 §5.2', 'X: 1', '\t2'),
  {
    name: 'white space before the first field line',
    rule: 'RFC 9112 §2.2',
    send: head('GET /a HTTP/1.1', ' Host: a'),
    want: refused(400),
  },
  {
    name: 'a line of white space before the first field line',
    rule: 'RFC 9112 §2.2',
    send: head('GET /a HTTP/1.1', ' ', 'Host: a'),
    want: refused(400),
  },
  broken('NUL in a field value', 'RFC 9110 §5.5', 'X: a\0b'),
  broken('CR in a field value', 'RFC 9110 §5.5', 'X: a\rb'),
  broken('CR at the end of a field value', 'RFC 9110 §5.5', 'X: a\r'),
  broken('LF in a field value', 'RFC 9112 §2.2', 'X: a\nY: b'),
  broken('another control character in a field value', 'RFC 9110 §5.5', 'X: a\x07b'),
  broken('DEL in a field value', 'RFC 9110 §5.5', 'X: a\x7fb'),
  kept('an octet over 127 in a field value (obs-text)', 'RFC 9110 §5.5', 'X: caf\xe9 \xff'),
  kept('a tab within a field value', 'RFC 9110 §5.5', 'X: a\tb'),
  kept('an empty field value', 'RFC 9110 §5.5', 'X: '),
  kept('every character of a token in a field name', 'RFC 9110 §5.6.2', "X!#$%&'*+-.^`|~09: 1"),
  kept('fields of the same name are not joined, and keep their order', 'RFC 9110 §5.3', 'X: 1', 'Y: 2', 'X: 3'),
  {
    name: 'white space around a field value is not part of it',
    rule: 'RFC 9112 §5.1',
    send: head(...START, 'X:\t  1 2 \t'),
    want: forwarded(head(...START, 'X: 1 2')),
  },
  // not forwarded
  removed('a field nominated by Connection', 'RFC 9110 §7.6.1', 'Connection: x-secret', 'X-Secret: 1'),
  removed('fields nominated in a list, in any case', 'RFC 9110 §7.6.1', 'Connection: ,X-A ,, x-B', 'x-a: 1', 'X-B: 2'),
  removed(
    'fields nominated in two Connection fields',
    'RFC 9110 §7.6.1',
    'Connection: a',
    'Connection: b',
    'A: 1',
    'B: 2',
  ),
  removed(
    'Keep-Alive, Proxy-Connection and TE',
    'RFC 9110 §7.6.1',
    'Keep-Alive: timeout=9',
    'Proxy-Connection: x',
    'TE: gzip',
  ),
  removed('an upgrade to anything but websocket', 'RFC 9110 §7.8', 'Connection: upgrade', 'Upgrade: h2c'),
  removed('Trailer without a body that could have trailers', 'RFC 9110 §6.6.2', 'Trailer: X-Sum'),
  removed(
    'HTTP2-Settings',
    'RFC 9110 §7.6.1',
    'Connection: HTTP2-Settings',
    'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA',
  ),
  {
    name: 'Connection cannot nominate Host',
    rule: 'RFC 9110 §7.6.1',
    send: head(...START, 'Connection: host'),
    want: forwarded(PLAIN),
  },
  {
    name: 'Connection cannot nominate Content-Length',
    rule: 'RFC 9112 §6.3',
    send: `${head('POST /a HTTP/1.1', 'Host: a', 'Connection: content-length', 'Content-Length: 5')}hello`,
    want: forwarded(`${head('POST /a HTTP/1.1', 'Host: a', 'Content-Length: 5')}hello`),
  },
  {
    name: 'Connection cannot nominate Transfer-Encoding',
    rule: 'RFC 9112 §6.3',
    send: `${head('POST /a HTTP/1.1', 'Host: a', 'Connection: transfer-encoding', 'Transfer-Encoding: chunked')}5\r\nhello\r\n0\r\n\r\n`,
    want: forwarded(`${head('POST /a HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked')}5\r\nhello\r\n0\r\n\r\n`),
  },
  {
    name: 'Connection cannot nominate X-Forwarded-For',
    rule: 'contract',
    send: head(...START, 'Connection: x-forwarded-for'),
    want: forwarded(PLAIN, { 'x-forwarded-for': '127.0.0.1' }),
  },
  // written only by the edge
  removed('an underscore twin of Content-Length', 'contract', 'Content_Length: 5'),
  removed('an underscore twin of Transfer-Encoding', 'contract', 'Transfer_Encoding: chunked'),
  removed('an underscore twin of X-Forwarded-For', 'contract', 'X_Forwarded_For: 10.0.0.1'),
  removed('an underscore twin of Host', 'contract', 'X-Forwarded_Host: b'),
  kept('an underscore in another name', 'RFC 9110 §5.1', 'My_Field: 1'),
  {
    name: 'X-Forwarded-* and Forwarded from the client are replaced',
    rule: 'contract',
    send: head(
      ...START,
      'X-Forwarded-For: 10.0.0.1',
      'X-Forwarded-Proto: https',
      'Forwarded: for=10.0.0.1',
      'X-Real-IP: 10.0.0.1',
    ),
    want: forwarded(PLAIN, { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' }),
  },
  {
    name: 'Via: the proxy adds itself',
    rule: 'RFC 9110 §7.6.3',
    send: head(...START, 'Via: 1.0 fred', 'Via: 1.1 barney (x, y)'),
    want: forwarded(PLAIN, { via: '1.0 fred, 1.1 barney (x, y), 1.1 frontend1' }),
  },
  {
    name: 'Via contains the version of the request',
    rule: 'RFC 9110 §7.6.3',
    send: head('GET /a HTTP/1.0', 'Host: a'),
    want: forwardedThenClosed(PLAIN, { via: '1.0 frontend1' }),
  },
  {
    name: 'a loop is detected by Via',
    rule: 'RFC 9110 §7.6.3',
    send: head(...START, 'Via: 1.1 fred, 1.1 frontend1, 1.1 barney'),
    want: { responses: [508], arrives: [], after: 'open' },
  },
  {
    name: 'a longer name in Via is not a loop',
    rule: 'RFC 9110 §7.6.3',
    send: head(...START, 'Via: 1.1 frontend10'),
    want: forwarded(PLAIN, { via: '1.1 frontend10, 1.1 frontend1' }),
  },
  {
    name: 'X-Request-Id is forwarded',
    rule: 'contract',
    send: head(...START, 'X-Request-Id: abc-123'),
    want: forwarded(PLAIN, { 'x-request-id': 'abc-123' }),
  },
  // Expect
  {
    name: 'Expect: 100-continue is forwarded',
    rule: 'RFC 9110 §10.1.1',
    send: `${head('POST /a HTTP/1.1', 'Host: a', 'Expect: 100-continue', 'Content-Length: 5')}hello`,
    want: {
      responses: [200],
      arrives: [`${head('POST /a HTTP/1.1', 'Host: a', 'Expect: 100-continue', 'Content-Length: 5')}hello`],
      after: 'open',
    },
  },
  {
    name: 'Expect: 100-continue in HTTP/1.0 is ignored',
    rule: 'RFC 9110 §10.1.1',
    send: `${head('POST /a HTTP/1.0', 'Host: a', 'Expect: 100-continue', 'Content-Length: 5')}hello`,
    want: forwardedThenClosed(`${head('POST /a HTTP/1.1', 'Host: a', 'Content-Length: 5')}hello`),
  },
  {
    name: 'an unknown expectation',
    rule: 'RFC 9110 §10.1.1',
    send: head(...START, 'Expect: miracles'),
    want: refused(417),
  },
]
