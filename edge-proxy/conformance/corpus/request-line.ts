/**
 * Request lines: method, target and version, with one space between and CRLF at the end.
 *
 * Read beside: RFC 9112 §2.2 (parsing), §2.3 (version), §3 (request line), §3.1 (method)
 * Pure: data.
 */
import { answeredByProxy, type ConformanceCase, forwarded, head, refused } from '../case.ts'

const PLAIN = head('GET /a HTTP/1.1', 'Host: a')

export const requestLine: readonly ConformanceCase[] = [
  { name: 'a plain GET', rule: 'RFC 9112 §3', send: PLAIN, want: forwarded(PLAIN) },
  {
    name: 'an empty line before the request line',
    rule: 'RFC 9112 §2.2',
    send: `\r\n${PLAIN}`,
    want: forwarded(PLAIN),
  },
  {
    name: 'an unregistered method',
    rule: 'RFC 9110 §9.1',
    send: head('M-SEARCH /a HTTP/1.1', 'Host: a'),
    want: forwarded(head('M-SEARCH /a HTTP/1.1', 'Host: a')),
  },
  {
    name: 'a method in lower case is another method, and not known',
    rule: 'RFC 9110 §9.1',
    send: head('get /a HTTP/1.1', 'Host: a'),
    want: answeredByProxy(501),
  },
  {
    name: 'a method with a parenthesis',
    rule: 'RFC 9110 §9.1',
    send: head('G(T /a HTTP/1.1', 'Host: a'),
    want: refused(400),
  },
  {
    name: 'two spaces before the target',
    rule: 'RFC 9112 §3',
    send: head('GET  /a HTTP/1.1', 'Host: a'),
    want: refused(400),
  },
  {
    name: 'two spaces before the version',
    rule: 'RFC 9112 §3',
    send: head('GET /a  HTTP/1.1', 'Host: a'),
    want: refused(400),
  },
  {
    name: 'a tab instead of a space',
    rule: 'RFC 9112 §3',
    send: head('GET\t/a\tHTTP/1.1', 'Host: a'),
    want: refused(400),
  },
  {
    name: 'a space before the method',
    rule: 'RFC 9112 §3',
    send: head(' GET /a HTTP/1.1', 'Host: a'),
    want: refused(400),
  },
  {
    name: 'a space after the version',
    rule: 'RFC 9112 §3',
    send: head('GET /a HTTP/1.1 ', 'Host: a'),
    want: refused(400),
  },
  {
    name: 'a space within the target',
    rule: 'RFC 9112 §3.2',
    send: head('GET /a b HTTP/1.1', 'Host: a'),
    want: refused(400),
  },
  { name: 'no version (HTTP/0.9)', rule: 'RFC 9112 §3', send: head('GET /a'), want: refused(400) },
  {
    name: 'the version in lower case',
    rule: 'RFC 9112 §2.3',
    send: head('GET /a http/1.1', 'Host: a'),
    want: refused(400),
  },
  {
    name: 'the version HTTP/1.10',
    rule: 'RFC 9112 §2.3',
    send: head('GET /a HTTP/1.10', 'Host: a'),
    want: refused(400),
  },
  {
    name: 'the version HTTP/01.1',
    rule: 'RFC 9112 §2.3',
    send: head('GET /a HTTP/01.1', 'Host: a'),
    want: refused(400),
  },
  { name: 'the version HTTP/1', rule: 'RFC 9112 §2.3', send: head('GET /a HTTP/1', 'Host: a'), want: refused(400) },
  {
    name: 'the version HTTP/1.2 is read as 1.1',
    rule: 'RFC 9110 §2.5',
    send: head('GET /a HTTP/1.2', 'Host: a'),
    want: forwarded(PLAIN),
  },
  {
    name: 'the version HTTP/2.0',
    rule: 'RFC 9110 §15.6.6',
    send: head('GET /a HTTP/2.0', 'Host: a'),
    want: refused(505),
  },
  {
    name: 'the preface of HTTP/2',
    rule: 'RFC 9110 §15.6.6',
    send: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    want: refused(505),
  },
  {
    name: 'a TLS handshake',
    rule: 'RFC 9112 §3',
    send: '\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03',
    want: refused(400),
  },
  {
    name: 'lines that end with LF alone',
    rule: 'RFC 9112 §2.2',
    send: 'GET /a HTTP/1.1\nHost: a\n\n',
    want: refused(400),
  },
  {
    name: 'a request line that ends with LF alone',
    rule: 'RFC 9112 §2.2',
    send: 'GET /a HTTP/1.1\nHost: a\r\n\r\n',
    want: refused(400),
  },
  {
    name: 'a field line that ends with LF alone',
    rule: 'RFC 9112 §2.2',
    send: 'GET /a HTTP/1.1\r\nHost: a\nX: 1\r\n\r\n',
    want: refused(400),
  },
  {
    name: 'an empty line that ends with LF alone',
    rule: 'RFC 9112 §2.2',
    send: 'GET /a HTTP/1.1\r\nHost: a\r\n\n',
    want: refused(400),
  },
  {
    name: 'a request line that ends with CR alone',
    rule: 'RFC 9112 §2.2',
    send: 'GET /a HTTP/1.1\rHost: a\r\n\r\n',
    want: refused(400),
  },
  {
    name: 'CR within the target',
    rule: 'RFC 9112 §2.2',
    send: head('GET /a\rb HTTP/1.1', 'Host: a'),
    want: refused(400),
  },
  {
    name: 'NUL within the target',
    rule: 'RFC 9112 §3.2',
    send: head('GET /a\0b HTTP/1.1', 'Host: a'),
    want: refused(400),
  },
  {
    name: 'DEL within the target',
    rule: 'RFC 9112 §3.2',
    send: head('GET /a\x7fb HTTP/1.1', 'Host: a'),
    want: refused(400),
  },
  {
    name: 'raw UTF-8 in the target',
    rule: 'RFC 3986 §2',
    send: head('GET /p\xc3\xa3o HTTP/1.1', 'Host: a'),
    want: refused(400),
  },
  {
    name: 'a fragment in the target',
    rule: 'RFC 9112 §3.2.1',
    send: head('GET /a#b HTTP/1.1', 'Host: a'),
    want: refused(400),
  },
  {
    name: 'a double quote in the target',
    rule: 'RFC 3986 §2',
    send: head('GET /a"b HTTP/1.1', 'Host: a'),
    want: refused(400),
  },
  {
    name: 'angle brackets in the target',
    rule: 'RFC 3986 §2',
    send: head('GET /<b> HTTP/1.1', 'Host: a'),
    want: refused(400),
  },
  {
    name: 'braces and a bar in the query, as browsers send them',
    rule: 'contract',
    send: head('GET /a?b={c|d}^e HTTP/1.1', 'Host: a'),
    want: forwarded(head('GET /a?b={c|d}^e HTTP/1.1', 'Host: a')),
  },
  {
    name: 'path and query are forwarded unchanged',
    rule: 'RFC 9110 §7.7',
    send: head('GET //a/./b%2e%2E/%7e?x=%00&&y HTTP/1.1', 'Host: a'),
    want: forwarded(head('GET //a/./b%2e%2E/%7e?x=%00&&y HTTP/1.1', 'Host: a')),
  },
  {
    name: 'an empty query is kept',
    rule: 'RFC 9110 §7.7',
    send: head('GET /a? HTTP/1.1', 'Host: a'),
    want: forwarded(head('GET /a? HTTP/1.1', 'Host: a')),
  },
  {
    name: 'a target that begins with its query',
    rule: 'RFC 9112 §3.2.1',
    send: head('GET ?a HTTP/1.1', 'Host: a'),
    want: refused(400),
  },
]
