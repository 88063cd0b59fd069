/**
 * The attack: open connections, ask nothing, and wait. Each costs the attacker a few octets and the edge a descriptor and memory;
 * when the descriptors run out, nobody gets in, and connections to backends fail as if the backends were down.
 *
 * Read beside: room.ts
 * Touches the world: an edge and a backend on 127.0.0.1.
 */
import { once } from 'node:events'
import t from 'tap'
import { httpBackend } from '../testing/backends.ts'
import { openEdge } from '../testing/edge.ts'
import { RawClient, statuses } from '../testing/raw-client.ts'
import { makeRoom } from './room.ts'

const GET = 'GET /x HTTP/1.1\r\nHost: a\r\n\r\n'
const answered = (received: string) => received.endsWith('ok')

t.test('makeRoom() closes the first that is idle, and no other', async t => {
  const asked: string[] = []
  const counters = { crowded: 0 }
  const connection = (name: string, idle: boolean) => ({ leaveIfIdle: () => asked.push(name) > 0 && idle })
  t.ok(makeRoom([connection('busy', false), connection('idle', true), connection('idle too', true)], counters))
  t.same(asked, ['busy', 'idle'])
  t.notOk(makeRoom([connection('busy', false)], counters))
  t.equal(counters.crowded, 2)
})

t.test('who only waits makes room for who asks', async t => {
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
  t.equal(edge.counters.crowded, 3)
})

t.test('who is being served stays; the new one goes, when there is nobody else', async t => {
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
