/**
 * Each time-out, with a clock that the test moves, and real sockets.
 *
 * Read beside: timeouts.ts, failures.ts
 * Touches the world: edges and backends on 127.0.0.1.
 */
import t from 'tap'
import { FakeClock } from '#shared/clock.ts'
import { Deadlines } from './deadlines.ts'
import { bodyDeadline } from './exchange/awaited-step.ts'
import { httpBackend, scriptedBackend, type TestBackend } from './testing/backends.ts'
import { openEdge } from './testing/edge.ts'
import { RawClient, statuses } from './testing/raw-client.ts'
import { BODY_RATE, DEFAULT_TIMEOUTS as TIMES } from './timeouts.ts'

const GET = 'GET /x HTTP/1.1\r\nHost: a\r\n\r\n'

/** An edge in front of `backend` whose time the test controls, and a client connected to it. */
async function stopped(t: Tap, backend: TestBackend) {
  const clock = new FakeClock()
  const { port, edge, cluster } = await openEdge(t, [backend], { clock })
  const client = await RawClient.connect(port)
  t.teardown(() => client.destroy())
  /** Moves time past `ms` and a sweep. */
  const late = (ms: number) => clock.advance(ms + 300)
  return { clock, port, edge, cluster, client, late }
}

type Tap = { teardown(step: () => unknown): void }

/** Waits until the edge has read what the client sent. */
async function arrived(edge: { counters: { octetsIn: number } }, octets: number): Promise<void> {
  while (edge.counters.octetsIn < octets) await new Promise(resolve => setImmediate(resolve))
}

t.test('bodyDeadline() gives time in proportion to the octets received', async t => {
  t.equal(bodyDeadline(1000, 0, TIMES), 1000 + TIMES.body)
  t.equal(bodyDeadline(1000, BODY_RATE * 3, TIMES), 1000 + TIMES.body + 3000)
})

t.test('Deadlines calls expired() once, after the deadline', async t => {
  const clock = new FakeClock()
  const deadlines = new Deadlines(clock)
  let expired = 0
  const member = {
    deadline: 1000,
    expired() {
      expired++
      this.deadline = Number.POSITIVE_INFINITY
    },
  }
  deadlines.add(member)
  clock.advance(999)
  t.equal(expired, 0)
  clock.advance(250)
  t.equal(expired, 1)
  deadlines.delete(member)
  clock.advance(1000)
  t.equal(expired, 1)
  deadlines.stop()
})

t.test('an incomplete head gets 408; further octets do not extend its time (slowloris)', async t => {
  const { edge, client, late } = await stopped(t, await httpBackend('backend1', (_, response) => response.end()))
  client.send('GET / HTTP/1.1\r\n')
  await arrived(edge, 16)
  late(TIMES.head / 2)
  client.send('X-A: 1\r\n')
  await arrived(edge, 24)
  late(TIMES.head / 2)
  t.match(await client.untilClosed(), /^HTTP\/1\.1 408 .*"failure":"head-timeout"/s)
})

t.test('a connection without a request is closed without a response', async t => {
  const { client, late } = await stopped(t, await httpBackend('backend1', (_, response) => response.end('ok')))
  await client.send(GET).until(received => received.endsWith('ok'))
  const answered = client.received
  late(TIMES.keepAlive)
  t.equal(await client.untilClosed(), answered)
})

t.test('a body that stops gets 408, and is not counted as a failure of the backend', async t => {
  const aborted = Promise.withResolvers<void>()
  const backend = await httpBackend('backend1', request => request.on('error', () => aborted.resolve()))
  const { edge, cluster, client, late } = await stopped(t, backend)
  const head = 'POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n'
  client.send(`${head}hal`)
  await arrived(edge, head.length + 3)
  while (cluster.backends[0]?.active !== 1) await new Promise(resolve => setImmediate(resolve))
  // The connection to the backend has to be open, so that the edge waits for the client.
  await new Promise<void>(resolve => backend.server.once('request', () => resolve()))
  late(TIMES.bodyIdle)
  t.match(await client.untilClosed(), /^HTTP\/1\.1 408 .*"failure":"body-timeout"/s)
  await aborted.promise
})

t.test('504 when a backend does not begin to answer', async t => {
  const asked = Promise.withResolvers<void>()
  const backend = await scriptedBackend('backend1', () => asked.resolve())
  const { client, late } = await stopped(t, backend)
  client.send(GET)
  await asked.promise
  late(TIMES.firstByte)
  await client.until(received => received.endsWith('}\n'))
  t.match(client.received, /^HTTP\/1\.1 504 .*"failure":"first-byte-timeout"/s)
})

t.test('the connection is closed when a backend stops in the middle of its response', async t => {
  const backend = await scriptedBackend('backend1', socket => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf')
  })
  const { client, late } = await stopped(t, backend)
  await client.send(GET).until(received => received.endsWith('half'))
  late(TIMES.response)
  const received = await client.untilClosed()
  t.ok(received.endsWith('half'), 'its length shows that a part is missing')
})

t.test('a client that does not read is cut off, and the edge stops reading from the backend until then', async t => {
  const backend = await scriptedBackend('backend1', socket => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    const piece = Buffer.alloc(65_536)
    const fill = () => {
      while (!socket.destroyed && socket.write(piece));
    }
    socket.on('drain', fill)
    fill()
  })
  const { edge, cluster, client, late } = await stopped(t, backend)
  client.socket.pause()
  client.send(GET)
  // When every buffer on the way is full, the counter does not change any more. There is no other sign of it.
  for (let last = -1; last !== edge.counters.octetsOut; ) {
    last = edge.counters.octetsOut
    for (let i = 0; i < 200; i++) await new Promise(resolve => setImmediate(resolve))
  }
  const held = process.memoryUsage().arrayBuffers
  late(TIMES.reader)
  while (edge.connections > 0) await new Promise(resolve => setImmediate(resolve))
  t.equal(cluster.backends[0]?.active, 0)
  t.ok(held < 100 * 1024 * 1024, `${held} octets of buffers`)
})

t.test('an exchange ends one second after a half-close without a response', async t => {
  const asked = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<void>()
  const backend = await scriptedBackend('backend1', socket => {
    asked.resolve()
    socket.on('close', () => closed.resolve())
    socket.on('end', () => socket.end())
  })
  const { client, late, cluster } = await stopped(t, backend)
  client.socket.end(GET)
  await asked.promise
  late(TIMES.halfClosed)
  await closed.promise
  t.equal(cluster.backends[0]?.active, 0)
})

t.test('a client that keeps its connection open after the last response is cut off', async t => {
  const { client, late, edge } = await stopped(t, await httpBackend('backend1', (_, response) => response.end()))
  await client.send('nonsense\r\n\r\n').until(received => received.endsWith('}\n'))
  t.same(statuses(client.received), [400])
  late(TIMES.linger)
  while (edge.connections > 0) await new Promise(resolve => setImmediate(resolve))
  t.equal(edge.connections, 0)
})

t.test('Deadlines ends nothing because this process did not run, before it has read what was sent', async t => {
  const clock = new FakeClock()
  // Time passes, and no timer is called: as in a process that was stopped.
  let lost = 0
  const stopped = { now: () => clock.now() + lost, epoch: () => 0, after: clock.after.bind(clock) }
  const deadlines = new Deadlines(stopped)
  let expired = 0
  const member = { deadline: 1000, expired: () => expired++ }
  deadlines.add(member)
  clock.advance(50)
  t.notOk(deadlines.stalled)
  lost = 5000
  t.ok(deadlines.stalled, 'before the first sweep after it')
  clock.advance(50)
  t.equal(expired, 0)
  t.ok(deadlines.stalled, 'and for a moment after it')
  clock.advance(100)
  t.equal(expired, 1, 'the peer had its time, and sent nothing')
  clock.advance(1500)
  t.notOk(deadlines.stalled)
  deadlines.stop()
})
