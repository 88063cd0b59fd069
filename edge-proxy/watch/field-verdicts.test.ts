import t from 'tap'
import { type Passage, requestHeadFor } from '../forwarding/request.ts'
import { parseRequestHead } from '../http1/request-head.ts'
import { fieldVerdicts } from './field-verdicts.ts'

const PASSAGE: Passage = {
  edge: 'frontend1',
  edgeAddress: '127.20.0.20',
  clientAddress: '127.0.0.1',
  requestId: 'aula',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
}

/** `name verdict rule`, a line for each field of a request through the edge. */
function verdicts(...lines: string[]): string[] {
  const head = parseRequestHead(lines.join('\r\n'))
  return fieldVerdicts(head.fields, requestHeadFor(head, PASSAGE)).map(({ name, verdict, rule }) =>
    [name, verdict, rule].join(' '),
  )
}

t.test('fieldVerdicts() has the change of each field, and the section that requires it', async t => {
  t.strictSame(
    verdicts(
      'POST / HTTP/1.1',
      'Host: a',
      'Connection: X-Hop',
      'X-Hop: 1',
      'X_Real_IP: 2',
      'X-End: 3',
      'X-End: 4',
      'Via: 1.1 other',
      'Transfer-Encoding: chunked',
      'X-Request-Id: mine',
    ),
    [
      'Host kept RFC 9110 §5.1',
      'Connection removed RFC 9110 §7.6.1',
      'X-Hop removed RFC 9110 §7.6.1',
      'X_Real_IP removed lab',
      'X-End kept RFC 9110 §5.1',
      'Via replaced RFC 9110 §7.6.3',
      'Transfer-Encoding kept RFC 9110 §5.1',
      'X-Request-Id replaced lab',
      'Forwarded added RFC 7239 §4',
      'X-Forwarded-For added RFC 7239 §7.4',
      'X-Forwarded-Host added RFC 7239 §7.4',
      'X-Forwarded-Proto added RFC 7239 §7.4',
      'traceparent added W3C Trace Context §3.2',
    ],
  )
})

t.test('fieldVerdicts() calls framing by its own sections, not hop-by-hop', async t => {
  t.strictSame(verdicts('POST / HTTP/1.1', 'Host: a', 'Content-Length: 005').slice(0, 2), [
    'Host kept RFC 9110 §5.1',
    'Content-Length replaced RFC 9110 §8.6',
  ])
})
