import t from 'tap'
import { parseResponseHead } from './response-head.ts'

t.test('parseResponseHead() decides where the body ends (RFC 9112 §6.3)', async t => {
  const framings: [method: string, head: string, framing: object][] = [
    ['GET', 'HTTP/1.1 200 OK\r\nContent-Length: 5', { kind: 'length', length: 5 }],
    ['GET', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked', { kind: 'chunked' }],
    ['GET', 'HTTP/1.1 200 OK', { kind: 'close' }],
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 5', { kind: 'none' }],
    ['GET', 'HTTP/1.1 204 No Content', { kind: 'none' }],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5', { kind: 'none' }],
    ['GET', 'HTTP/1.1 100 Continue', { kind: 'none' }],
  ]
  for (const [method, head, framing] of framings)
    t.same(parseResponseHead(head, method).body, framing, `${method}: ${head}`)
})

t.test('parseResponseHead() finds out whether the connection stays open (RFC 9112 §9.3)', async t => {
  t.ok(parseResponseHead('HTTP/1.1 200 OK\r\nContent-Length: 0', 'GET').keepAlive)
  t.notOk(parseResponseHead('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close', 'GET').keepAlive)
  t.notOk(parseResponseHead('HTTP/1.0 200 OK\r\nContent-Length: 0', 'GET').keepAlive)
  t.notOk(parseResponseHead('HTTP/1.1 200 OK', 'GET').keepAlive)
})

t.test('parseResponseHead() accepts an empty and a missing reason phrase (RFC 9112 §4)', async t => {
  t.match(parseResponseHead('HTTP/1.1 200 ', 'GET'), { status: 200, reason: '' })
  t.match(parseResponseHead('HTTP/1.1 200', 'GET'), { status: 200, reason: '' })
})

t.test('parseResponseHead() refuses text that is not a response', async t => {
  const refused = [
    'HTTP/1.1 99 Low',
    'HTTP/1.1 600 High',
    'HTTP/1.1 2000 Long',
    'HTTP/2 200 OK',
    'HTTP/1.1  200 OK',
    'ICY 200 OK',
    '',
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5',
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked',
    'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip',
    'HTTP/1.1 200 OK\r\n folded: 1',
  ]
  for (const head of refused) t.throws(() => parseResponseHead(head, 'GET'), { name: 'FramingError' }, head)
})
