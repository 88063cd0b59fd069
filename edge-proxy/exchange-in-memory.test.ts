/**
 * An exchange between a client's connection and a cluster that are both fakes: the test decides when each event happens.
 *
 * Read beside: exchange.ts, testing/fakes.ts, exchange.test.ts (the same on real sockets)
 */
import t from 'tap'
import { Exchange } from './exchange.ts'
import { FakeContext, FakeDownstream, FakeUpstream, receivedRequest } from './testing/fakes.ts'

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

function begin(upstream: FakeUpstream, ...lines: string[]) {
  const context = new FakeContext()
  const client = new FakeDownstream(() => context.clock.now())
  const exchange = new Exchange(upstream, client, receivedRequest(...lines), context)
  exchange.start()
  return { exchange, client, context }
}

t.test('Exchange sends the request when it is connected, the response back, and keeps both connections', async t => {
  const upstream = new FakeUpstream('backend1')
  const { client, context, exchange } = begin(upstream, 'GET /x HTTP/1.1', 'Host: a')
  t.equal(upstream.link.written, '', 'nothing is sent before the connection is open')
  upstream.link.user?.connected()
  t.match(upstream.link.written, /^GET \/x HTTP\/1\.1\r\nHost: a\r\n/)
  upstream.link.answers(OK)
  t.match(client.written, /^HTTP\/1\.1 200 OK\r\n(?:.*\r\n)*X-Served-By: frontend1, backend1\r\n(?:.*\r\n)*\r\nok$/)
  t.equal(client.ending, 'done, kept')
  t.same(upstream.released, [upstream.link])
  t.same(context.over, [exchange])
})

t.test('Exchange asks the next backend when a connection is refused, and reports the first', async t => {
  const upstream = new FakeUpstream('backend1', 'backend2')
  const { client } = begin(upstream, 'POST /x HTTP/1.1', 'Host: a')
  upstream.link.user?.lost(new Error('refused'))
  t.equal(upstream.link.backend.name, 'backend2')
  upstream.link.user?.connected()
  upstream.link.answers(OK)
  t.equal(client.ending, 'done, kept')
  t.same(upstream.failures, ['backend1'])
})

t.test('Exchange cuts a response that cannot be completed, and answers 502 for one that has not begun', async t => {
  for (const [sent, ending] of [
    ['HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf', 'cut'],
    ['HTTP/1.1 200 OK\r\nConte', 'closed-early'],
  ] as const) {
    const upstream = new FakeUpstream('backend1')
    const { client } = begin(upstream, 'POST /x HTTP/1.1', 'Host: a')
    upstream.link.user?.connected()
    upstream.link.answers(sent)
    upstream.link.user?.ended()
    t.equal(client.ending, ending)
    t.same(upstream.failures, ['backend1'])
    t.same(upstream.released, [])
  }
})

t.test('Exchange closes the connection to the backend when its client is gone', async t => {
  const upstream = new FakeUpstream('backend1')
  const { exchange, context } = begin(upstream, 'GET /x HTTP/1.1', 'Host: a')
  upstream.link.user?.connected()
  exchange.clientGone()
  t.notOk(upstream.link.open)
  t.equal(upstream.balancer.backends[0]?.active, 0)
  t.equal(context.over.length, 1)
})

t.test('Exchange answers 504 when the backend sends nothing until the deadline', async t => {
  const upstream = new FakeUpstream('backend1')
  const { exchange, client, context } = begin(upstream, 'POST /x HTTP/1.1', 'Host: a')
  upstream.link.user?.connected()
  t.equal(client.deadline, context.timeouts.firstByte)
  context.clock.advance(context.timeouts.firstByte)
  exchange.expired(false)
  t.equal(client.ending, 'first-byte-timeout')
})
