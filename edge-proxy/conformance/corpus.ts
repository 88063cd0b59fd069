/**
 * Raw requests, each with the section that it is about and the answer that this edge must give.
 *
 * Every case is one connection. `answer` is the status of the first response: 200 means that the request went to a backend
 * (which answers 200 to everything), 0 that the edge waits for more. `sees` and `hides` are about what the backend got.
 *
 * Read beside: corpus.test.ts (this edge), peers.test.ts (nginx, HAProxy and the comparators), docs/edge-conformance.md
 * Pure: data.
 */

export interface Case {
  readonly name: string
  readonly section: string
  readonly octets: string
  readonly answer: number
  /** What the octets that reached the backend must match. */
  readonly sees?: RegExp
  /** What they must not match. */
  readonly hides?: RegExp
  /** How many requests the backend must have seen; 1 for 200, 0 otherwise. */
  readonly requests?: number
}

/** A GET with these field lines; it closes, so that a runner knows when all has come. */
function get(...fields: string[]): string {
  return `${['GET / HTTP/1.1', 'Host: a', ...fields, 'Connection: close'].join('\r\n')}\r\n\r\n`
}

function post(body: string, ...fields: string[]): string {
  return `${['POST / HTTP/1.1', 'Host: a', ...fields, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`
}

function chunked(body: string, ...fields: string[]): string {
  return post(body, 'Transfer-Encoding: chunked', ...fields)
}

/** A request line with an otherwise ordinary request. */
function line(text: string): string {
  return `${text}\r\nHost: a\r\nConnection: close\r\n\r\n`
}

const REQUEST_LINES: readonly Case[] = [
  {
    name: 'an ordinary GET',
    section: 'RFC 9112 §3',
    octets: get(),
    answer: 200,
    sees: /^GET \/ HTTP\/1\.1\r\nHost: a\r\n/,
  },
  {
    name: 'a method nobody knows',
    section: 'RFC 9110 §9.1',
    octets: line('BREW /pot HTTP/1.1'),
    answer: 200,
    sees: /^BREW \/pot /,
  },
  {
    name: 'a lower-case method is another method',
    section: 'RFC 9110 §9.1',
    octets: line('get / HTTP/1.1'),
    answer: 200,
    sees: /^get \/ /,
  },
  { name: 'a method that is no token', section: 'RFC 9110 §9.1', octets: line('G@T / HTTP/1.1'), answer: 400 },
  { name: 'no method', section: 'RFC 9112 §3', octets: line(' / HTTP/1.1'), answer: 400 },
  { name: 'two spaces after the method', section: 'RFC 9112 §3', octets: line('GET  / HTTP/1.1'), answer: 400 },
  { name: 'two spaces before the version', section: 'RFC 9112 §3', octets: line('GET /  HTTP/1.1'), answer: 400 },
  { name: 'a space in the target', section: 'RFC 9112 §3.2', octets: line('GET /a b HTTP/1.1'), answer: 400 },
  { name: 'a space after the version', section: 'RFC 9112 §3', octets: line('GET / HTTP/1.1 '), answer: 400 },
  { name: 'a tab as separator', section: 'RFC 9112 §3', octets: line('GET\t/\tHTTP/1.1'), answer: 400 },
  { name: 'no version (HTTP/0.9)', section: 'RFC 9112 §3', octets: line('GET /'), answer: 400 },
  { name: 'a version in lower case', section: 'RFC 9112 §2.3', octets: line('GET / http/1.1'), answer: 400 },
  { name: 'a version with two digits', section: 'RFC 9112 §2.3', octets: line('GET / HTTP/1.10'), answer: 400 },
  { name: 'a version without a dot', section: 'RFC 9112 §2.3', octets: line('GET / HTTP/11'), answer: 400 },
  {
    name: 'HTTP/1.2 is read as 1.1',
    section: 'RFC 9110 §2.5',
    octets: line('GET / HTTP/1.2'),
    answer: 200,
    sees: /^GET \/ HTTP\/1\.1\r/,
  },
  { name: 'HTTP/2.0 in an HTTP/1 message', section: 'RFC 9110 §15.6.6', octets: line('GET / HTTP/2.0'), answer: 505 },
  { name: 'the preface of HTTP/2', section: 'RFC 9113 §3.4', octets: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', answer: 505 },
  {
    name: 'the hello of TLS',
    section: 'RFC 9112 §2.2',
    octets: '\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03',
    answer: 400,
  },
  { name: 'one empty line before the request', section: 'RFC 9112 §2.2', octets: `\r\n${get()}`, answer: 200 },
  { name: 'two empty lines before the request', section: 'RFC 9112 §2.2', octets: `\r\n\r\n${get()}`, answer: 400 },
  { name: 'white space before the request line', section: 'RFC 9112 §2.2', octets: ` ${get()}`, answer: 400 },
  {
    name: 'a request line of 8193 octets',
    section: 'RFC 9112 §3',
    octets: line(`GET /${'a'.repeat(8193 - 14)} HTTP/1.1`),
    answer: 414,
  },
  {
    name: 'a request line of 8192 octets',
    section: 'RFC 9112 §3',
    octets: line(`GET /${'a'.repeat(8192 - 14)} HTTP/1.1`),
    answer: 200,
  },
  { name: 'a request line that never ends', section: 'RFC 9112 §3', octets: `GET /${'a'.repeat(9000)}`, answer: 414 },
  { name: 'TRACE', section: 'RFC 9110 §9.3.8', octets: line('TRACE / HTTP/1.1'), answer: 405 },
  { name: 'CONNECT', section: 'RFC 9110 §9.3.6', octets: line('CONNECT a:443 HTTP/1.1'), answer: 405 },
]

const TARGETS: readonly Case[] = [
  {
    name: 'absolute form',
    section: 'RFC 9112 §3.2.2',
    octets: line('GET http://b.example/x?y HTTP/1.1'),
    answer: 200,
    sees: /^GET \/x\?y HTTP\/1\.1\r\nHost: b\.example\r\n/,
    hides: /Host: a\r/,
  },
  {
    name: 'absolute form without a path',
    section: 'RFC 9112 §3.2.1',
    octets: line('GET http://b.example HTTP/1.1'),
    answer: 200,
    sees: /^GET \/ HTTP\/1\.1\r\nHost: b\.example\r\n/,
  },
  {
    name: 'absolute form with a query and no path',
    section: 'RFC 9112 §3.2.1',
    octets: line('GET http://b.example?x HTTP/1.1'),
    answer: 200,
    sees: /^GET \/\?x /,
  },
  {
    name: 'absolute form with the scheme in capitals',
    section: 'RFC 9110 §4.2.3',
    octets: line('GET HTTP://b.example/x HTTP/1.1'),
    answer: 200,
    sees: /^GET \/x /,
  },
  {
    name: 'absolute form with userinfo',
    section: 'RFC 9110 §4.2.4',
    octets: line('GET http://a@b.example/ HTTP/1.1'),
    answer: 400,
  },
  {
    name: 'absolute form without a host',
    section: 'RFC 9110 §4.2.1',
    octets: line('GET http:///x HTTP/1.1'),
    answer: 400,
  },
  {
    name: 'absolute form of another scheme',
    section: 'RFC 9112 §3.2.2',
    octets: line('GET ftp://b.example/ HTTP/1.1'),
    answer: 400,
  },
  {
    name: 'absolute form and no Host',
    section: 'RFC 9112 §3.2',
    octets: 'GET http://b/ HTTP/1.1\r\n\r\n',
    answer: 400,
  },
  {
    name: 'authority form outside CONNECT',
    section: 'RFC 9112 §3.2.3',
    octets: line('GET a:80 HTTP/1.1'),
    answer: 400,
  },
  {
    name: 'a path that does not begin with a slash',
    section: 'RFC 9112 §3.2.1',
    octets: line('GET x HTTP/1.1'),
    answer: 400,
  },
  {
    name: 'asterisk form with OPTIONS',
    section: 'RFC 9112 §3.2.4',
    octets: line('OPTIONS * HTTP/1.1'),
    answer: 200,
    sees: /^OPTIONS \* HTTP/,
  },
  { name: 'asterisk form with GET', section: 'RFC 9112 §3.2.4', octets: line('GET * HTTP/1.1'), answer: 400 },
  {
    name: 'OPTIONS in absolute form without a path',
    section: 'RFC 9112 §3.2.4',
    octets: line('OPTIONS http://b.example HTTP/1.1'),
    answer: 200,
    sees: /^OPTIONS \* HTTP\/1\.1\r\nHost: b\.example/,
  },
  { name: 'a fragment', section: 'RFC 9112 §3.2.1', octets: line('GET /a#b HTTP/1.1'), answer: 400 },
  { name: 'a quotation mark in the target', section: 'RFC 3986 §2', octets: line('GET /a"b HTTP/1.1'), answer: 400 },
  {
    name: 'an octet beyond ASCII in the target',
    section: 'RFC 3986 §2',
    octets: line('GET /\xe9 HTTP/1.1'),
    answer: 400,
  },
  { name: 'a NUL in the target', section: 'RFC 9112 §3.2', octets: line('GET /\0 HTTP/1.1'), answer: 400 },
  { name: 'a DEL in the target', section: 'RFC 9112 §3.2', octets: line('GET /\x7f HTTP/1.1'), answer: 400 },
  {
    name: 'what browsers leave unescaped in a query',
    section: 'WHATWG URL',
    octets: line('GET /?a={b}|[c]^`d HTTP/1.1'),
    answer: 200,
    sees: /^GET \/\?a=\{b\}\|\[c\]\^`d HTTP/,
  },
  {
    name: 'dot segments are passed on as they are',
    section: 'RFC 9110 §7.7',
    octets: line('GET /a/../b HTTP/1.1'),
    answer: 200,
    sees: /^GET \/a\/\.\.\/b HTTP/,
  },
]

const HOSTS: readonly Case[] = [
  {
    name: 'no Host in HTTP/1.1',
    section: 'RFC 9112 §3.2',
    octets: 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n',
    answer: 400,
  },
  {
    name: 'no Host in HTTP/1.0',
    section: 'RFC 9112 §3.2',
    octets: 'GET / HTTP/1.0\r\n\r\n',
    answer: 200,
    sees: /\r\nHost: 127\.0\.0\.1/,
  },
  { name: 'two Hosts', section: 'RFC 9112 §3.2', octets: get('Host: b'), answer: 400 },
  { name: 'the same Host twice', section: 'RFC 9112 §3.2', octets: get('Host: a'), answer: 400 },
  { name: 'an empty Host', section: 'RFC 9110 §4.2.1', octets: 'GET / HTTP/1.1\r\nHost:\r\n\r\n', answer: 400 },
  {
    name: 'a Host with userinfo',
    section: 'RFC 9110 §7.2',
    octets: 'GET / HTTP/1.1\r\nHost: x@a\r\n\r\n',
    answer: 400,
  },
  { name: 'a Host with a path', section: 'RFC 9110 §7.2', octets: 'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n', answer: 400 },
  { name: 'a Host with a list', section: 'RFC 9110 §7.2', octets: 'GET / HTTP/1.1\r\nHost: a, b\r\n\r\n', answer: 400 },
  {
    name: 'a Host with a port that is none',
    section: 'RFC 9110 §7.2',
    octets: 'GET / HTTP/1.1\r\nHost: a:8o\r\n\r\n',
    answer: 400,
  },
  {
    name: 'a Host with a port',
    section: 'RFC 9110 §7.2',
    octets: 'GET / HTTP/1.1\r\nHost: a:8080\r\nConnection: close\r\n\r\n',
    answer: 200,
    sees: /\r\nHost: a:8080\r\n/,
  },
  {
    name: 'a Host that is an IPv6 address',
    section: 'RFC 3986 §3.2.2',
    octets: 'GET / HTTP/1.1\r\nHost: [::1]:80\r\nConnection: close\r\n\r\n',
    answer: 200,
  },
]

const FIELDS: readonly Case[] = [
  { name: 'white space before the colon', section: 'RFC 9112 §5.1', octets: get('X-A : 1'), answer: 400 },
  { name: 'a tab before the colon', section: 'RFC 9112 §5.1', octets: get('Content-Length\t: 1'), answer: 400 },
  { name: 'a line folded with a space', section: 'RFC 9112 §5.2', octets: get('X-A: 1', ' 2'), answer: 400 },
  { name: 'a line folded with a tab', section: 'RFC 9112 §5.2', octets: get('X-A: 1', '\t2'), answer: 400 },
  {
    name: 'white space before the first field',
    section: 'RFC 9112 §2.2',
    octets: 'GET / HTTP/1.1\r\n Host: a\r\n\r\n',
    answer: 400,
  },
  { name: 'a line without a colon', section: 'RFC 9112 §5', octets: get('X-A'), answer: 400 },
  { name: 'an empty name', section: 'RFC 9110 §5.1', octets: get(': 1'), answer: 400 },
  { name: 'a name that is no token', section: 'RFC 9110 §5.1', octets: get('X(A): 1'), answer: 400 },
  { name: 'a name with an octet beyond ASCII', section: 'RFC 9110 §5.1', octets: get('X-\xe9: 1'), answer: 400 },
  { name: 'a NUL in a value', section: 'RFC 9110 §5.5', octets: get('X-A: 1\x002'), answer: 400 },
  { name: 'a control character in a value', section: 'RFC 9110 §5.5', octets: get('X-A: 1\x0b2'), answer: 400 },
  { name: 'a DEL in a value', section: 'RFC 9110 §5.5', octets: get('X-A: 1\x7f2'), answer: 400 },
  { name: 'a bare CR in a value', section: 'RFC 9112 §2.2', octets: get('X-A: 1\rX-B: 2'), answer: 400 },
  { name: 'a bare LF between fields', section: 'RFC 9112 §2.2', octets: get('X-A: 1\nX-B: 2'), answer: 400 },
  { name: 'bare LFs everywhere', section: 'RFC 9112 §2.2', octets: 'GET / HTTP/1.1\nHost: a\n\n', answer: 400 },
  {
    name: 'a bare LF as the empty line',
    section: 'RFC 9112 §2.2',
    octets: 'GET / HTTP/1.1\r\nHost: a\r\n\nGET /b HTTP/1.1\r\n\r\n',
    answer: 400,
  },
  {
    name: 'an octet beyond ASCII in a value',
    section: 'RFC 9110 §5.5',
    octets: get('X-A: caf\xe9'),
    answer: 200,
    sees: /\r\nX-A: caf\xe9\r\n/,
  },
  { name: 'an empty value', section: 'RFC 9110 §5.5', octets: get('X-A:'), answer: 200, sees: /\r\nX-A: \r\n/ },
  {
    name: 'white space around a value',
    section: 'RFC 9110 §5.5',
    octets: get('X-A: \t 1 \t '),
    answer: 200,
    sees: /\r\nX-A: 1\r\n/,
  },
  {
    name: 'the same field twice stays twice, in order',
    section: 'RFC 9110 §5.3',
    octets: get('X-A: 1', 'X-A: 2'),
    answer: 200,
    sees: /\r\nX-A: 1\r\nX-A: 2\r\n/,
  },
  { name: 'a field of 8193 octets', section: 'RFC 6585 §5', octets: get(`X-A: ${'a'.repeat(8193 - 5)}`), answer: 431 },
  { name: 'a field of 8192 octets', section: 'RFC 6585 §5', octets: get(`X-A: ${'a'.repeat(8192 - 5)}`), answer: 200 },
  {
    name: '101 fields',
    section: 'RFC 6585 §5',
    octets: get(...Array.from({ length: 99 }, (_, i) => `X-${i}: 1`)),
    answer: 431,
  },
  {
    name: '100 fields',
    section: 'RFC 6585 §5',
    octets: get(...Array.from({ length: 98 }, (_, i) => `X-${i}: 1`)),
    answer: 200,
  },
  {
    name: 'more than 16 KiB of fields',
    section: 'RFC 6585 §5',
    octets: get(...Array.from({ length: 3 }, (_, i) => `X-${i}: ${'a'.repeat(6000)}`)),
    answer: 431,
  },
  {
    name: 'fields that never end',
    section: 'RFC 6585 §5',
    octets: `GET / HTTP/1.1\r\n${'X-A: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n'.repeat(600)}`,
    answer: 431,
  },
]

const LENGTHS: readonly Case[] = [
  {
    name: 'a body with its length',
    section: 'RFC 9112 §6.2',
    octets: post('hello', 'Content-Length: 5'),
    answer: 200,
    sees: /\r\nContent-Length: 5\r\n.*\r\n\r\nhello$/s,
  },
  {
    name: 'leading zeros in the length',
    section: 'RFC 9110 §8.6',
    octets: post('hello', 'Content-Length: 0005'),
    answer: 200,
    sees: /\r\nContent-Length: 5\r\n/,
  },
  {
    name: 'a length of zero',
    section: 'RFC 9110 §8.6',
    octets: post('', 'Content-Length: 0'),
    answer: 200,
    sees: /\r\nContent-Length: 0\r\n/,
  },
  {
    name: 'a GET with a body',
    section: 'RFC 9110 §9.3.1',
    octets: `${get('Content-Length: 5')}hello`,
    answer: 200,
    sees: /\r\nContent-Length: 5\r\n.*\r\n\r\nhello$/s,
  },
  { name: 'a length with a plus', section: 'RFC 9110 §8.6', octets: post('hello', 'Content-Length: +5'), answer: 400 },
  { name: 'a negative length', section: 'RFC 9110 §8.6', octets: post('hello', 'Content-Length: -5'), answer: 400 },
  { name: 'a hexadecimal length', section: 'RFC 9110 §8.6', octets: post('hello', 'Content-Length: 0x5'), answer: 400 },
  {
    name: 'a length with a fraction',
    section: 'RFC 9110 §8.6',
    octets: post('hello', 'Content-Length: 5.0'),
    answer: 400,
  },
  {
    name: 'a length with an exponent',
    section: 'RFC 9110 §8.6',
    octets: post('hello', 'Content-Length: 5e0'),
    answer: 400,
  },
  { name: 'an empty length', section: 'RFC 9110 §8.6', octets: post('hello', 'Content-Length:'), answer: 400 },
  {
    name: 'a length with a space inside',
    section: 'RFC 9110 §8.6',
    octets: post('hello', 'Content-Length: 5 5'),
    answer: 400,
  },
  {
    name: 'a length that overflows',
    section: 'RFC 9110 §8.6',
    octets: post('hello', 'Content-Length: 18446744073709551621'),
    answer: 400,
  },
  {
    name: 'the same length twice',
    section: 'RFC 9112 §6.3',
    octets: post('hello', 'Content-Length: 5', 'Content-Length: 5'),
    answer: 400,
  },
  {
    name: 'two lengths',
    section: 'RFC 9112 §6.3',
    octets: post('hello', 'Content-Length: 5', 'Content-Length: 6'),
    answer: 400,
  },
  {
    name: 'a list of one length',
    section: 'RFC 9112 §6.3',
    octets: post('hello', 'Content-Length: 5, 5'),
    answer: 400,
  },
  {
    name: 'a list of two lengths',
    section: 'RFC 9112 §6.3',
    octets: post('hello', 'Content-Length: 5, 6'),
    answer: 400,
  },
]

const CODINGS: readonly Case[] = [
  {
    name: 'a chunked body',
    section: 'RFC 9112 §7.1',
    octets: chunked('5\r\nhello\r\n0\r\n\r\n'),
    answer: 200,
    sees: /\r\nTransfer-Encoding: chunked\r\n.*\r\n\r\n5\r\nhello\r\n0\r\n\r\n$/s,
  },
  {
    name: 'chunked in capitals',
    section: 'RFC 9112 §7',
    octets: post('0\r\n\r\n', 'Transfer-Encoding: CHUNKED'),
    answer: 200,
  },
  {
    name: 'Content-Length and Transfer-Encoding',
    section: 'RFC 9112 §6.3',
    octets: post('0\r\n\r\n', 'Content-Length: 5', 'Transfer-Encoding: chunked'),
    answer: 400,
  },
  {
    name: 'Transfer-Encoding and Content-Length',
    section: 'RFC 9112 §6.3',
    octets: post('0\r\n\r\n', 'Transfer-Encoding: chunked', 'Content-Length: 5'),
    answer: 400,
  },
  {
    name: 'Transfer-Encoding in HTTP/1.0',
    section: 'RFC 9112 §6.1',
    octets: 'POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    answer: 400,
  },
  {
    name: 'chunked twice in one field',
    section: 'RFC 9112 §6.1',
    octets: post('0\r\n\r\n', 'Transfer-Encoding: chunked, chunked'),
    answer: 400,
  },
  {
    name: 'chunked twice in two fields',
    section: 'RFC 9112 §6.1',
    octets: post('0\r\n\r\n', 'Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'),
    answer: 400,
  },
  {
    name: 'chunked not last',
    section: 'RFC 9112 §6.1',
    octets: post('0\r\n\r\n', 'Transfer-Encoding: chunked, gzip'),
    answer: 400,
  },
  {
    name: 'gzip before chunked',
    section: 'RFC 9112 §6.1',
    octets: post('0\r\n\r\n', 'Transfer-Encoding: gzip, chunked'),
    answer: 501,
  },
  { name: 'identity', section: 'RFC 9112 §7', octets: post('hello', 'Transfer-Encoding: identity'), answer: 400 },
  {
    name: 'an empty Transfer-Encoding',
    section: 'RFC 9112 §6.1',
    octets: post('0\r\n\r\n', 'Transfer-Encoding:'),
    answer: 400,
  },
  {
    name: 'chunked in quotes',
    section: 'RFC 9112 §6.1',
    octets: post('0\r\n\r\n', 'Transfer-Encoding: "chunked"'),
    answer: 400,
  },
  {
    name: 'chunked with a parameter',
    section: 'RFC 9112 §7',
    octets: post('0\r\n\r\n', 'Transfer-Encoding: chunked;q=1'),
    answer: 400,
  },
  {
    name: 'chunked with a vertical tab',
    section: 'RFC 9110 §5.5',
    octets: post('0\r\n\r\n', 'Transfer-Encoding:\x0bchunked'),
    answer: 400,
  },
  {
    name: 'a Transfer-Encoding with a space before its colon',
    section: 'RFC 9112 §5.1',
    octets: post('0\r\n\r\n', 'Transfer-Encoding : chunked'),
    answer: 400,
  },
]

const CHUNKS: readonly Case[] = [
  {
    name: 'two chunks and trailers',
    section: 'RFC 9112 §7.1.2',
    octets: chunked('3\r\nabc\r\n2\r\nde\r\n0\r\nX-T: 1\r\n\r\n'),
    answer: 200,
    sees: /abc\r\n2\r\nde\r\n0\r\nX-T: 1\r\n\r\n$/,
  },
  {
    name: 'a size with leading zeros',
    section: 'RFC 9112 §7.1',
    octets: chunked('0005\r\nhello\r\n0\r\n\r\n'),
    answer: 200,
    sees: /\r\n\r\n5\r\nhello/,
  },
  {
    name: 'a size in capitals',
    section: 'RFC 9112 §7.1',
    octets: chunked(`A\r\n${'x'.repeat(10)}\r\n0\r\n\r\n`),
    answer: 200,
  },
  {
    name: 'a chunk extension is not passed on',
    section: 'RFC 9112 §7.1.1',
    octets: chunked('5;a=b;c="d e"\r\nhello\r\n0\r\n\r\n'),
    answer: 200,
    hides: /;a=b/,
  },
  {
    name: 'a chunk extension with spaces',
    section: 'RFC 9112 §7.1.1',
    octets: chunked('5 ; a=b\r\nhello\r\n0\r\n\r\n'),
    answer: 400,
  },
  {
    name: 'a chunk extension with a bare LF',
    section: 'RFC 9112 §7.1.1',
    octets: chunked('5;a\nhello\r\n0\r\n\r\n'),
    answer: 400,
  },
  {
    name: 'a chunk extension with a bare CR',
    section: 'RFC 9112 §7.1.1',
    octets: chunked('5;a\rb\r\nhello\r\n0\r\n\r\n'),
    answer: 400,
  },
  {
    name: 'a chunk-size line of 257 octets',
    section: 'RFC 9112 §7.1.1',
    octets: chunked(`5;${'a'.repeat(255)}\r\nhello\r\n0\r\n\r\n`),
    answer: 400,
  },
  {
    name: 'a chunk-size line of 256 octets',
    section: 'RFC 9112 §7.1.1',
    octets: chunked(`5;${'a'.repeat(254)}\r\nhello\r\n0\r\n\r\n`),
    answer: 200,
  },
  { name: 'a negative size', section: 'RFC 9112 §7.1', octets: chunked('-5\r\nhello\r\n0\r\n\r\n'), answer: 400 },
  { name: 'a size with 0x', section: 'RFC 9112 §7.1', octets: chunked('0x5\r\nhello\r\n0\r\n\r\n'), answer: 400 },
  {
    name: 'a size with an underscore',
    section: 'RFC 9112 §7.1',
    octets: chunked('0_5\r\nhello\r\n0\r\n\r\n'),
    answer: 400,
  },
  {
    name: 'a size with a space after it',
    section: 'RFC 9112 §7.1',
    octets: chunked('5 \r\nhello\r\n0\r\n\r\n'),
    answer: 400,
  },
  { name: 'no size', section: 'RFC 9112 §7.1', octets: chunked('\r\nhello\r\n0\r\n\r\n'), answer: 400 },
  {
    name: 'a size that overflows',
    section: 'RFC 9112 §7.1',
    octets: chunked('10000000000000005\r\nhello\r\n0\r\n\r\n'),
    answer: 400,
  },
  {
    name: 'a size line that ends with LF',
    section: 'RFC 9112 §7.1',
    octets: chunked('5\nhello\r\n0\r\n\r\n'),
    answer: 400,
  },
  {
    name: 'data longer than its size',
    section: 'RFC 9112 §7.1',
    octets: chunked('5\r\nhelloo\r\n0\r\n\r\n'),
    answer: 400,
  },
  {
    name: 'data followed by LF alone',
    section: 'RFC 9112 §7.1',
    octets: chunked('5\r\nhello\n0\r\n\r\n'),
    answer: 400,
  },
  { name: 'a trailer without a colon', section: 'RFC 9112 §7.1.2', octets: chunked('0\r\nX-T\r\n\r\n'), answer: 400 },
  { name: 'a folded trailer', section: 'RFC 9112 §5.2', octets: chunked('0\r\nX-T: 1\r\n 2\r\n\r\n'), answer: 400 },
  {
    name: 'a trailer that would change the framing',
    section: 'RFC 9110 §6.5.1',
    octets: chunked('0\r\nContent-Length: 5\r\n\r\n'),
    answer: 400,
  },
  {
    name: 'a trailer that would change who asks',
    section: 'RFC 9110 §6.5.1',
    octets: chunked('0\r\nX-Forwarded-For: 10.0.0.1\r\n\r\n'),
    answer: 400,
  },
  {
    name: 'more than 16 KiB of trailers',
    section: 'RFC 6585 §5',
    octets: chunked(`0\r\n${`X-T: ${'a'.repeat(1000)}\r\n`.repeat(20)}\r\n`),
    answer: 431,
  },
]

const FORWARDING: readonly Case[] = [
  {
    name: 'fields nominated by Connection end here',
    section: 'RFC 9110 §7.6.1',
    octets: 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nX-End: 2\r\n\r\n',
    answer: 200,
    sees: /X-End: 2/,
    hides: /X-Hop|Connection:/,
  },
  {
    name: 'Connection cannot take Host away',
    section: 'RFC 9110 §7.6.1',
    octets: 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close, Host\r\n\r\n',
    answer: 200,
    sees: /\r\nHost: a\r\n/,
  },
  {
    name: 'Connection cannot take the length away',
    section: 'RFC 9110 §7.6.1',
    octets: 'POST / HTTP/1.1\r\nHost: a\r\nConnection: close, Content-Length\r\nContent-Length: 5\r\n\r\nhello',
    answer: 200,
    sees: /\r\nContent-Length: 5\r\n/,
  },
  {
    name: 'hop-by-hop fields end here',
    section: 'RFC 9110 §7.6.1',
    octets: get(
      'Keep-Alive: timeout=5',
      'Proxy-Connection: keep-alive',
      'TE: trailers',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABk',
      'Proxy-Authorization: Basic eDp5',
    ),
    answer: 200,
    hides: /Keep-Alive|Proxy-|TE:|Upgrade|HTTP2/i,
  },
  {
    name: 'X-Forwarded-For is overwritten',
    section: 'RFC 7239 §8.1',
    octets: get('X-Forwarded-For: 10.0.0.1', 'Forwarded: for=10.0.0.1', 'X-Real-IP: 10.0.0.1'),
    answer: 200,
    sees: /\r\nX-Forwarded-For: 127\.0\.0\.1\r\n/,
    hides: /10\.0\.0\.1/,
  },
  {
    name: 'underscore twins are dropped',
    section: 'RFC 9110 §5.1',
    octets: get('X_Forwarded_For: 10.0.0.1', 'Content_Length: 9', 'Transfer_Encoding: chunked'),
    answer: 200,
    hides: /10\.0\.0\.1|Content_Length|Transfer_Encoding/,
  },
  {
    name: 'other names with an underscore pass',
    section: 'RFC 9110 §5.1',
    octets: get('X_Aluno: ana'),
    answer: 200,
    sees: /X_Aluno: ana/,
  },
  {
    name: 'Via is continued',
    section: 'RFC 9110 §7.6.3',
    octets: get('Via: 1.1 other'),
    answer: 200,
    sees: /\r\nVia: 1\.1 other, 1\.1 frontend1\r\n/,
  },
  { name: 'a loop', section: 'RFC 9110 §7.6.3', octets: get('Via: 1.1 other, 1.1 frontend1'), answer: 508 },
  {
    name: 'OPTIONS with Max-Forwards: 0 is answered here',
    section: 'RFC 9110 §7.6.2',
    octets: 'OPTIONS / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\nConnection: close\r\n\r\n',
    answer: 204,
  },
  {
    name: 'OPTIONS with Max-Forwards: 2 goes on with 1',
    section: 'RFC 9110 §7.6.2',
    octets: 'OPTIONS / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 2\r\nConnection: close\r\n\r\n',
    answer: 200,
    sees: /\r\nMax-Forwards: 1\r\n/,
  },
  {
    name: 'Max-Forwards means nothing to GET',
    section: 'RFC 9110 §7.6.2',
    octets: get('Max-Forwards: 0'),
    answer: 200,
    sees: /\r\nMax-Forwards: 0\r\n/,
  },
  {
    name: 'an expectation that nobody knows',
    section: 'RFC 9110 §10.1.1',
    octets: get('Expect: miracles'),
    answer: 417,
  },
  {
    name: 'an expectation in HTTP/1.0 is ignored',
    section: 'RFC 9110 §10.1.1',
    octets: 'POST / HTTP/1.0\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi',
    answer: 200,
    hides: /Expect/,
  },
  {
    name: 'an HTTP/1.0 client is spoken to in 1.1 behind the edge',
    section: 'RFC 9110 §6.2',
    octets: 'GET / HTTP/1.0\r\nHost: a\r\n\r\n',
    answer: 200,
    sees: /^GET \/ HTTP\/1\.1\r\n.*\r\nVia: 1\.0 frontend1\r\n/s,
  },
  {
    name: 'two requests in one packet',
    section: 'RFC 9112 §9.3.2',
    octets: `GET /1 HTTP/1.1\r\nHost: a\r\n\r\n${get()}`,
    answer: 200,
    requests: 2,
  },
  {
    name: 'a smuggled request behind a body',
    section: 'RFC 9112 §11.2',
    octets: post('0\r\n\r\nGET /admin HTTP/1.1\r\nHost: a\r\n\r\n', 'Content-Length: 5'),
    answer: 200,
    requests: 1,
    hides: /admin/,
  },
]

export const CORPUS: readonly Case[] = [
  ...REQUEST_LINES,
  ...TARGETS,
  ...HOSTS,
  ...FIELDS,
  ...LENGTHS,
  ...CODINGS,
  ...CHUNKS,
  ...FORWARDING,
]
