/**
 * How many connections to a backend are open, and how further requests wait for one.
 *
 * Read beside: pool.ts
 * Touches the world: an edge, a backend and clients on 127.0.0.1.
 */
import type { ServerResponse } from 'node:http'
import t, { type Test } from 'tap'
import { until } from '../../test/testing/until.ts'
import { httpBackend } from '../testing/backends.ts'
import { openEdge, type TestEdgeOptions } from '../testing/edge.ts'
import { RawClient, statuses } from '../testing/raw-client.ts'

const GET = 'GET /x HTTP/1.1\r\nHost: a\r\n\r\n'
const answered = (received: string) => received.endsWith('ok')

/** A backend that answers when the test says so, and an edge with at most two connections to it. */
async function opened(t: Test, options: TestEdgeOptions = {}) {
  const waiting: ServerResponse[] = []
  const backend = await httpBackend('backend1', (_, response) => {
    response.setHeader('Content-Length', 2)
    waiting.push(response)
  })
  const edge = await openEdge(t, [backend], { maxOpen: 2, ...options })
  const connect = async (count: number) => {
    const clients = await Promise.all(Array.from({ length: count }, () => RawClient.connect(edge.port)))
    t.teardown(() => {
      for (const client of clients) client.destroy()
    })
    return clients
  }
  const pool = edge.cluster.poolOf(edge.cluster.backends[0] as never)
  return { ...edge, backend, waiting, pool, connect }
}

t.test('UpstreamPool opens at most maxOpen connections; further requests wait, and are served in order', async t => {
  const { connect, waiting, pool, backend } = await opened(t)
  const clients = await connect(6)
  for (const client of clients) client.send(GET)
  await until('two are at the backend, and four wait', () => waiting.length === 2 && pool.queued === 4)
  t.equal(pool.open, 2)
  for (let served = 0; served < 6; served++) {
    await until('the next one is at the backend', () => waiting.length > served)
    waiting[served]?.end('ok')
    await clients[served]?.until(answered)
  }
  t.equal(pool.queued, 0)
  t.ok(backend.sockets.size <= 3, 'two, and perhaps that of a health check')
})

t.test('UpstreamPool takes a client that is gone out of the queue', async t => {
  const { connect, waiting, pool } = await opened(t)
  const clients = await connect(4)
  for (const client of clients) client.send(GET)
  await until('two wait', () => pool.queued === 2)
  clients[2]?.destroy()
  await until('one waits', () => pool.queued === 1)
  waiting[0]?.end('ok')
  await until('the last one is at the backend', () => waiting.length === 3)
  waiting[2]?.end('ok')
  await clients[3]?.until(answered)
})

t.test('UpstreamPool gives the place of a connection that broke to the next in the queue', async t => {
  const { connect, waiting, pool } = await opened(t)
  const clients = await connect(3)
  for (const client of clients) client.send(GET.replace('GET', 'POST'))
  await until('one waits', () => pool.queued === 1)
  waiting[0]?.destroy()
  await until('it is at the backend', () => waiting.length === 3)
  waiting[2]?.end('ok')
  await clients[2]?.until(answered)
  t.equal(pool.open, 2)
})

t.test('a request that waits too long for a connection gets 503, and the backend is not at fault', async t => {
  const { connect, pool, cluster } = await opened(t, { timeouts: { queue: 50 } })
  const clients = await connect(3)
  for (const client of clients) client.send(GET.replace('GET', 'POST'))
  await until('one waits', () => pool.queued === 1)
  await clients[2]?.until(received => received.endsWith('}\n'))
  t.same(statuses(clients[2]?.received ?? ''), [503])
  t.match(clients[2]?.received, /"failure":"queue-timeout"/)
  t.equal(cluster.backends[0]?.failures, 0)
})

t.test('a stream of events does not count: others still get a connection', async t => {
  const { connect, waiting, pool } = await opened(t)
  const clients = await connect(3)
  for (const client of clients.slice(0, 2)) client.send(GET)
  await until('two are at the backend', () => waiting.length === 2)
  for (const response of waiting) {
    response.removeHeader('Content-Length')
    response.setHeader('Content-Type', 'text/event-stream').write('data: 1\n\n')
  }
  await until('they do not count', () => pool.open === 0)
  clients[2]?.send(GET)
  await until('the third one is at the backend', () => waiting.length === 3)
  waiting[2]?.end('ok')
  await clients[2]?.until(answered)
  waiting[0]?.end()
  await clients[0]?.until(received => received.endsWith('0\r\n\r\n'))
  t.ok(pool.open <= 2)
})
