/**
 * How many connections to a backend are kept.
 *
 * Read beside: pool.ts
 * Touches the world: an edge, a backend and clients on 127.0.0.1.
 */
import type { ServerResponse } from 'node:http'
import t from 'tap'
import { until } from '../../test/testing/until.ts'
import { httpBackend } from '../testing/backends.ts'
import { openEdge } from '../testing/edge.ts'
import { RawClient } from '../testing/raw-client.ts'
import { MAX_IDLE, type UpstreamPool } from './pool.ts'

t.test('UpstreamPool keeps at most MAX_IDLE connections, also when more are released at the same time', async t => {
  const waiting: ServerResponse[] = []
  const backend = await httpBackend('backend1', (_, response) => void waiting.push(response))
  const { port, cluster } = await openEdge(t, [backend])
  const pool = cluster.poolOf(cluster.backends[0] as never) as UpstreamPool
  const clients = await Promise.all(Array.from({ length: MAX_IDLE + 60 }, () => RawClient.connect(port)))
  for (const client of clients) client.send('GET /x HTTP/1.1\r\nHost: a\r\n\r\n')
  await until('all of them are at the backend', () => waiting.length === clients.length)
  for (const response of waiting) response.end('ok')
  await Promise.all(
    clients.map(client => client.until(received => received.endsWith('ok\r\n0\r\n\r\n') || received.endsWith('ok'))),
  )
  for (let i = 0; i < 10; i++) await new Promise(resolve => setImmediate(resolve))
  t.equal(pool.idle, MAX_IDLE)
  for (const client of clients) client.destroy()
})
