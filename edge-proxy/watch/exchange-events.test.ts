import t from 'tap'
import type { LabEvent } from '#shared/events.ts'
import { Exchange } from '../exchange/exchange.ts'
import { FakeContext, FakeDownstream, FakeUpstream, receivedRequest } from '../testing/fakes.ts'

function begin(upstream: FakeUpstream) {
  const context = new FakeContext()
  const seen: LabEvent[] = []
  context.events.watch(event => seen.push(event))
  const client = new FakeDownstream(() => context.clock.now())
  const request = receivedRequest('GET /x HTTP/1.1', 'Host: a', 'Cookie: sid=secret', 'X-Mine: 1')
  const exchange = new Exchange(upstream, client, request, context)
  exchange.start()
  return { context, seen, kinds: () => seen.map(({ kind }) => kind) }
}

t.test('ExchangeEvents: each step is published as it happens', async t => {
  const upstream = new FakeUpstream('backend1')
  const { context, seen, kinds } = begin(upstream)
  t.strictSame(kinds(), ['edge.received', 'edge.pick'], 'a request that hangs here is visible here')
  context.clock.advance(3)
  upstream.link.connects()
  context.clock.advance(4)
  upstream.link.answers('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
  t.strictSame(kinds(), ['edge.received', 'edge.pick', 'edge.connected', 'edge.sent', 'edge.first-octet'])
  t.match(seen[0]?.detail, { method: 'GET', target: '/x', client: '127.0.0.1', probe: false })
  t.match(seen[1]?.detail, { backend: 'backend1', reason: 'backend1 was next' })
  t.strictSame(seen[2]?.detail, { backend: 'backend1', connection: 'new', ms: 3 })
  t.match(seen[3]?.detail, { backend: 'backend1', head: /^GET \/x HTTP\/1\.1\r\nHost: a\r\n/ })
  t.match(seen[4]?.detail, { backend: 'backend1', status: 200, head: 'HTTP/1.1 200 OK\r\nContent-Length: 2', ms: 7 })
})

t.test('ExchangeEvents: the heads are those that were received and sent, without secrets', async t => {
  const upstream = new FakeUpstream('backend1')
  const { seen } = begin(upstream)
  upstream.link.connects()
  const [received, , , sent] = seen
  t.match(received?.detail, {
    head: 'GET /x HTTP/1.1\r\nHost: a\r\nCookie: <10 octets>\r\nX-Mine: 1',
  })
  t.notMatch(JSON.stringify(seen), /sid=secret/)
  t.match(sent?.kind === 'edge.sent' ? sent.detail.fields : [], [
    { name: 'Host', verdict: 'kept' },
    { name: 'Cookie', verdict: 'kept' },
    { name: 'X-Mine', verdict: 'kept', rule: 'RFC 9110 §5.1' },
    { verdict: 'added' },
  ])
})

t.test('ExchangeEvents: a failed attempt and the next one are both published', async t => {
  const upstream = new FakeUpstream('backend1', 'backend2')
  const { seen, context, kinds } = begin(upstream)
  context.clock.advance(5)
  upstream.link.breaks(new Error('connection refused'))
  t.strictSame(kinds(), ['edge.received', 'edge.pick', 'edge.attempt-failed', 'edge.pick'])
  t.match(seen[2]?.detail, { backend: 'backend1', failure: 'refused', ms: 5 })
  t.match(seen[3]?.detail, {
    backend: 'backend2',
    reason: /backend1: tried already/,
    skipped: [{ backend: 'backend1', cause: 'tried' }],
  })
})

t.test('ExchangeEvents: the failure that ends a request is published once', async t => {
  const upstream = new FakeUpstream('backend1')
  const { kinds, seen } = begin(upstream)
  upstream.link.connects()
  upstream.link.answers('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf')
  upstream.link.user?.ended()
  t.equal(kinds().filter(kind => kind === 'edge.attempt-failed').length, 1)
  t.match(seen.at(-1)?.detail, { backend: 'backend1', failure: 'truncated' })
})
