/**
 * An exchange between a client's connection and a cluster that are both fakes: the test decides when each event happens.
 *
 * Read beside: exchange.ts, ../testing/fakes.ts, exchange.test.ts (the same on real sockets)
 */
import t from 'tap'
import { FakeContext, FakeDownstream, FakeUpstream, receivedRequest } from '../testing/fakes.ts'
import { Exchange } from './exchange.ts'

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
  upstream.link.connects()
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
  upstream.link.breaks(new Error('refused'))
  t.equal(upstream.link.backend.name, 'backend2')
  upstream.link.connects()
  upstream.link.answers(OK)
  t.equal(client.ending, 'done, kept')
  t.same(upstream.failures, ['backend1'])
})

t.test(
  'Exchange truncates a response that cannot be completed, and answers 502 for one that has not begun',
  async t => {
    for (const [sent, ending] of [
      ['HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf', 'truncated'],
      ['HTTP/1.1 200 OK\r\nConte', 'closed-early'],
    ] as const) {
      const upstream = new FakeUpstream('backend1')
      const { client } = begin(upstream, 'POST /x HTTP/1.1', 'Host: a')
      upstream.link.connects()
      upstream.link.answers(sent)
      upstream.link.user?.ended()
      t.equal(client.ending, ending)
      t.same(upstream.failures, ['backend1'])
      t.same(upstream.released, [])
    }
  },
)

t.test('Exchange closes the connection to the backend when its client is gone', async t => {
  const upstream = new FakeUpstream('backend1')
  const { exchange, context } = begin(upstream, 'GET /x HTTP/1.1', 'Host: a')
  upstream.link.connects()
  exchange.clientGone()
  t.notOk(upstream.link.open)
  t.equal(upstream.balancer.backends[0]?.active, 0)
  t.equal(context.over.length, 1)
})

t.test('Exchange answers 504 when the backend sends nothing until the deadline', async t => {
  const upstream = new FakeUpstream('backend1')
  const { exchange, client, context } = begin(upstream, 'POST /x HTTP/1.1', 'Host: a')
  upstream.link.connects()
  t.equal(client.deadline, context.timeouts.firstByte)
  context.clock.advance(context.timeouts.firstByte)
  exchange.expired(false)
  t.equal(client.ending, 'first-byte-timeout')
})

t.test(
  'Exchange asks another backend after 750 ms without an octet, and reports the silent one when the other answers',
  async t => {
    const upstream = new FakeUpstream('backend1', 'backend2')
    const { exchange, client, context } = begin(upstream, 'GET /x HTTP/1.1', 'Host: a')
    const silent = upstream.link
    silent.connects()
    t.equal(client.deadline, context.timeouts.silence)
    context.clock.advance(context.timeouts.silence)
    exchange.expired(false)
    t.notOk(silent.open)
    t.same(upstream.checks, ['backend1'].concat('backend1'))
    t.same(upstream.failures, [], 'not before another one has done better')
    upstream.link.connects()
    context.clock.advance(5)
    upstream.link.answers(OK)
    t.equal(client.ending, 'done, kept')
    t.same(upstream.failures, ['backend1'])
  },
)

t.test('Exchange reports no backend for a request that is slow at each of them', async t => {
  const upstream = new FakeUpstream('backend1', 'backend2')
  const { exchange, client, context } = begin(upstream, 'GET /x HTTP/1.1', 'Host: a')
  const { silence, firstByte } = context.timeouts
  upstream.link.connects()
  context.clock.advance(silence)
  exchange.expired(false)
  upstream.link.connects()
  context.clock.advance(silence)
  exchange.expired(false)
  t.ok(upstream.link.open, 'the last one gets its full time')
  t.equal(client.deadline, silence + firstByte)
  context.clock.advance(10_000)
  upstream.link.answers(OK)
  t.equal(client.ending, 'done, kept')
  t.same(upstream.failures, [])
})

t.test('Exchange waits for a POST, however long it takes, and asks no other backend', async t => {
  const upstream = new FakeUpstream('backend1', 'backend2')
  const { client, context } = begin(upstream, 'POST /x HTTP/1.1', 'Host: a')
  upstream.link.connects()
  t.equal(client.deadline, context.timeouts.firstByte)
})

t.test(
  'Exchange reports a silent backend when its client gives up first, unless a check has passed meanwhile',
  async t => {
    for (const [alive, failures] of [
      [false, ['backend1']],
      [true, []],
    ] as const) {
      const upstream = new FakeUpstream('backend1')
      const { exchange, context } = begin(upstream, 'POST /x HTTP/1.1', 'Host: a')
      upstream.link.connects()
      context.clock.advance(2_000)
      const [backend] = upstream.balancer.backends
      if (alive && backend) backend.lastCheck = { passed: true, text: 'L7OK', at: 1_000, streak: 1, stranger: false }
      exchange.clientGone()
      t.same(upstream.failures, failures)
    }
  },
)

t.test('Exchange does not report a backend whose client gives up early', async t => {
  const upstream = new FakeUpstream('backend1')
  const { exchange, context } = begin(upstream, 'POST /x HTTP/1.1', 'Host: a')
  upstream.link.connects()
  context.clock.advance(context.timeouts.silence - 1)
  exchange.clientGone()
  t.same(upstream.failures, [])
})

t.test('Exchange connects to another backend after 400 ms, or to the only one within 2 s', async t => {
  const two = new FakeUpstream('backend1', 'backend2')
  const { exchange, client, context } = begin(two, 'POST /x HTTP/1.1', 'Host: a')
  t.equal(client.deadline, context.timeouts.connectElsewhere)
  context.clock.advance(context.timeouts.connectElsewhere)
  exchange.expired(false)
  t.equal(two.link.backend.name, 'backend2')
  t.same(two.failures, ['backend1'])
  t.equal(client.deadline, context.timeouts.connectElsewhere + context.timeouts.connect)
})

t.test('Exchange waits in the queue of a backend without reporting it', async t => {
  const upstream = new FakeUpstream('backend1')
  upstream.full = true
  const { exchange, client, context } = begin(upstream, 'POST /x HTTP/1.1', 'Host: a')
  t.equal(client.deadline, context.timeouts.queue)
  context.clock.advance(context.timeouts.queue)
  exchange.expired(false)
  t.equal(client.ending, 'queue-timeout')
  t.same(upstream.failures, [])
  t.notOk(upstream.link.open, 'its place is given up')
})

t.test('Exchange holds a repeatable request until a backend is back', async t => {
  const upstream = new FakeUpstream('backend1', 'backend2')
  const { client, context } = begin(upstream, 'GET /x HTTP/1.1', 'Host: a')
  upstream.link.breaks(new Error('refused'))
  upstream.link.breaks(new Error('refused'))
  t.equal(client.ending, undefined)
  t.equal(client.deadline, context.timeouts.hold)
  t.ok(upstream.retryBudget.spend(), 'refused connections cost nothing')
  for (const retry of upstream.held) retry()
  upstream.link.connects()
  upstream.link.answers(OK)
  t.equal(client.ending, 'done, kept')
})

t.test('Exchange holds a repeatable request for at most 3 s, and never holds any other', async t => {
  const upstream = new FakeUpstream('backend1')
  const { exchange, client, context } = begin(upstream, 'GET /x HTTP/1.1', 'Host: a')
  upstream.link.breaks(new Error('refused'))
  context.clock.advance(context.timeouts.hold)
  exchange.expired(false)
  t.equal(client.ending, 'refused')
  t.equal(upstream.held.size, 0)
  const post = begin(upstream, 'POST /x HTTP/1.1', 'Host: a')
  upstream.link.breaks(new Error('refused'))
  t.equal(post.client.ending, 'refused')
  const none = begin(new FakeUpstream(), 'GET /x HTTP/1.1', 'Host: a')
  t.equal(none.client.ending, 'no-backend', 'a cluster without backends is not waited for')
})

t.test('Exchange does not wait for an application that does not run, and says which command starts it', async t => {
  const upstream = new FakeUpstream('ingressos1')
  upstream.startedBy = 'npm run lab -- start ingressos'
  const { client } = begin(upstream, 'GET /x HTTP/1.1', 'Host: a')
  t.equal(client.ending, undefined, 'its server is tried: it may have been started since the last check')
  upstream.link.breaks(new Error('refused'))
  t.equal(client.ending, 'not-running')
  t.equal(upstream.held.size, 0)
})

t.test(
  'Exchange reports a backend that answers 503 when another one answers 200, and none when all answer 503',
  async t => {
    const unavailable = 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n'
    for (const [second, failures, status] of [
      [OK, ['backend1'], 200],
      [unavailable, [], 503],
    ] as const) {
      const upstream = new FakeUpstream('backend1', 'backend2')
      upstream.retryStatuses = [503]
      const { client } = begin(upstream, 'GET /x HTTP/1.1', 'Host: a')
      upstream.link.connects()
      upstream.link.answers(unavailable)
      upstream.link.connects()
      upstream.link.answers(second)
      t.match(client.written, new RegExp(`^HTTP/1\\.1 ${status} `))
      t.same(upstream.failures, failures)
    }
  },
)

t.test('Exchange does not report a backend that closes during an upload', async t => {
  const upstream = new FakeUpstream('backend1')
  const context = new FakeContext()
  const client = new FakeDownstream(() => context.clock.now())
  client.bodyDone = false
  new Exchange(upstream, client, receivedRequest('POST /x HTTP/1.1', 'Host: a', 'Content-Length: 9'), context).start()
  upstream.link.connects()
  upstream.link.breaks()
  t.equal(client.ending, 'closed-early')
  t.same(upstream.failures, [])
})

t.test('Exchange uses a connection again only if nothing can follow on it', async t => {
  for (const [method, sent, kept] of [
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n', false],
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', true],
    ['GET', 'HTTP/1.1 204 No Content\r\n\r\n', true],
    ['GET', 'HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', false],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\n', false],
    ['GET', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok!', false],
  ] as const) {
    const upstream = new FakeUpstream('backend1')
    const { client } = begin(upstream, `${method} /x HTTP/1.1`, 'Host: a')
    upstream.link.connects()
    upstream.link.answers(sent)
    t.equal(client.ending, 'done, kept', sent)
    t.equal(upstream.released.length, kept ? 1 : 0, sent)
    t.notMatch(client.written, /!$/)
  }
})
