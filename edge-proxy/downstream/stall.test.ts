/**
 * An edge that was stopped (SIGSTOP, or a busy machine) and goes on. A client may have given up meanwhile and sent the same change
 * to another edge; if its first request were forwarded now, it would overwrite the later one.
 *
 * Read beside: client-connection.ts `#startUnlessGone`, ../deadlines.ts `stalled`
 * Touches the world: an edge, a backend and clients on 127.0.0.1.
 */
import t, { type Test } from 'tap'
import { FakeClock } from '#shared/clock.ts'
import { httpBackend } from '../testing/backends.ts'
import { openEdge } from '../testing/edge.ts'
import { RawClient, statuses } from '../testing/raw-client.ts'

/** An edge whose clock jumps by 5 s, as after SIGCONT, and the methods that reach its backend. */
async function stalled(t: Test) {
  const arrived: string[] = []
  const backend = await httpBackend('backend1', (request, response) => {
    arrived.push(request.method ?? '')
    response.end('ok')
  })
  const clock = new FakeClock()
  let lost = 0
  const jumping = { now: () => clock.now() + lost, epoch: () => clock.epoch(), after: clock.after.bind(clock) }
  const { port, edge } = await openEdge(t, [backend], { clock: jumping })
  t.teardown(() => clock.advance(1))
  lost = 5_000
  t.ok(edge.stalled)
  return { port, arrived }
}

const request = (method: string) => `${method} /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`

t.test('after a stall, a change is not forwarded when its client has closed its side', async t => {
  const { port, arrived } = await stalled(t)
  const client = await RawClient.connect(port)
  client.socket.end(request('PATCH'))
  t.match(await client.untilClosed(), /^HTTP\/1\.1 503 .*"failure":"stalled"/s)
  t.same(arrived, [])
})

t.test('after a stall, a change is forwarded when its client is still connected', async t => {
  const { port, arrived } = await stalled(t)
  const client = await RawClient.connect(port)
  t.same(statuses(await client.send(request('PATCH')).untilClosed()), [200])
  t.same(arrived, ['PATCH'])
})

t.test('after a stall, a request that may be repeated is forwarded at once', async t => {
  const { port, arrived } = await stalled(t)
  const client = await RawClient.connect(port)
  client.socket.end(request('GET'))
  t.same(statuses(await client.untilClosed()), [200])
  t.same(arrived, ['GET'])
})
