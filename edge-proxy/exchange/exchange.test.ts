/**
 * A request through the edge, on real sockets: which backend is asked, what is retried, and the response when it fails.
 *
 * Read beside: exchange.ts, ../failures.ts
 * Touches the world: edges and backends on 127.0.0.1.
 */
import t from 'tap'
import { httpBackend, scriptedBackend, type TestBackend } from '../testing/backends.ts'
import { openEdge } from '../testing/edge.ts'
import { exchange, RawClient, statuses } from '../testing/raw-client.ts'

const GET = 'GET /x HTTP/1.1\r\nHost: a\r\n\r\n'
const CLOSING_GET = 'GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'

/** Backends that answer with their own name. */
function naming(count: number): Promise<TestBackend[]> {
  const names = Array.from({ length: count }, (_, i) => `backend${i + 1}`)
  return Promise.all(names.map(name => httpBackend(name, (_, response) => response.end(name))))
}

function servedBy(received: string): string | undefined {
  return /\r\nX-Served-By: ([^\r]+)\r\n/.exec(received)?.[1]
}

t.test('Exchange asks healthy backends in turn and names the one that answered', async t => {
  const { port } = await openEdge(t, await naming(3))
  const served = []
  for (let i = 0; i < 6; i++) served.push(servedBy(await exchange(port, CLOSING_GET)))
  t.same(
    served,
    [1, 2, 3, 1, 2, 3].map(n => `frontend1, backend${n}`),
  )
})

t.test('Exchange forwards ids, and the response names its hops and their times', async t => {
  const backend = await httpBackend('backend1', (request, response) => {
    response.setHeader('Server-Timing', 'backend;dur=1.5, redis;dur=0.5')
    response.end(JSON.stringify(request.headers))
  })
  const { port } = await openEdge(t, [backend])
  const trace = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  const received = await exchange(
    port,
    CLOSING_GET.replace('\r\n\r\n', `\r\nX-Request-Id: aula-1\r\ntraceparent: ${trace}\r\n\r\n`),
  )
  t.match(received, /\r\nVia: 1\.1 frontend1\r\n/)
  t.match(received, /\r\nX-Request-Id: aula-1\r\n/)
  t.match(received, /\r\nServer-Timing: edge;dur=\d+\.\d\d, backend;dur=1\.5, redis;dur=0\.5\r\n/)
  const seen = JSON.parse(received.slice(received.indexOf('\r\n\r\n') + 4))
  t.match(seen, {
    host: 'a',
    via: '1.1 frontend1',
    'x-request-id': 'aula-1',
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-host': 'a',
    'x-forwarded-proto': 'http',
    forwarded: 'for=127.0.0.1;by=127.0.0.1;host="a";proto=http',
    traceparent: /^00-4bf92f3577b34da6a3ce929d0e0e4736-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$/,
  })
})

t.test('Exchange keeps connections on both sides: three requests, one socket on each side', async t => {
  const [backend] = (await naming(1)) as [TestBackend]
  const { port, edge } = await openEdge(t, [backend])
  const client = await RawClient.connect(port)
  for (let i = 1; i <= 3; i++) {
    await client.send(GET).until(received => statuses(received).length === i && received.endsWith('backend1'))
  }
  t.same(statuses(client.received), [200, 200, 200])
  t.equal(edge.connections, 1)
  t.equal(backend.sockets.size, 1, 'health checks close theirs')
  client.destroy()
})

t.test('Exchange answers pipelined requests in order, also those answered locally (RFC 9112 §9.3.2)', async t => {
  const backend = await httpBackend('backend1', (request, response) => response.end(`<${request.url}>`))
  const { port } = await openEdge(t, [backend])
  const ask = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`
  const received = await exchange(port, ask('/1') + ask('/healthz') + ask('/2') + CLOSING_GET)
  t.same([...received.matchAll(/<[^>]+>|"name":"frontend1"/g)].map(String), [
    '</1>',
    '"name":"frontend1"',
    '</2>',
    '</x>',
  ])
})

t.test('Exchange goes to the next backend when a connection is refused, whatever the method', async t => {
  const backends = await naming(3)
  const { port, cluster } = await openEdge(t, backends)
  await backends[0]?.close()
  const post = 'POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi'
  const received = await exchange(port, post)
  t.equal(statuses(received)[0], 200)
  t.equal(servedBy(received), 'frontend1, backend2')
  t.equal(cluster.backends[0]?.retries, 1)
})

t.test('Exchange answers 502 when every backend refuses, and 503 when none is up', async t => {
  const backends = await naming(2)
  const { port, cluster } = await openEdge(t, backends, { timeouts: { hold: 0 } })
  for (const backend of backends) await backend.close()
  const refused = await exchange(port, CLOSING_GET)
  t.equal(statuses(refused)[0], 502)
  t.equal(servedBy(refused), 'frontend1')
  t.match(refused, /\r\nContent-Type: application\/problem\+json\r\n/)
  for (const backend of cluster.backends) backend.health = { healthy: false, known: true, disagreeing: 0 }
  const unavailable = await exchange(port, CLOSING_GET)
  t.equal(statuses(unavailable)[0], 503)
})

t.test(
  'Exchange repeats an idempotent request when the idle connection turns out to be closed (RFC 9112 §9.3.1)',
  async t => {
    // Answers once, then closes when a second request arrives, as a backend does whose keep-alive time is over.
    let connections = 0
    const backend = await scriptedBackend('backend1', (socket, first) => {
      connections++
      t.match(first, /^GET \/x /)
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
      socket.on('data', () => socket.destroy())
    })
    const { port } = await openEdge(t, [backend])
    const client = await RawClient.connect(port)
    await client.send(GET).until(received => received.endsWith('ok'))
    await client.send(GET).until(received => statuses(received).length === 2)
    t.same(statuses(client.received), [200, 200])
    t.equal(connections, 2)
    client.destroy()
  },
)

t.test('Exchange does not repeat a request to the backend that closed a new connection, nor any POST: 502', async t => {
  let requests = 0
  const backend = await scriptedBackend('backend1', socket => {
    requests++
    socket.destroy()
  })
  const { port } = await openEdge(t, [backend], { timeouts: { hold: 0 } })
  t.equal(statuses(await exchange(port, CLOSING_GET))[0], 502)
  t.equal(requests, 1)
  t.equal(statuses(await exchange(port, CLOSING_GET.replace('GET', 'POST')))[0], 502)
  t.equal(requests, 2)
})

t.test('Exchange sends a POST only on a connection that has just answered, or on a new one', async t => {
  for (const [justAnswered, connections] of [
    [60_000, 1],
    [0, 2],
  ] as const) {
    const [backend] = (await naming(1)) as [TestBackend]
    const { port, cluster } = await openEdge(t, [backend], { timeouts: { justAnswered } })
    await exchange(port, CLOSING_GET)
    t.equal(cluster.poolOf(cluster.backends[0] as never).idle, 1)
    await exchange(port, CLOSING_GET.replace('GET', 'POST'))
    t.equal(cluster.poolOf(cluster.backends[0] as never).idle, connections, `${justAnswered} ms`)
  }
})

t.test(
  'Exchange never uses a connection again after octets that answer no request (response-queue poisoning)',
  async t => {
    let connections = 0
    const backend = await scriptedBackend('backend1', socket => {
      connections++
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
      setImmediate(() => setImmediate(() => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison')))
    })
    const { port } = await openEdge(t, [backend])
    for (let i = 1; i <= 5; i++) {
      const received = await exchange(port, CLOSING_GET)
      t.notMatch(received, /poison/)
      await new Promise(resolve => setImmediate(resolve))
    }
    t.ok(connections >= 2, `${connections} connections`)
  },
)

t.test('Exchange aborts the request at the backend when the client resets its connection', async t => {
  const aborted = Promise.withResolvers<void>()
  const arrived = Promise.withResolvers<void>()
  const backend = await httpBackend('backend1', (_, response) => {
    arrived.resolve()
    response.on('close', () => aborted.resolve())
  })
  const { port, cluster } = await openEdge(t, [backend])
  const client = await RawClient.connect(port)
  client.send(GET)
  await arrived.promise
  client.socket.resetAndDestroy()
  await aborted.promise
  t.equal(cluster.backends[0]?.active, 0)
})

t.test('Exchange still answers a client that half-closed after its request', async t => {
  const { port } = await openEdge(t, await naming(1))
  const client = await RawClient.connect(port)
  client.socket.end(GET)
  t.same(statuses(await client.untilClosed()), [200])
})

t.test(
  'Exchange sends what it has of a response whose backend closes in the middle, and closes the connection',
  async t => {
    const backend = await scriptedBackend('backend1', socket => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf')
      setImmediate(() => socket.destroy())
    })
    const { port } = await openEdge(t, [backend])
    const client = await RawClient.connect(port)
    const received = await client.send(GET).untilClosed()
    t.ok(received.endsWith('\r\n\r\nhalf'), 'the length shows that a part is missing (RFC 9112 §8)')
  },
)

t.test('Exchange passes a body of a megabyte both ways, with its length and in chunks', async t => {
  const backend = await httpBackend('backend1', (request, response) => {
    const chunked = request.headers['transfer-encoding'] !== undefined
    if (!chunked) response.setHeader('Content-Length', request.headers['content-length'] as string)
    request.pipe(response)
  })
  const { port } = await openEdge(t, [backend])
  const body = Buffer.from(Array.from({ length: 1_000_000 }, (_, i) => 97 + (i % 26)))
  for (const chunked of [false, true]) {
    const response = await fetch(`http://127.0.0.1:${port}/echo`, {
      method: 'POST',
      body: chunked ? new Blob([body]).stream() : body,
      duplex: 'half',
    } as RequestInit)
    t.equal(response.headers.has('content-length'), !chunked)
    t.ok(Buffer.from(await response.arrayBuffer()).equals(body))
  }
})
