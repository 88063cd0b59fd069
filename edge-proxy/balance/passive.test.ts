/**
 * Passive checks and panic on real sockets: a backend that passes every check and answers no request.
 *
 * Read beside: ban.ts, availability.ts, check.ts
 * Touches the world: an edge and backends on 127.0.0.1; the test moves the edge's clock.
 */
import t, { type Test } from 'tap'
import { FakeClock } from '#shared/clock.ts'
import type { LabEvent } from '#shared/events.ts'
import { until } from '../../test/testing/until.ts'
import { httpBackend, scriptedBackend } from '../testing/backends.ts'
import { openEdge } from '../testing/edge.ts'
import { exchange } from '../testing/raw-client.ts'
import { type Ban, isBanned } from './ban.ts'

const REQUEST = 'POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'

/** backend1 closes on every request; its health checks pass. */
async function withRude(t: Test) {
  const rude = await scriptedBackend('backend1', socket => socket.destroy())
  const good = await httpBackend('backend2', (_, response) => response.end('ok'))
  const clock = new FakeClock()
  const opened = await openEdge(t, [rude, good], { clock })
  const seen: LabEvent[] = []
  t.teardown(opened.events.watch(event => seen.push(event)))
  const ask = async () => (await exchange(opened.port, REQUEST)).slice(9, 12)
  const asks = async (count: number) => {
    const statuses: string[] = []
    for (let i = 0; i < count; i++) statuses.push(await ask())
    return statuses.join(' ')
  }
  return { ...opened, clock, seen, asks }
}

t.test(
  'a backend that answers no request is banned after three, each time for longer, until a check passes',
  async t => {
    const { asks, clock, seen, cluster, log } = await withRude(t)
    t.equal(await asks(6), '502 200 502 200 502 200', 'by turns, and a POST is not repeated')
    t.equal(await asks(6), '200 200 200 200 200 200', 'banned for 1 s')
    t.match(cluster.backends[0], { health: { healthy: true }, ban: { times: 1 }, failures: 3 })
    t.match(log(), /backend1 is down check="requests failed, banned for 1 s"/)
    clock.advance(1000)
    await until('a check passes', () => !isBanned(cluster.backends[0]?.ban as Ban, clock.now()))
    const after = await asks(4)
    t.equal(after.split('502').length - 1, 1, `on probation, one more request fails: ${after}`)
    t.match(cluster.backends[0], { ban: { times: 2 }, failures: 4 })
    const reasons = seen.flatMap(event => (event.kind === 'edge.pick' ? (event.detail.reason ?? '') : []))
    t.ok(
      reasons.includes('backend2 was next; skipped backend1: banned for 1.0 s (time 1) because requests to it failed'),
    )
  },
)

t.test('when all are banned, all are tried, so that bans do not cause an outage', async t => {
  const { asks, cluster } = await withRude(t)
  for (const backend of cluster.backends) backend.ban = { failures: 0, times: 7, until: 60_000, awaitsCheck: true }
  const statuses = await asks(4)
  t.match(statuses, /200/, statuses)
  t.equal(cluster.balancer.choose([], [], 0)?.panic, true)
})

t.test('refused connections cost nothing of the retry budget, however many there are', async t => {
  const dead = await httpBackend('backend1', (_, response) => response.end('ok'))
  const { port, cluster } = await openEdge(t, [dead], { clock: new FakeClock() })
  await dead.close()
  const statuses: string[] = []
  for (let i = 0; i < 100; i++) statuses.push((await exchange(port, REQUEST)).slice(9, 12))
  t.same(statuses.slice(0, 3), ['502', '502', '502'], 'it was up')
  t.same(new Set(statuses.slice(3)), new Set(['503']), 'it is banned, and tried as the last resort')
  t.ok(cluster.retryBudget.spend(), 'the budget is left for later')
})
