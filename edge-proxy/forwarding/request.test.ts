import t from 'tap'
import { parseRequestHead } from '../http1/request-head.ts'
import { type Passage, requestHeadFor } from './request.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const PASSAGE: Passage = {
  edge: 'frontend1',
  edgeAddress: '127.20.0.20',
  clientAddress: '127.0.0.1',
  requestId: 'aula',
  traceparent: `00-${TRACE}-00f067aa0ba902b7-01`,
}

/** The head for the backend, as lines. */
function forwarded(...lines: string[]): string[] {
  return requestHeadFor(parseRequestHead(lines.join('\r\n')), PASSAGE).split('\r\n')
}

t.test('requestHeadFor() begins with Host and ends with the fields of the edge (RFC 9112 §3.2)', async t => {
  t.strictSame(forwarded('GET /x HTTP/1.1', 'Accept: */*', 'Host: a:80'), [
    'GET /x HTTP/1.1',
    'Host: a:80',
    'Accept: */*',
    'Via: 1.1 frontend1',
    'Forwarded: for=127.0.0.1;by=127.20.0.20;host="a:80";proto=http',
    'X-Forwarded-For: 127.0.0.1',
    'X-Forwarded-Host: a:80',
    'X-Forwarded-Proto: http',
    'X-Request-Id: aula',
    `traceparent: 00-${TRACE}-00f067aa0ba902b7-01`,
    '',
    '',
  ])
})

t.test('requestHeadFor() writes the framing fields itself', async t => {
  t.match(forwarded('POST / HTTP/1.1', 'Host: a', 'content-length: 005'), [
    'POST / HTTP/1.1',
    'Host: a',
    'Content-Length: 5',
  ])
  t.ok(forwarded('POST / HTTP/1.1', 'Host: a', 'TRANSFER-ENCODING: Chunked').includes('Transfer-Encoding: chunked'))
})

t.test('requestHeadFor() forwards Trailer only with chunks, and Expect only from HTTP/1.1', async t => {
  t.ok(forwarded('POST / HTTP/1.1', 'Host: a', 'Trailer: X', 'Transfer-Encoding: chunked').includes('Trailer: X'))
  t.notOk(forwarded('GET / HTTP/1.1', 'Host: a', 'Trailer: X').includes('Trailer: X'))
  t.notOk(forwarded('POST / HTTP/1.0', 'Host: a', 'Expect: 100-continue').includes('Expect: 100-continue'))
})

t.test('requestHeadFor() forwards tracestate only with the trace to which it belongs', async t => {
  const traceparent = `traceparent: 00-${TRACE}-1111111111111111-01`
  t.ok(forwarded('GET / HTTP/1.1', 'Host: a', traceparent, 'tracestate: x=1').includes('tracestate: x=1'))
  t.notOk(forwarded('GET / HTTP/1.1', 'Host: a', 'tracestate: x=1').includes('tracestate: x=1'))
})
