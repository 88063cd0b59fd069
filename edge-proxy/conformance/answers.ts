/**
 * Answers of backends, good ones and bad ones, octet by octet, and what may become of each on its way to the client.
 *
 * Read beside: answers.test.ts (which puts them behind an edge), RFC 9112 §4, §6.3, §7.1, RFC 9110 §15.2 (1xx)
 * Pure: data. Longer than 250 lines because it is a table, an entry for each answer.
 */
import { head } from './case.ts'

export interface Answer {
  readonly name: string
  readonly rule: string
  /** The request that it answers; by default a GET. */
  readonly request?: string
  /** Each is a packet of its own. */
  readonly send: readonly string[]
  /** What the backend does behind it. By default it waits for the next request. */
  readonly afterwards?: 'fin' | 'rst'
  readonly want: Fate
}

export type Fate = Relayed | 'bad' | 'cut' | 'bad or cut'

export interface Relayed {
  readonly status: number
  readonly content: string
  readonly trailers?: string
  /** Interim answers that come before. */
  readonly interim?: readonly number[]
  /** What the head must match, and must not match. */
  readonly has?: RegExp
  readonly hasNot?: RegExp
  /** Whether the client may go on with its connection. */
  readonly client: 'open' | 'closed'
  /** Whether the backend's connection may carry the next request. */
  readonly backend: 'kept' | 'dropped'
}

const HELLO = `${head('HTTP/1.1 200 OK', 'Content-Length: 5')}hello`
const CHUNKED = head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked')
const GET_1_0 = head('GET /a HTTP/1.0', 'Host: a')
const HEAD = head('HEAD /a HTTP/1.1', 'Host: a')

const relayed = (content: string, more: Partial<Relayed> = {}): Relayed => ({
  status: 200,
  content,
  client: 'open',
  backend: 'kept',
  ...more,
})
const answer = (name: string, rule: string, want: Fate, ...send: string[]): Answer => ({ name, rule, send, want })
const behind = (afterwards: 'fin' | 'rst', one: Answer): Answer => ({ ...one, afterwards })
const to = (request: string, one: Answer): Answer => ({ ...one, request })
const broken = (name: string, rule: string, ...lines: string[]): Answer =>
  answer(name, rule, 'bad', `${head(...lines)}hello`)

/** Heads: what a status line and fields may look like. */
export const heads: readonly Answer[] = [
  answer('an ordinary answer', 'RFC 9112 §4', relayed('hello'), HELLO),
  answer(
    'an answer that comes octet by octet',
    'RFC 9112 §2.1',
    relayed('hello'),
    ...HELLO.slice(0, 12),
    HELLO.slice(12),
  ),
  answer(
    'no reason phrase, and no space before it',
    'RFC 9112 §4',
    relayed('hello'),
    `${head('HTTP/1.1 200', 'Content-Length: 5')}hello`,
  ),
  answer(
    'an answer of HTTP/1.0: its connection is not used again',
    'RFC 9112 §9.3',
    relayed('hello', { backend: 'dropped', has: /^HTTP\/1\.1 200 .*\r\nvia: 1\.0 frontend1\r\n/is }),
    `${head('HTTP/1.0 200 OK', 'Content-Length: 5')}hello`,
  ),
  answer(
    'Connection: close from the backend is not about the client',
    'RFC 9112 §9.6',
    relayed('hello', { backend: 'dropped', hasNot: /connection:/i }),
    `${head('HTTP/1.1 200 OK', 'Connection: close', 'Content-Length: 5')}hello`,
  ),
  answer(
    'fields about the connection end here',
    'RFC 9110 §7.6.1',
    relayed('hello', { has: /\r\nX-End: 1\r\n/, hasNot: /x-hop|keep-alive|proxy-connection|upgrade/i }),
    `${head('HTTP/1.1 200 OK', 'Connection: x-hop', 'X-Hop: 1', 'Keep-Alive: timeout=5', 'Proxy-Connection: a', 'Upgrade: h2c', 'X-End: 1', 'Content-Length: 5')}hello`,
  ),
  answer(
    'what the edge writes, nobody else does',
    'contract',
    relayed('hello', { has: /\r\nX-Served-By: frontend1, backend1\r\n/, hasNot: /liar/ }),
    `${head('HTTP/1.1 200 OK', 'X-Served-By: liar', 'X-Request-Id: liar', 'Content-Length: 5')}hello`,
  ),
  answer(
    'several Set-Cookie stay apart',
    'RFC 9110 §5.3',
    relayed('hello', { has: /\r\nSet-Cookie: a=1, x\r\nSet-Cookie: b=2\r\n/ }),
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
  answer('a head without an end', 'contract', 'bad', `HTTP/1.1 200 OK\r\n${'X: 1\r\n'.repeat(12_000)}`),
  answer('lines that end with LF alone', 'RFC 9112 §2.2', 'bad', 'HTTP/1.1 200 OK\nContent-Length: 5\n\nhello'),
  answer('no HTTP at all', 'RFC 9112 §4', 'bad', '-ERR unknown command\r\n\r\n'),
  answer('an empty line before the answer', 'RFC 9112 §2.2', 'bad', `\r\n${HELLO}`),
]

/** Where a body ends. */
export const bodies: readonly Answer[] = [
  answer('a body in chunks', 'RFC 9112 §7.1', relayed('hello'), `${CHUNKED}2\r\nhe\r\n3;x\r\nllo\r\n0\r\n\r\n`),
  to(
    GET_1_0,
    answer(
      'a body in chunks, for a client of HTTP/1.0',
      'RFC 9112 §7.1',
      relayed('hello', { client: 'closed', hasNot: /transfer-encoding/i }),
      `${CHUNKED}5\r\nhello\r\n0\r\nX: 1\r\n\r\n`,
    ),
  ),
  behind(
    'fin',
    answer(
      'a body that ends with the connection',
      'RFC 9112 §6.3',
      relayed('hello', { backend: 'dropped', has: /transfer-encoding: chunked/i }),
      `${head('HTTP/1.1 200 OK')}he`,
      'llo',
    ),
  ),
  behind(
    'fin',
    to(
      GET_1_0,
      answer(
        'a body that ends with the connection, for a client of HTTP/1.0',
        'RFC 9112 §6.3',
        relayed('hello', { client: 'closed', backend: 'dropped' }),
        `${head('HTTP/1.0 200 OK')}hello`,
      ),
    ),
  ),
  behind(
    'rst',
    to(
      GET_1_0,
      answer(
        'a reset instead of the end, for a client of HTTP/1.0',
        'RFC 9112 §8',
        'cut',
        `${head('HTTP/1.0 200 OK')}hello`,
      ),
    ),
  ),
  behind('rst', answer('a reset instead of the end', 'RFC 9112 §8', 'cut', `${head('HTTP/1.1 200 OK')}hello`)),
  answer(
    'trailers',
    'RFC 9112 §7.1.2',
    relayed('hello', { trailers: 'X-Sum: 1\r\n' }),
    `${CHUNKED}5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n`,
  ),
  answer(
    'trailers that come too late or are not its to write, among one that is',
    'RFC 9110 §6.5.1',
    relayed('hello', { trailers: 'Server-Timing: late;dur=1\r\n' }),
    `${CHUNKED}5\r\nhello\r\n0\r\nSet-Cookie: a=b\r\nServer-Timing: late;dur=1\r\nX-Served-By: me\r\n\r\n`,
  ),
  answer(
    'a trailer that would change the framing',
    'RFC 9110 §6.5.1',
    'bad or cut',
    `${CHUNKED}5\r\nhello\r\n0\r\nContent-Length: 9\r\n\r\n`,
  ),
  // answers without a body
  answer(
    '204',
    'RFC 9110 §15.3.5',
    relayed('', { status: 204, hasNot: /content-length|transfer-encoding/i }),
    head('HTTP/1.1 204 No Content'),
  ),
  answer(
    '204 with a length',
    'RFC 9110 §8.6',
    relayed('', { status: 204, hasNot: /content-length/i }),
    head('HTTP/1.1 204 No Content', 'Content-Length: 5'),
  ),
  answer(
    '304 with the length of what it does not send',
    'RFC 9110 §15.4.5',
    relayed('', { status: 304, has: /content-length: 5\r\n/i }),
    head('HTTP/1.1 304 Not Modified', 'Content-Length: 5'),
  ),
  to(
    HEAD,
    answer(
      'HEAD with the length of what it does not send',
      'RFC 9110 §9.3.2',
      relayed('', { has: /content-length: 5\r\n/i }),
      head('HTTP/1.1 200 OK', 'Content-Length: 5'),
    ),
  ),
  to(HEAD, answer('HEAD with Transfer-Encoding', 'RFC 9112 §6.3', relayed(''), CHUNKED)),
  answer('204 with a body', 'RFC 9112 §6.3', 'bad', `${head('HTTP/1.1 204 No Content', 'Content-Length: 5')}hello`),
  answer(
    '204 with chunks',
    'RFC 9112 §6.1',
    'bad',
    `${head('HTTP/1.1 204 No Content', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
  ),
  answer('304 with a body', 'RFC 9112 §6.3', 'bad', `${head('HTTP/1.1 304 Not Modified', 'Content-Length: 5')}hello`),
  to(HEAD, answer('HEAD with a body', 'RFC 9112 §6.3', 'bad', HELLO)),
  // lengths in conflict
  broken('two lengths', 'RFC 9112 §6.3', 'HTTP/1.1 200 OK', 'Content-Length: 5', 'Content-Length: 6'),
  broken('the same length twice', 'contract', 'HTTP/1.1 200 OK', 'Content-Length: 5', 'Content-Length: 5'),
  broken('a list of lengths', 'RFC 9112 §6.3', 'HTTP/1.1 200 OK', 'Content-Length: 5, 6'),
  broken('a length that is none', 'RFC 9110 §8.6', 'HTTP/1.1 200 OK', 'Content-Length: -5'),
  broken('length and chunks', 'RFC 9112 §6.3', 'HTTP/1.1 200 OK', 'Content-Length: 5', 'Transfer-Encoding: chunked'),
  broken('chunks in HTTP/1.0', 'RFC 9112 §6.1', 'HTTP/1.0 200 OK', 'Transfer-Encoding: chunked'),
  broken('a coding that nobody asked for', 'RFC 9112 §6.1', 'HTTP/1.1 200 OK', 'Transfer-Encoding: gzip, chunked'),
  to(
    HEAD,
    answer(
      'two lengths, with HEAD',
      'RFC 9112 §6.3',
      'bad',
      head('HTTP/1.1 200 OK', 'Content-Length: 5', 'Content-Length: 6'),
    ),
  ),
  // too much
  answer('octets behind the body', 'RFC 9112 §6.3', 'bad', `${HELLO}!`),
  answer('a second answer behind the first', 'RFC 9112 §9.2', 'bad', HELLO + HELLO),
  answer(
    'octets behind the body, a packet later',
    'RFC 9112 §9.2',
    relayed('hello', { backend: 'dropped' }),
    HELLO,
    '!',
  ),
  answer('a second answer, a packet later', 'RFC 9112 §9.2', relayed('hello', { backend: 'dropped' }), HELLO, HELLO),
  answer(
    'octets behind the last chunk',
    'RFC 9112 §7.1',
    relayed('hello', { backend: 'dropped' }),
    `${CHUNKED}5\r\nhello\r\n0\r\n\r\nX`,
  ),
  // too little, or broken on the way
  behind('fin', answer('nothing at all', 'RFC 9112 §8', 'bad')),
  behind('rst', answer('a reset before the answer', 'RFC 9112 §8', 'bad')),
  behind('fin', answer('half a head', 'RFC 9112 §8', 'bad', 'HTTP/1.1 200 OK\r\nContent-Le')),
  behind('rst', answer('a reset within the head', 'RFC 9112 §8', 'bad', 'HTTP/1.1 200 OK\r\nContent-Le')),
  behind('fin', answer('half a body', 'RFC 9112 §8', 'cut', HELLO.slice(0, -2))),
  behind('rst', answer('a reset within the body', 'RFC 9112 §8', 'cut', HELLO.slice(0, -2))),
  behind('fin', answer('a head and no body', 'RFC 9112 §8', 'cut', HELLO.slice(0, -5))),
  behind('fin', answer('no last chunk', 'RFC 9112 §8', 'cut', `${CHUNKED}5\r\nhello\r\n`)),
  behind('fin', answer('an end within a chunk', 'RFC 9112 §8', 'cut', `${CHUNKED}5\r\nhel`)),
  behind('rst', answer('a reset within the trailers', 'RFC 9112 §8', 'cut', `${CHUNKED}5\r\nhello\r\n0\r\nX: `)),
  answer('a chunk size that is none', 'RFC 9112 §7.1', 'bad or cut', `${CHUNKED}5\r\nhello\r\nxyz\r\n`),
  answer('a chunk that is longer than it says', 'RFC 9112 §7.1', 'bad or cut', `${CHUNKED}3\r\nhello\r\n0\r\n\r\n`),
  answer('a broken chunk, a packet later', 'RFC 9112 §7.1', 'cut', `${CHUNKED}5\r\nhello\r\n`, 'xyz\r\n'),
  answer('a chunk size that ends with LF alone', 'RFC 9112 §7.1', 'bad or cut', `${CHUNKED}5\nhello\r\n0\r\n\r\n`),
]

const CONTINUE = head('HTTP/1.1 100 Continue')

/** Answers before the answer. */
export const interim: readonly Answer[] = [
  answer('100 that nobody asked for', 'RFC 9110 §15.2', relayed('hello', { interim: [100] }), CONTINUE + HELLO),
  answer(
    '103 with its fields, and 102, each in a packet',
    'RFC 9110 §15.2',
    relayed('hello', { interim: [103, 102], has: /^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a>\r\n\r\n/ }),
    head('HTTP/1.1 103 Early Hints', 'Link: </a>', 'Connection: x', 'X: 1'),
    head('HTTP/1.1 102 Processing'),
    HELLO,
  ),
  answer(
    'a length in an interim answer means nothing',
    'RFC 9110 §8.6',
    relayed('hello', { interim: [103] }),
    head('HTTP/1.1 103 Early Hints', 'Content-Length: 5') + HELLO,
  ),
  to(
    GET_1_0,
    answer('100 for a client of HTTP/1.0', 'RFC 9110 §15.2', relayed('hello', { client: 'closed' }), CONTINUE + HELLO),
  ),
  answer(
    '101 that nobody asked for',
    'RFC 9110 §15.2.2',
    'bad',
    head('HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: upgrade'),
  ),
  behind('fin', answer('100 and nothing behind it', 'RFC 9112 §8', 'bad', CONTINUE)),
  answer('100, and then nonsense', 'RFC 9112 §4', 'bad', CONTINUE, 'nonsense\r\n\r\n'),
]

export const ANSWERS: Readonly<Record<string, readonly Answer[]>> = { heads, bodies, 'interim answers': interim }
