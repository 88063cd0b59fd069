/**
 * The attack: open connections, send nothing, and wait. Each costs the attacker a few octets and the edge a descriptor and memory.
 * When no descriptor is left, no client can connect, and connections to backends fail as if the backends were down.
 *
 * Read beside: open-connections.ts
 * Touches the world: an edge and a backend on 127.0.0.1.
 */
import { once } from 'node:events'
import t from 'tap'
import { httpBackend } from '../testing/backends.ts'
import { openEdge } from '../testing/edge.ts'
import { RawClient, statuses } from '../testing/raw-client.ts'
import { closeOldestIdle } from './open-connections.ts'

const GET = 'GET /x HTTP/1.1\r\nHost: a\r\n\r\n'
const answered = (received: string) => received.endsWith('ok')

t.test('closeOldestIdle() closes the first connection that is idle, and no other', async t => {
  const tried: string[] = []
  const connection = (name: string, idle: boolean) => ({ closeIfIdle: () => tried.push(name) > 0 && idle })
  t.ok(closeOldestIdle([connection('busy', false), connection('idle', true), connection('idle too', true)]))
  t.same(tried, ['busy', 'idle'])
  t.notOk(closeOldestIdle([connection('busy', false)]))
})

t.test('a new connection closes the oldest idle one when MAX_CONNECTIONS are open', async t => {
  const backend = await httpBackend('backend1', (_, response) => response.end('ok'))
  const { edge, port } = await openEdge(t, [backend], { maxConnections: 3 })
  const waiting = [await RawClient.connect(port), await RawClient.connect(port), await RawClient.connect(port)]
  for (let i = 0; i < 3; i++) {
    const client = await RawClient.connect(port)
    await client.send(GET).until(answered)
    await (waiting[i] as RawClient).untilClosed()
    t.equal(edge.connections, 3)
    t.teardown(() => client.destroy())
  }
  t.equal(edge.counters.aboveMaximum, 3)
})

t.test('a new connection is closed when every other one carries a request', async t => {
  const backend = await httpBackend('backend1', (_, response) => void held.push(() => response.end('ok')))
  const held: (() => void)[] = []
  const { edge, port } = await openEdge(t, [backend], { maxConnections: 1 })
  const client = await RawClient.connect(port)
  const arrived = once(backend.server, 'request')
  client.send(GET)
  await arrived
  t.equal(await (await RawClient.connect(port)).untilClosed(), '')
  for (const release of held) release()
  t.same(statuses(await client.until(answered)), [200])
  t.equal(edge.connections, 1)
  client.destroy()
})
