/**
 * Active checks against real sockets, with a clock that stands still until it is told to move.
 *
 * Read beside: check.ts
 * Touches the world: small servers on 127.0.0.1.
 */
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { FakeClock } from '#shared/clock.ts'
import { Backend } from './backend.ts'
import { DEFAULT_CHECK_TIMES, HealthChecks, type HealthTransition } from './check.ts'
import { DEFAULT_THRESHOLDS } from './health.ts'

async function checked(t: { teardown(step: () => unknown): void }, listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const backend = new Backend({ name: 'backend1', address: '127.0.0.1', port, weight: 1 })
  const clock = new FakeClock()
  const transitions: HealthTransition[] = []
  const times = { ...DEFAULT_CHECK_TIMES, timeout: 300 }
  const checks = new HealthChecks(clock, times, DEFAULT_THRESHOLDS, transition => transitions.push(transition))
  t.teardown(async () => {
    await checks.stop()
    server.closeAllConnections()
    server.close()
  })
  return { server, backend, clock, checks, transitions }
}

const named =
  (name: string): RequestListener =>
  (_, response) =>
    response.end(JSON.stringify({ name }))

t.test('HealthChecks.watch() is done when the first check is, and believes it', async t => {
  const { backend, checks } = await checked(t, named('backend1'))
  await checks.watch(backend)
  t.match(backend.health, { healthy: true, known: true })
  t.match(backend.lastCheck, { passed: true, text: /^L7OK 200 in \d+ ms$/ })
})

t.test('HealthChecks does not believe an answer that names somebody else', async t => {
  const { backend, checks } = await checked(t, named('backend2'))
  await checks.watch(backend)
  t.match(backend, { health: { healthy: false }, lastCheck: { text: 'L7RSP says it is "backend2", not backend1' } })
})

t.test('HealthChecks tells in which layer a check failed', async t => {
  const refused = await checked(t, named('backend1'))
  refused.server.close()
  await refused.checks.watch(refused.backend)
  t.match(refused.backend.lastCheck?.text, /^L4CON /)

  const draining = await checked(t, (_, response) => response.writeHead(503).end())
  await draining.checks.watch(draining.backend)
  t.equal(draining.backend.lastCheck?.text, 'L7STS 503')

  const silent = await checked(t, () => {})
  await silent.checks.watch(silent.backend)
  t.match(silent.backend.lastCheck?.text, /^L7TOUT /)

  const wordy = await checked(t, (_, response) => response.end('x'.repeat(10_000)))
  await wordy.checks.watch(wordy.backend)
  t.match(wordy.backend.lastCheck?.text, /^L7RSP says it is "x+", not backend1$/)
})

t.test('HealthChecks looks again soon while in doubt, and tells of a change once', async t => {
  let status = 200
  let answered = () => {}
  const { backend, checks, clock, transitions } = await checked(t, (_, response) => {
    response.writeHead(status).end(JSON.stringify({ name: 'backend1' }))
    answered()
  })
  await checks.watch(backend)
  t.equal(transitions.length, 1)
  status = 500
  // The first failure comes after the ordinary interval, the next two after the fast one.
  for (const wait of [2000, 500, 500]) {
    const check = backend.lastCheck
    const arrived = new Promise<void>(resolve => (answered = resolve))
    clock.advance(wait)
    await arrived
    while (backend.lastCheck === check) await new Promise(resolve => setImmediate(resolve))
  }
  t.notOk(backend.health.healthy)
  t.match(transitions, [{ available: true }, { available: false, check: 'L7STS 500' }])
})

t.test('HealthChecks takes a backend out at once when it says that it is draining', async t => {
  let status = 200
  const { backend, checks, clock, transitions } = await checked(t, (_, response) => {
    response.writeHead(status).end(JSON.stringify({ name: 'backend1', server: 'Servidor 1' }))
  })
  await checks.watch(backend)
  t.equal(backend.label, 'Servidor 1')
  status = 503
  const check = backend.lastCheck
  clock.advance(2000)
  while (backend.lastCheck === check) await new Promise(resolve => setImmediate(resolve))
  t.match(backend, { leaving: true, health: { healthy: true } })
  t.match(transitions, [{ available: true }, { available: false, check: 'L7STS 503, draining' }])
})
