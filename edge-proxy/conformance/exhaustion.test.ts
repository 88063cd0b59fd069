/**
 * An edge without free descriptors, because there are more clients than it may have sockets. It does not end, and serves requests again
 * as soon as descriptors are free.
 */
import t from 'tap'
import { request } from 'undici'
import { ADMIN_PORT } from '#shared/network-map.ts'
import { EDGE, startEdge } from '../../peers/edge-proxies.ts'
import { loopbackPrefix } from '../../test/testing/loopback.ts'
import { until } from '../../test/testing/until.ts'
import { httpBackend } from '../testing/backends.ts'
import { RawClient } from '../testing/raw-client.ts'
import { head } from './case.ts'
import { statusesIn } from './observe.ts'

const LIMIT = 128
const CLIENTS = 300
const LIMITED = ['sh', '-c', `ulimit -n ${LIMIT}; exec "$@"`, 'sh']
const GET = head('GET /x HTTP/1.1', 'Host: a')

t.test(
  'more clients than descriptors: each client gets 200, 503 or a closed connection, and the process does not end',
  async t => {
    const backend = await httpBackend('backend1', (_, response) => response.end('ok'))
    const edge = await startEdge(EDGE, { address: `${loopbackPrefix()}.20`, port: 8080 }, [backend], LIMITED)
    t.teardown(async () => {
      await edge.stop()
      await backend.close()
    })
    const ask = async () => {
      const client = await RawClient.connect(edge.port, edge.address)
      await client.send(GET).settles(received => statusesIn(received).length > 0)
      return client
    }
    const clients = await Promise.all(Array.from({ length: CLIENTS }, ask))
    const answers = new Set(clients.flatMap(({ received }) => statusesIn(received)))
    t.comment(
      `statuses: ${[...answers].join(' ')}; closed at once: ${clients.filter(client => client.received === '').length}`,
    )
    // A client that got the last descriptor leaves none for a connection to a backend. That is not a failure of the backend.
    t.ok([...answers].every(status => status === 200 || status === 503))
    t.ok(
      clients.every(client => client.closed || client.received !== ''),
      'no client waits without end',
    )
    for (const client of clients) client.destroy()

    await until('the edge serves again', async () => {
      const again = await ask()
      again.destroy()
      return again.received.startsWith('HTTP/1.1 200 ')
    })
    const { body } = await request(`http://${edge.address}:${ADMIN_PORT}/status`)
    const { backends } = (await body.json()) as { backends: { state: string; failures: number; ban: unknown }[] }
    t.match(backends, [{ state: 'UP', failures: 0, ban: null }])
  },
)
