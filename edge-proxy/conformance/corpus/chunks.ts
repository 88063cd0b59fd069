/**
 * Bodies in chunks: sizes, extensions, ends, trailers.
 *
 * Read beside: RFC 9112 §7.1 (chunked), §7.1.1 (extensions), §7.1.2 (trailers), RFC 9110 §6.5 (trailer fields)
 * Pure: data.
 */
import { type ConformanceCase, forwarded, head, refused } from '../case.ts'

const HEAD = head('POST /a HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked')

/** A body that is forwarded, perhaps in a simpler form. */
const good = (name: string, body: string, arrives: string, rule = 'RFC 9112 §7.1'): ConformanceCase => ({
  name,
  rule,
  send: HEAD + body,
  want: forwarded(HEAD + arrives),
})
const bad = (name: string, body: string, rule = 'RFC 9112 §7.1', status = 400): ConformanceCase => ({
  name,
  rule,
  send: HEAD + body,
  want: refused(status),
})
const HELLO = '5\r\nhello\r\n0\r\n\r\n'

export const chunks: readonly ConformanceCase[] = [
  good('several chunks', '3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n', '3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n'),
  good('only the last chunk', '0\r\n\r\n', '0\r\n\r\n'),
  good('a size in upper case', 'A\r\n0123456789\r\n0\r\n\r\n', 'a\r\n0123456789\r\n0\r\n\r\n'),
  good('sizes with leading zeros', '0005\r\nhello\r\n000\r\n\r\n', HELLO),
  good('chunk data that looks like a chunk', '7\r\n0\r\n\r\nGE\r\n0\r\n\r\n', '7\r\n0\r\n\r\nGE\r\n0\r\n\r\n'),
  good(
    'chunk extensions are accepted and removed',
    '5;a;b=c;d="e;\\"f"\r\nhello\r\n0;g\r\n\r\n',
    HELLO,
    'RFC 9112 §7.1.1',
  ),
  good('white space around a chunk extension', '5 ; a = b\r\nhello\r\n0\r\n\r\n', HELLO, 'RFC 9110 §5.6.3'),
  bad('white space before a chunk size', ' 5\r\nhello\r\n0\r\n\r\n'),
  bad('white space after a chunk size', '5 \r\nhello\r\n0\r\n\r\n'),
  bad('a chunk size with a sign', '+5\r\nhello\r\n0\r\n\r\n'),
  bad('a negative chunk size', '-5\r\nhello\r\n0\r\n\r\n'),
  bad('a chunk size with 0x', '0x5\r\nhello\r\n0\r\n\r\n'),
  bad('a chunk size with an underscore', '0_5\r\nhello\r\n0\r\n\r\n'),
  bad('a chunk size that is not a number', 'G\r\nhello\r\n0\r\n\r\n'),
  bad('no chunk size', '\r\nhello\r\n0\r\n\r\n'),
  bad('a chunk size of 2^64 + 5', '10000000000000005\r\nhello\r\n0\r\n\r\n'),
  bad('a chunk size of 2^60', '1000000000000000\r\nhello\r\n0\r\n\r\n'),
  bad('a chunk longer than its size', '3\r\nhello\r\n0\r\n\r\n'),
  bad('a chunk shorter than its size', '6\r\nhello\r\n0\r\n\r\n'),
  bad('chunk data that ends with LF alone', '5\r\nhello\n0\r\n\r\n'),
  bad('chunk data that ends with CR alone', '5\r\nhello\r0\r\n\r\n'),
  bad('a chunk size that ends with LF alone', '5\nhello\r\n0\r\n\r\n'),
  bad('a chunk size that ends with CR alone', '5\rhello\r\n0\r\n\r\n'),
  bad('a last chunk that ends with LF alone', '5\r\nhello\r\n0\n\r\n'),
  bad('a final empty line that ends with LF alone', '5\r\nhello\r\n0\r\n\n'),
  bad('a chunk extension that ends with LF alone', '5;a\nhello\r\n0\r\n\r\n', 'RFC 9112 §7.1.1'),
  bad('LF within a quoted chunk extension', '5;a="b\nc"\r\nhello\r\n0\r\n\r\n', 'RFC 9112 §7.1.1'),
  bad('CR within a chunk extension', '5;a\rb\r\nhello\r\n0\r\n\r\n', 'RFC 9112 §7.1.1'),
  bad('NUL within a chunk extension', '5;a\0\r\nhello\r\n0\r\n\r\n', 'RFC 9112 §7.1.1'),
  bad('a chunk extension without a name', '5;\r\nhello\r\n0\r\n\r\n', 'RFC 9112 §7.1.1'),
  bad('a chunk extension with an open quote', '5;a="b\r\nhello\r\n0\r\n\r\n', 'RFC 9112 §7.1.1'),
  // trailers
  good(
    'trailers are forwarded as trailers',
    '5\r\nhello\r\n0\r\nX-Sum: 1\r\nX-Sum:2 \r\n\r\n',
    '5\r\nhello\r\n0\r\nX-Sum: 1\r\nX-Sum: 2\r\n\r\n',
    'RFC 9112 §7.1.2',
  ),
  bad('a trailer that would change the framing', '0\r\nContent-Length: 5\r\n\r\n', 'RFC 9110 §6.5.1'),
  bad('a trailer that would change the host', '0\r\nHost: b\r\n\r\n', 'RFC 9110 §6.5.1'),
  bad('a trailer that would change the client address', '0\r\nX-Forwarded-For: 10.0.0.1\r\n\r\n', 'RFC 9110 §6.5.1'),
  bad('a trailer with a space before its colon', '0\r\nX : 1\r\n\r\n', 'RFC 9112 §5.1'),
  bad('a trailer without a colon', '0\r\nX\r\n\r\n', 'RFC 9112 §5'),
  bad('a folded trailer', '0\r\nX: 1\r\n 2\r\n\r\n', 'RFC 9112 §5.2'),
  bad('a trailer with NUL', '0\r\nX: \0\r\n\r\n', 'RFC 9110 §5.5'),
  bad('a trailer that ends with LF alone', '0\r\nX: 1\n\r\n', 'RFC 9112 §2.2'),
]
