/**
 * An edge as a whole: what it answers itself, how it stops, and its events.
 *
 * Read beside: edge.ts, watch/
 * Touches the world: edges and backends on 127.0.0.1.
 */
import { spawnSync } from 'node:child_process'
import t from 'tap'
import type { LabEvent } from '#shared/events.ts'
import { errorPages } from './pages/error-page.ts'
import { httpBackend } from './testing/backends.ts'
import { openEdge } from './testing/edge.ts'
import { exchange, RawClient, statuses } from './testing/raw-client.ts'
import { metricsOf } from './watch/metrics.ts'
import { statusOf } from './watch/status.ts'

const CLOSING_GET = 'GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
const ok = (name: string) => httpBackend(name, (_, response) => response.end('ok'))

t.test('Edge answers /healthz itself, with its own name', async t => {
  const { port } = await openEdge(t, [])
  const received = await exchange(port, CLOSING_GET.replace('/x', '/healthz'))
  t.same(statuses(received), [200])
  t.match(received, /\r\nX-Served-By: frontend1\r\n/)
  t.match(received, /"name":"frontend1".*"ready":true/)
})

t.test('Edge answers 501 to a method that is not known, with and without a body (RFC 9110 §9.1)', async t => {
  const { port } = await openEdge(t, [])
  for (const method of ['FOO', 'get']) {
    const request = CLOSING_GET.replace('GET', method)
    t.same(statuses(await exchange(port, request)), [501])
    t.same(statuses(await exchange(port, request.replace('\r\n\r\n', '\r\nContent-Length: 2\r\n\r\nhi'))), [501])
  }
  t.same(
    statuses(await exchange(port, CLOSING_GET.replace('GET', 'REPORT'))),
    [503],
    'forwarded, and there is no backend',
  )
})

t.test('Edge refuses a HEAD without content, but with its Content-Length (RFC 9110 §9.3.2)', async t => {
  const { port } = await openEdge(t, [])
  for (const [status, broken] of [
    [400, 'HEAD /x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
    [417, 'HEAD /x HTTP/1.1\r\nHost: a\r\nExpect: everything\r\n\r\n'],
    [400, 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nHEAD x HTTP/1.1\r\nHost: a\r\n\r\n'],
  ] as const) {
    const received = await exchange(port, broken)
    t.equal(statuses(received).at(-1), status)
    t.match(received, /\r\nContent-Length: \d{2,}\r\n(?:[^\r]+\r\n)+\r\n$/)
  }
  t.match(await exchange(port, 'GET x HTTP/1.1\r\nHost: a\r\n\r\n'), /}\n$/)
})

t.test('Edge forwards nothing for a connection that was reset before it was accepted', async t => {
  const paths: string[] = []
  const backend = await httpBackend('backend1', ({ url = '' }, response) => {
    paths.push(url)
    response.end('ok')
  })
  const { port, edge } = await openEdge(t, [backend])
  await exchange(port, CLOSING_GET.replace('/x', '/before'))
  // It connects, sends a request and resets while the edge, in this process, is blocked. Afterwards accept(2) still returns the
  // connection, its octets can be read, and getpeername(2) fails. Forwarded, such a request would be outside every limit.
  const script = `const socket = require('net').connect(${port}, '127.0.0.1', () =>
    socket.write('GET /nameless HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n', () => socket.resetAndDestroy()))`
  t.equal(spawnSync(process.execPath, ['-e', script]).status, 0)
  await exchange(port, CLOSING_GET.replace('/x', '/after'))
  t.equal(edge.counters.connections, 3)
  t.same(paths, ['/before', '/after'])
})

t.test('Edge.drain() answers 503 on /healthz, finishes open exchanges, and accepts no new connections', async t => {
  const arrived = Promise.withResolvers<void>()
  const mayAnswer = Promise.withResolvers<void>()
  const backend = await httpBackend('backend1', async (_, response) => {
    arrived.resolve()
    await mayAnswer.promise
    response.end('late')
  })
  const { port, edge } = await openEdge(t, [backend])
  const idle = await RawClient.connect(port)
  await idle.send('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n').until(received => received.includes('ready'))
  const busy = await RawClient.connect(port)
  busy.send('GET /x HTTP/1.1\r\nHost: a\r\n\r\n')
  await arrived.promise

  const drained = edge.drain(50, 5000)
  t.match(await exchange(port, CLOSING_GET.replace('/x', '/healthz')), /^HTTP\/1\.1 503 /, 'during the grace time')
  await idle.untilClosed()
  await t.rejects(RawClient.connect(port), { code: 'ECONNREFUSED' }, 'after it')
  mayAnswer.resolve()
  const received = await busy.untilClosed()
  t.match(received, /^HTTP\/1\.1 200 OK\r\n(?:.*\r\n)*Connection: close\r\n/)
  t.ok(received.endsWith('late\r\n0\r\n\r\n') || received.endsWith('late'))
  await drained
  t.equal(edge.connections, 0)
})

t.test('Edge publishes events about each request, with cookies masked', async t => {
  const { port, events } = await openEdge(t, [await ok('backend1')])
  const seen: LabEvent[] = []
  t.teardown(events.watch(event => seen.push(event)))
  await exchange(
    port,
    CLOSING_GET.replace('\r\n\r\n', '\r\nCookie: sid=secret\r\nX-Request-Id: aula\r\nKeep-Alive: 5\r\n\r\n'),
  )
  t.same(
    seen.map(({ kind, request }) => [kind, request]),
    ['received', 'pick', 'connected', 'sent', 'first-octet', 'request'].map(step => [`edge.${step}`, 'aula']),
  )
  t.match(seen[1]?.detail, { backend: 'backend1', reason: 'backend1 was next' })
  t.match(seen[5]?.detail, {
    client: '127.0.0.1',
    method: 'GET',
    target: '/x',
    status: 200,
    attempts: [{ backend: 'backend1', connection: 'new', outcome: 'answered' }],
    request: {
      fields: [
        { name: 'Host', verdict: 'kept' },
        { name: 'Connection', verdict: 'removed' },
        { name: 'Cookie', verdict: 'kept' },
        { name: 'X-Request-Id', verdict: 'kept' },
        { name: 'Keep-Alive', verdict: 'removed', rule: 'RFC 9110 §7.6.1' },
        { name: 'Via', verdict: 'added', rule: 'RFC 9110 §7.6.3' },
      ],
    },
    response: { contentOctets: 2 },
  })
  t.match(JSON.stringify(seen), /Cookie: <10 octets>/)
  t.notMatch(JSON.stringify(seen), /secret/)
})

t.test('statusOf() and metricsOf() count requests and responses', async t => {
  const { port, edge, limits } = await openEdge(t, [await ok('backend1')])
  await exchange(port, CLOSING_GET)
  await exchange(port, 'nonsense\r\n\r\n')
  t.match(statusOf(edge, limits), {
    name: 'frontend1',
    requests: 1,
    refused: 1,
    responses: { 200: 1, 400: 1 },
    backends: [
      { name: 'backend1', state: 'UP', lastCheck: /^L7OK 200 in \d+ ms$/, requests: 1, responses: { '2xx': 1 } },
    ],
  })
  const metrics = await metricsOf(edge, limits).metrics()
  t.match(metrics, /^edge_responses_total\{status="200"\} 1$/m)
  t.match(metrics, /^edge_backend_requests\{backend="backend1"\} 1$/m)
})

t.test('Edge connects to backends from its own address, by which they recognise it', async t => {
  const backend = await httpBackend('backend1', (request, response) => response.end(request.socket.remoteAddress))
  const { port } = await openEdge(t, [backend], { localAddress: '127.0.0.9' })
  t.ok((await exchange(port, CLOSING_GET)).includes('127.0.0.9'))
})

t.test('Edge.drain() waits a moment for the first request of a connection that was just opened', async t => {
  const { port, edge } = await openEdge(t, [await ok('backend1')])
  const opened = await RawClient.connect(port)
  const silent = await RawClient.connect(port)
  while (edge.connections < 2) await new Promise(resolve => setImmediate(resolve))
  const drained = edge.drain(0, 5000)
  t.match(await opened.send('GET /x HTTP/1.1\r\nHost: a\r\n\r\n').untilClosed(), /^HTTP\/1\.1 200 OK\r\n/)
  t.equal(await silent.untilClosed(), '', 'a connection without a request is closed')
  await drained
})

t.test('Edge answers with its own time, and with the backends that are not available', async t => {
  const { port, cluster } = await openEdge(t, [await ok('backend1'), await ok('backend2')])
  t.notMatch(await exchange(port, CLOSING_GET), /X-Unavailable/i)
  const [first] = cluster.backends
  if (first) first.mode = 'drain'
  const forwarded = await exchange(port, CLOSING_GET)
  t.match(forwarded, /\r\nX-Unavailable: backend1;why=drain\r\n/)
  const own = await exchange(port, CLOSING_GET.replace('/x', '/healthz'))
  t.match(own, /\r\nX-Unavailable: backend1;why=drain\r\n/)
  t.match(own, /\r\nServer-Timing: edge;dur=\d+\.\d\d;desc=frontend1\r\n/)
})

t.test('Edge presents an error as a page where the client prefers one', async t => {
  const { port } = await openEdge(t, [], { presentError: errorPages('127.20.0.20') })
  const page = await exchange(port, CLOSING_GET.replace('Host: a', 'Host: a\r\nAccept: text/html'))
  t.match(page, /^HTTP\/1\.1 503 [\s\S]*\r\nContent-Type: text\/html; charset=utf-8\r\n[\s\S]*<!doctype html>/)
  t.match(page, /\r\nServer-Timing: edge;dur=/)
  t.match(await exchange(port, CLOSING_GET), /\r\nContent-Type: application\/problem\+json\r\n/)
})
