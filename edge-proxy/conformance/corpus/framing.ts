/**
 * Content-Length and Transfer-Encoding: where a body ends. If two programs in a chain disagree about it, requests can be smuggled.
 *
 * Read beside: RFC 9112 §6 (message body), §6.1 (Transfer-Encoding), §6.2, §6.3 (length), RFC 9110 §8.6 (Content-Length)
 * Pure: data.
 */
import { type ConformanceCase, forwarded, head, refused } from '../case.ts'

const START = ['POST /a HTTP/1.1', 'Host: a'] as const
const CHUNKS = '5\r\nhello\r\n0\r\n\r\n'

const length = (name: string, value: string, rule = 'RFC 9110 §8.6'): ConformanceCase => ({
  name: `Content-Length: ${name}`,
  rule,
  send: `${head(...START, `Content-Length: ${value}`)}hello`,
  want: refused(400),
})
const coding = (name: string, status: number, ...lines: string[]): ConformanceCase => ({
  name: `Transfer-Encoding: ${name}`,
  rule: 'RFC 9112 §6.1',
  send: head(...START, ...lines) + CHUNKS,
  want: refused(status),
})
/** A request with a body of five octets, forwarded with the same framing. */
const framed = (method: string, field: string, body: string): ConformanceCase => ({
  name: `${method} with a body (${field})`,
  rule: 'RFC 9112 §6.3',
  send: head(`${method} /a HTTP/1.1`, 'Host: a', field) + body,
  want: forwarded(head(`${method} /a HTTP/1.1`, 'Host: a', field) + body),
})

export const framing: readonly ConformanceCase[] = [
  // every method may have a body, which keeps its framing
  ...['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY'].flatMap(method => [
    framed(method, 'Content-Length: 5', 'hello'),
    framed(method, 'Transfer-Encoding: chunked', CHUNKS),
  ]),
  {
    name: 'POST without a length has no body',
    rule: 'RFC 9112 §6.3',
    send: head(...START),
    want: forwarded(head(...START)),
  },
  {
    name: 'Content-Length: 0',
    rule: 'RFC 9112 §6.3',
    send: head(...START, 'Content-Length: 0'),
    want: forwarded(head(...START, 'Content-Length: 0')),
  },
  {
    name: 'Content-Length with leading zeros is forwarded without them',
    rule: 'RFC 9110 §8.6',
    send: `${head(...START, 'Content-Length: 0005')}hello`,
    want: forwarded(`${head(...START, 'Content-Length: 5')}hello`),
  },
  length('plus sign', '+5'),
  length('minus sign', '-5'),
  length('hexadecimal', '0x5'),
  length('a decimal point', '5.0'),
  length('an exponent', '5e0'),
  length('two numbers with a space', '5 5'),
  length('a list of equal numbers', '5, 5', 'RFC 9112 §6.3'),
  length('a list of different numbers', '5, 6', 'RFC 9112 §6.3'),
  length('empty', ''),
  length('a word', 'five'),
  length('a vertical tab before the number', '\x0b5'),
  length('a no-break space after the number', '5\xa0'),
  length('2^53', '9007199254740992'),
  length('2^64 + 5', '18446744073709551621'),
  length('400 digits', '9'.repeat(400)),
  {
    name: 'two Content-Length fields that differ',
    rule: 'RFC 9112 §6.3',
    send: `${head(...START, 'Content-Length: 5', 'Content-Length: 6')}hello`,
    want: refused(400),
  },
  {
    name: 'two Content-Length fields that are equal',
    rule: 'contract',
    send: `${head(...START, 'Content-Length: 5', 'Content-Length: 5')}hello`,
    want: refused(400),
  },
  {
    name: 'Content-Length and Transfer-Encoding',
    rule: 'RFC 9112 §6.3',
    send: head(...START, 'Content-Length: 15', 'Transfer-Encoding: chunked') + CHUNKS,
    want: refused(400),
  },
  {
    name: 'Transfer-Encoding and Content-Length',
    rule: 'RFC 9112 §6.3',
    send: head(...START, 'Transfer-Encoding: chunked', 'Content-Length: 15') + CHUNKS,
    want: refused(400),
  },
  // Transfer-Encoding
  {
    name: 'Transfer-Encoding: CHUNKED',
    rule: 'RFC 9112 §7',
    send: head(...START, 'Transfer-Encoding: CHUNKED') + CHUNKS,
    want: forwarded(head(...START, 'Transfer-Encoding: chunked') + CHUNKS),
  },
  {
    name: 'Transfer-Encoding with an empty list element',
    rule: 'RFC 9110 §5.6.1.2',
    send: head(...START, 'Transfer-Encoding: , chunked') + CHUNKS,
    want: forwarded(head(...START, 'Transfer-Encoding: chunked') + CHUNKS),
  },
  {
    name: 'Transfer-Encoding in HTTP/1.0',
    rule: 'RFC 9112 §6.1',
    send: head('POST /a HTTP/1.0', 'Host: a', 'Transfer-Encoding: chunked') + CHUNKS,
    want: refused(400),
  },
  coding('chunked twice', 400, 'Transfer-Encoding: chunked, chunked'),
  coding('chunked twice, in two fields', 400, 'Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'),
  coding('gzip', 400, 'Transfer-Encoding: gzip'),
  coding('gzip, chunked', 501, 'Transfer-Encoding: gzip, chunked'),
  coding('gzip and chunked, in two fields', 501, 'Transfer-Encoding: gzip', 'Transfer-Encoding: chunked'),
  coding('chunked, gzip', 400, 'Transfer-Encoding: chunked, gzip'),
  coding('chunked and identity, in two fields', 400, 'Transfer-Encoding: chunked', 'Transfer-Encoding: identity'),
  coding('identity', 400, 'Transfer-Encoding: identity'),
  coding('a word that ends with chunked', 400, 'Transfer-Encoding: xchunked'),
  coding('a word that begins with chunked', 400, 'Transfer-Encoding: chunkedx'),
  coding('quoted', 400, 'Transfer-Encoding: "chunked"'),
  coding('with a parameter', 400, 'Transfer-Encoding: chunked;q=1'),
  coding('empty', 400, 'Transfer-Encoding:'),
  coding('with a vertical tab', 400, 'Transfer-Encoding: \x0bchunked'),
  coding('with NUL', 400, 'Transfer-Encoding: chunked\0'),
  coding('with a no-break space', 400, 'Transfer-Encoding: chunked\xa0'),
  coding('a space before the colon', 400, 'Transfer-Encoding : chunked'),
  coding('folded onto the next line', 400, 'Transfer-Encoding:', ' chunked'),
  coding('hidden by CR', 400, 'X: 1\rTransfer-Encoding: chunked'),
]
