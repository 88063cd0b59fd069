/**
 * Responses of backends, valid and invalid, octet by octet, and what the client must get for each.
 *
 * Read beside: backend-responses.test.ts (which sends them through an edge), RFC 9112 §4, §6.3, §7.1, RFC 9110 §15.2 (1xx)
 * Pure: data. Longer than 250 lines because it is a table, an entry for each response.
 */
import { head } from './case.ts'

export interface BackendResponse {
  readonly name: string
  readonly rule: string
  /** The request; by default a GET. */
  readonly request?: string
  /** Each element is sent as a separate packet. */
  readonly send: readonly string[]
  /** What the backend does afterwards. By default it waits for the next request. */
  readonly afterwards?: 'fin' | 'rst'
  readonly want: RequiredOutcome
}

/** `bad`: 502. `cut`: closed before the end, so that the client sees that a part is missing. */
export type RequiredOutcome = Forwarded | 'bad' | 'cut' | 'bad or cut'

export interface Forwarded {
  readonly status: number
  readonly content: string
  readonly trailers?: string
  /** Statuses of the interim responses before it. */
  readonly interim?: readonly number[]
  /** A pattern that the head must match, and one that it must not match. */
  readonly has?: RegExp
  readonly hasNot?: RegExp
  /** Whether the connection to the client stays open. */
  readonly client: 'open' | 'closed'
  /** Whether the connection to the backend is used for the next request. */
  readonly backend: 'kept' | 'dropped'
}

const HELLO = `${head('HTTP/1.1 200 OK', 'Content-Length: 5')}hello`
const CHUNKED = head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked')
const GET_1_0 = head('GET /a HTTP/1.0', 'Host: a')
const HEAD = head('HEAD /a HTTP/1.1', 'Host: a')

const forwarded = (content: string, more: Partial<Forwarded> = {}): Forwarded => ({
  status: 200,
  content,
  client: 'open',
  backend: 'kept',
  ...more,
})
const response = (name: string, rule: string, want: RequiredOutcome, ...send: string[]): BackendResponse => ({
  name,
  rule,
  send,
  want,
})
const then = (afterwards: 'fin' | 'rst', one: BackendResponse): BackendResponse => ({ ...one, afterwards })
const to = (request: string, one: BackendResponse): BackendResponse => ({ ...one, request })
const broken = (name: string, rule: string, ...lines: string[]): BackendResponse =>
  response(name, rule, 'bad', `${head(...lines)}hello`)

/** Heads: status lines and fields. */
const heads: readonly BackendResponse[] = [
  response('an ordinary response', 'RFC 9112 §4', forwarded('hello'), HELLO),
  response(
    'a response that arrives octet by octet',
    'RFC 9112 §2.1',
    forwarded('hello'),
    ...HELLO.slice(0, 12),
    HELLO.slice(12),
  ),
  response(
    'no reason phrase, and no space before it',
    'RFC 9112 §4',
    forwarded('hello'),
    `${head('HTTP/1.1 200', 'Content-Length: 5')}hello`,
  ),
  response(
    'a response in HTTP/1.0: its connection is not used again',
    'RFC 9112 §9.3',
    forwarded('hello', { backend: 'dropped', has: /^HTTP\/1\.1 200 .*\r\nvia: 1\.0 frontend1\r\n/is }),
    `${head('HTTP/1.0 200 OK', 'Content-Length: 5')}hello`,
  ),
  response(
    'Connection: close from the backend does not close the client’s connection',
    'RFC 9112 §9.6',
    forwarded('hello', { backend: 'dropped', hasNot: /connection:/i }),
    `${head('HTTP/1.1 200 OK', 'Connection: close', 'Content-Length: 5')}hello`,
  ),
  response(
    'fields for this connection are not forwarded',
    'RFC 9110 §7.6.1',
    forwarded('hello', { has: /\r\nX-End: 1\r\n/, hasNot: /x-hop|keep-alive|proxy-connection|upgrade/i }),
    `${head('HTTP/1.1 200 OK', 'Connection: x-hop', 'X-Hop: 1', 'Keep-Alive: timeout=5', 'Proxy-Connection: a', 'Upgrade: h2c', 'X-End: 1', 'Content-Length: 5')}hello`,
  ),
  response(
    'X-Served-By and X-Request-Id are written by the edge alone',
    'contract',
    forwarded('hello', { has: /\r\nX-Served-By: frontend1, backend1\r\n/, hasNot: /liar/ }),
    `${head('HTTP/1.1 200 OK', 'X-Served-By: liar', 'X-Request-Id: liar', 'Content-Length: 5')}hello`,
  ),
  response(
    'several Set-Cookie fields are not joined',
    'RFC 9110 §5.3',
    forwarded('hello', { has: /\r\nSet-Cookie: a=1, x\r\nSet-Cookie: b=2\r\n/ }),
    `${head('HTTP/1.1 200 OK', 'Set-Cookie: a=1, x', 'Set-Cookie: b=2', 'Content-Length: 5')}hello`,
  ),
  broken('another major version', 'RFC 9112 §4', 'HTTP/2.0 200 OK', 'Content-Length: 5'),
  broken('another protocol', 'RFC 9112 §4', 'ICY 200 OK', 'Content-Length: 5'),
  broken('a status of two digits', 'RFC 9112 §4', 'HTTP/1.1 20 OK', 'Content-Length: 5'),
  broken('a status of 600', 'RFC 9110 §15', 'HTTP/1.1 600 OK', 'Content-Length: 5'),
  broken('a status of 099', 'RFC 9110 §15', 'HTTP/1.1 099 OK', 'Content-Length: 5'),
  broken('two spaces before the status', 'RFC 9112 §4', 'HTTP/1.1  200 OK', 'Content-Length: 5'),
  broken('a control character in the reason', 'RFC 9112 §4', 'HTTP/1.1 200 O\x07K', 'Content-Length: 5'),
  broken('a space before a colon', 'RFC 9112 §5.1', 'HTTP/1.1 200 OK', 'Content-Length : 5'),
  broken('a folded field', 'RFC 9112 §5.2', 'HTTP/1.1 200 OK', 'X: 1', ' 2', 'Content-Length: 5'),
  broken('NUL in a field', 'RFC 9110 §5.5', 'HTTP/1.1 200 OK', 'X: \0', 'Content-Length: 5'),
  broken('CR in a field', 'RFC 9112 §2.2', 'HTTP/1.1 200 OK', 'X: a\rSet-Cookie: b', 'Content-Length: 5'),
  broken('a line without a colon', 'RFC 9112 §5', 'HTTP/1.1 200 OK', 'X', 'Content-Length: 5'),
  broken('201 fields', 'contract', 'HTTP/1.1 200 OK', ...Array.from({ length: 201 }, () => 'X: 1')),
  broken('a field of 20 KiB', 'contract', 'HTTP/1.1 200 OK', `X: ${'x'.repeat(20_480)}`),
  broken(
    'fields of 80 KiB',
    'contract',
    'HTTP/1.1 200 OK',
    ...Array.from({ length: 80 }, () => `X: ${'x'.repeat(1021)}`),
  ),
  response('a head that does not end', 'contract', 'bad', `HTTP/1.1 200 OK\r\n${'X: 1\r\n'.repeat(12_000)}`),
  response('lines that end with LF alone', 'RFC 9112 §2.2', 'bad', 'HTTP/1.1 200 OK\nContent-Length: 5\n\nhello'),
  response('octets that are not HTTP', 'RFC 9112 §4', 'bad', '-ERR unknown command\r\n\r\n'),
  response('an empty line before the response', 'RFC 9112 §2.2', 'bad', `\r\n${HELLO}`),
]

/** Bodies: where they end. */
const bodies: readonly BackendResponse[] = [
  response('a body in chunks', 'RFC 9112 §7.1', forwarded('hello'), `${CHUNKED}2\r\nhe\r\n3;x\r\nllo\r\n0\r\n\r\n`),
  to(
    GET_1_0,
    response(
      'a body in chunks, for a client of HTTP/1.0',
      'RFC 9112 §7.1',
      forwarded('hello', { client: 'closed', hasNot: /transfer-encoding/i }),
      `${CHUNKED}5\r\nhello\r\n0\r\nX: 1\r\n\r\n`,
    ),
  ),
  then(
    'fin',
    response(
      'a body that ends with the connection',
      'RFC 9112 §6.3',
      forwarded('hello', { backend: 'dropped', has: /transfer-encoding: chunked/i }),
      `${head('HTTP/1.1 200 OK')}he`,
      'llo',
    ),
  ),
  then(
    'fin',
    to(
      GET_1_0,
      response(
        'a body that ends with the connection, for a client of HTTP/1.0',
        'RFC 9112 §6.3',
        forwarded('hello', { client: 'closed', backend: 'dropped' }),
        `${head('HTTP/1.0 200 OK')}hello`,
      ),
    ),
  ),
  then(
    'rst',
    to(
      GET_1_0,
      response(
        'a reset instead of the end, for a client of HTTP/1.0',
        'RFC 9112 §8',
        'cut',
        `${head('HTTP/1.0 200 OK')}hello`,
      ),
    ),
  ),
  then('rst', response('a reset instead of the end', 'RFC 9112 §8', 'cut', `${head('HTTP/1.1 200 OK')}hello`)),
  response(
    'trailers',
    'RFC 9112 §7.1.2',
    forwarded('hello', { trailers: 'X-Sum: 1\r\n' }),
    `${CHUNKED}5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n`,
  ),
  response(
    'trailers that a backend may not send are removed, the others forwarded',
    'RFC 9110 §6.5.1',
    forwarded('hello', { trailers: 'Server-Timing: late;dur=1\r\n' }),
    `${CHUNKED}5\r\nhello\r\n0\r\nSet-Cookie: a=b\r\nServer-Timing: late;dur=1\r\nX-Served-By: me\r\n\r\n`,
  ),
  response(
    'a trailer that would change the framing',
    'RFC 9110 §6.5.1',
    'bad or cut',
    `${CHUNKED}5\r\nhello\r\n0\r\nContent-Length: 9\r\n\r\n`,
  ),
  // responses without a body
  response(
    '204',
    'RFC 9110 §15.3.5',
    forwarded('', { status: 204, hasNot: /content-length|transfer-encoding/i }),
    head('HTTP/1.1 204 No Content'),
  ),
  response(
    '204 with a length',
    'RFC 9110 §8.6',
    forwarded('', { status: 204, hasNot: /content-length/i, backend: 'dropped' }),
    head('HTTP/1.1 204 No Content', 'Content-Length: 5'),
  ),
  response(
    '304 with the Content-Length of the 200',
    'RFC 9110 §15.4.5',
    forwarded('', { status: 304, has: /content-length: 5\r\n/i, backend: 'dropped' }),
    head('HTTP/1.1 304 Not Modified', 'Content-Length: 5'),
  ),
  to(
    HEAD,
    response(
      'HEAD with the Content-Length of the GET',
      'RFC 9110 §9.3.2',
      forwarded('', { has: /content-length: 5\r\n/i, backend: 'dropped' }),
      head('HTTP/1.1 200 OK', 'Content-Length: 5'),
    ),
  ),
  to(HEAD, response('HEAD with Transfer-Encoding', 'RFC 9112 §6.3', forwarded('', { backend: 'dropped' }), CHUNKED)),
  response(
    '204 with a body',
    'RFC 9112 §6.3',
    forwarded('', { status: 204, backend: 'dropped' }),
    `${head('HTTP/1.1 204 No Content', 'Content-Length: 5')}hello`,
  ),
  response(
    '204 with chunks',
    'RFC 9112 §6.1',
    forwarded('', { status: 204, backend: 'dropped' }),
    `${head('HTTP/1.1 204 No Content', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
  ),
  response(
    '304 with a body',
    'RFC 9112 §6.3',
    forwarded('', { status: 304, backend: 'dropped' }),
    `${head('HTTP/1.1 304 Not Modified', 'Content-Length: 5')}hello`,
  ),
  to(HEAD, response('HEAD with a body', 'RFC 9112 §6.3', forwarded('', { backend: 'dropped' }), HELLO)),
  // conflicting lengths
  broken('two lengths', 'RFC 9112 §6.3', 'HTTP/1.1 200 OK', 'Content-Length: 5', 'Content-Length: 6'),
  broken('the same length twice', 'contract', 'HTTP/1.1 200 OK', 'Content-Length: 5', 'Content-Length: 5'),
  broken('a list of lengths', 'RFC 9112 §6.3', 'HTTP/1.1 200 OK', 'Content-Length: 5, 6'),
  broken('a negative length', 'RFC 9110 §8.6', 'HTTP/1.1 200 OK', 'Content-Length: -5'),
  broken('length and chunks', 'RFC 9112 §6.3', 'HTTP/1.1 200 OK', 'Content-Length: 5', 'Transfer-Encoding: chunked'),
  broken('chunks in HTTP/1.0', 'RFC 9112 §6.1', 'HTTP/1.0 200 OK', 'Transfer-Encoding: chunked'),
  broken(
    'a transfer coding that the request did not accept',
    'RFC 9112 §6.1',
    'HTTP/1.1 200 OK',
    'Transfer-Encoding: gzip, chunked',
  ),
  to(
    HEAD,
    response(
      'two lengths, with HEAD',
      'RFC 9112 §6.3',
      'bad',
      head('HTTP/1.1 200 OK', 'Content-Length: 5', 'Content-Length: 6'),
    ),
  ),
  // too many octets
  response('octets after the body', 'RFC 9112 §6.3', forwarded('hello', { backend: 'dropped' }), `${HELLO}!`),
  response(
    'a second response after the first',
    'RFC 9112 §9.2',
    forwarded('hello', { backend: 'dropped' }),
    HELLO + HELLO,
  ),
  response(
    'octets after the body, a packet later',
    'RFC 9112 §9.2',
    forwarded('hello', { backend: 'dropped' }),
    HELLO,
    '!',
  ),
  response(
    'a second response, a packet later',
    'RFC 9112 §9.2',
    forwarded('hello', { backend: 'dropped' }),
    HELLO,
    HELLO,
  ),
  response(
    'octets after the last chunk',
    'RFC 9112 §7.1',
    forwarded('hello', { backend: 'dropped' }),
    `${CHUNKED}5\r\nhello\r\n0\r\n\r\nX`,
  ),
  // too few octets
  then('fin', response('no octets', 'RFC 9112 §8', 'bad')),
  then('rst', response('a reset before the response', 'RFC 9112 §8', 'bad')),
  then('fin', response('half a head', 'RFC 9112 §8', 'bad', 'HTTP/1.1 200 OK\r\nContent-Le')),
  then('rst', response('a reset within the head', 'RFC 9112 §8', 'bad', 'HTTP/1.1 200 OK\r\nContent-Le')),
  then('fin', response('half a body', 'RFC 9112 §8', 'cut', HELLO.slice(0, -2))),
  then('rst', response('a reset within the body', 'RFC 9112 §8', 'cut', HELLO.slice(0, -2))),
  then('fin', response('a head without its body', 'RFC 9112 §8', 'cut', HELLO.slice(0, -5))),
  then('fin', response('no last chunk', 'RFC 9112 §8', 'cut', `${CHUNKED}5\r\nhello\r\n`)),
  then('fin', response('an end within a chunk', 'RFC 9112 §8', 'cut', `${CHUNKED}5\r\nhel`)),
  then('rst', response('a reset within the trailers', 'RFC 9112 §8', 'cut', `${CHUNKED}5\r\nhello\r\n0\r\nX: `)),
  response('a chunk size that is not a number', 'RFC 9112 §7.1', 'bad or cut', `${CHUNKED}5\r\nhello\r\nxyz\r\n`),
  response('a chunk longer than its size', 'RFC 9112 §7.1', 'bad or cut', `${CHUNKED}3\r\nhello\r\n0\r\n\r\n`),
  response('a broken chunk, a packet later', 'RFC 9112 §7.1', 'cut', `${CHUNKED}5\r\nhello\r\n`, 'xyz\r\n'),
  response('a chunk size that ends with LF alone', 'RFC 9112 §7.1', 'bad or cut', `${CHUNKED}5\nhello\r\n0\r\n\r\n`),
]

const CONTINUE = head('HTTP/1.1 100 Continue')

/** Interim responses. */
const interim: readonly BackendResponse[] = [
  response('100 without Expect', 'RFC 9110 §15.2', forwarded('hello', { interim: [100] }), CONTINUE + HELLO),
  response(
    '103 with its fields, and 102, each in a packet',
    'RFC 9110 §15.2',
    forwarded('hello', { interim: [103, 102], has: /^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a>\r\n\r\n/ }),
    head('HTTP/1.1 103 Early Hints', 'Link: </a>', 'Connection: x', 'X: 1'),
    head('HTTP/1.1 102 Processing'),
    HELLO,
  ),
  response(
    'a length in an interim response is ignored',
    'RFC 9110 §8.6',
    forwarded('hello', { interim: [103] }),
    head('HTTP/1.1 103 Early Hints', 'Content-Length: 5') + HELLO,
  ),
  to(
    GET_1_0,
    response(
      '100 for a client of HTTP/1.0',
      'RFC 9110 §15.2',
      forwarded('hello', { client: 'closed' }),
      CONTINUE + HELLO,
    ),
  ),
  response(
    '101 without Upgrade',
    'RFC 9110 §15.2.2',
    'bad',
    head('HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: upgrade'),
  ),
  then('fin', response('100 without a final response', 'RFC 9112 §8', 'bad', CONTINUE)),
  response('100, then octets that are not HTTP', 'RFC 9112 §4', 'bad', CONTINUE, 'nonsense\r\n\r\n'),
]

export const BACKEND_RESPONSES: Readonly<Record<string, readonly BackendResponse[]>> = {
  heads,
  bodies,
  'interim responses': interim,
}
