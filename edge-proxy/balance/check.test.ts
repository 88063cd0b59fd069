/**
 * Active checks against real sockets, with a clock that the test moves.
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
import { isBanned } from './ban.ts'
import { BACKEND_CHECKS, HealthChecks, type HealthTransition } from './check.ts'

async function checked(t: { teardown(step: () => unknown): void }, listener: RequestListener, timeout = 5_000) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const backend = new Backend({ name: 'backend1', address: '127.0.0.1', port, weight: 1 })
  const clock = new FakeClock()
  const transitions: HealthTransition[] = []
  const settings = { ...BACKEND_CHECKS, timeout }
  const checks = new HealthChecks(clock, settings, {
    transition: transition => void transitions.push(transition),
    passed: () => {},
  })
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

t.test('HealthChecks.watch() resolves after the first check, which decides alone', async t => {
  const { backend, checks, clock } = await checked(t, named('backend1'))
  await checks.watch(backend)
  t.match(backend.health, { healthy: true, known: true })
  t.match(backend.lastCheck, { passed: true, text: /^L7OK 200 in \d+ ms$/ })
  t.strictSame(clock.pending, [BACKEND_CHECKS.interval], 'the time to the next check')
})

t.test('HealthChecks fails a response with the name of another program', async t => {
  const { backend, checks } = await checked(t, named('backend2'))
  await checks.watch(backend)
  t.match(backend, { health: { healthy: false }, lastCheck: { text: 'L7RSP says it is "backend2", not backend1' } })
})

t.test('HealthChecks names the layer in which a check failed', async t => {
  const refused = await checked(t, named('backend1'))
  refused.server.close()
  await refused.checks.watch(refused.backend)
  t.match(refused.backend.lastCheck?.text, /^L4CON /)

  const draining = await checked(t, (_, response) => response.writeHead(503).end())
  await draining.checks.watch(draining.backend)
  t.equal(draining.backend.lastCheck?.text, 'L7STS 503')

  const silent = await checked(t, () => {}, 300)
  await silent.checks.watch(silent.backend)
  t.match(silent.backend.lastCheck?.text, /^L7TOUT /)

  const wordy = await checked(t, (_, response) => response.end('x'.repeat(10_000)))
  await wordy.checks.watch(wordy.backend)
  t.match(wordy.backend.lastCheck?.text, /^L7RSP says it is "x+", not backend1$/)
})

t.test('HealthChecks checks again soon while in doubt, and reports a change once', async t => {
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

t.test('HealthChecks removes a backend at once when it says that it drains', async t => {
  let status = 200
  const { backend, checks, clock, transitions, server } = await checked(t, (_, response) => {
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
  server.closeAllConnections()
  server.close()
  await nextCheck(clock, backend, 2000)
  t.match(backend, { leaving: true, lastCheck: { passed: false } }, 'a refused connection does not end its draining')
  t.equal(transitions.length, 2)
})

/** Lets the clock reach the next check, and waits until that is done. */
async function nextCheck(clock: FakeClock, backend: Backend, wait: number): Promise<void> {
  const check = backend.lastCheck
  clock.advance(wait)
  while (backend.lastCheck === check) await new Promise(resolve => setImmediate(resolve))
}

t.test('HealthChecks limits the whole check, also when the response arrives octet by octet', async t => {
  const { backend, checks } = await checked(
    t,
    (_, response) => {
      const timer = setInterval(() => response.write(' '), 20)
      response.on('close', () => clearInterval(timer))
    },
    300,
  )
  await checks.watch(backend)
  t.equal(backend.lastCheck?.text, 'L7TOUT no response in time')
})

t.test('HealthChecks makes a new connection for each check', async t => {
  const { backend, checks, clock, server } = await checked(t, named('backend1'))
  await checks.watch(backend)
  server.close()
  await nextCheck(clock, backend, 2000)
  t.match(backend.lastCheck, { passed: false, text: /^L4CON / })
})

t.test(
  'HealthChecks.reportFailure() brings the next check forward; three failures ban until a check passes',
  async t => {
    const { backend, checks, clock, transitions } = await checked(t, named('backend1'))
    await checks.watch(backend)
    t.equal(backend.nextCheckAt, 2000)
    clock.advance(200)
    checks.reportFailure(backend)
    t.equal(backend.nextCheckAt, 500, 'after the fast interval')
    clock.advance(100)
    checks.reportFailure(backend)
    t.equal(backend.nextCheckAt, 500)
    checks.reportFailure(backend)
    t.equal(backend.ban.until, 1300)
    t.match(transitions.at(-1), { available: false, check: 'requests failed, banned for 1 s' })
    await nextCheck(clock, backend, 200)
    t.ok(
      isBanned(backend.ban, clock.now()),
      'a passed check does not shorten the ban: requests had failed nevertheless',
    )
    t.equal(backend.nextCheckAt, 1300, 'the next one is at the end of the ban')
    await nextCheck(clock, backend, 800)
    t.notOk(isBanned(backend.ban, clock.now()), 'the first one after its time ends it')
    t.match(transitions.at(-1), { available: true })
  },
)

t.test('HealthChecks ends the ban of a backend that was down and has come back', async t => {
  let status = 500
  const { backend, checks, clock } = await checked(t, (_, response) => {
    response.writeHead(status).end(JSON.stringify({ name: 'backend1' }))
  })
  await checks.watch(backend)
  for (let i = 0; i < 3; i++) checks.reportFailure(backend)
  t.equal(backend.ban.times, 1)
  status = 200
  await nextCheck(clock, backend, 500)
  await nextCheck(clock, backend, 500)
  t.match(backend, { health: { healthy: true }, ban: { times: 0 } })
})

t.test('HealthChecks does not check a backend in maintenance; the first check after it decides alone', async t => {
  let asked = 0
  const { backend, checks, clock } = await checked(t, (_, response) => {
    asked++
    response.end(JSON.stringify({ name: 'backend1' }))
  })
  await checks.watch(backend)
  backend.mode = 'maintenance'
  await nextCheck(clock, backend, 2000)
  clock.advance(20_000)
  t.equal(asked, 1)
  t.match(backend, { health: { known: false, healthy: false } })
  backend.mode = 'ready'
  checks.hurry(backend)
  await nextCheck(clock, backend, 500)
  t.equal(asked, 2)
  t.ok(backend.health.healthy)
})

t.test('HealthChecks.unwatch() ends an open check', async t => {
  const arrived = Promise.withResolvers<void>()
  const { backend, checks, transitions } = await checked(t, () => arrived.resolve())
  const first = checks.watch(backend)
  await arrived.promise
  await checks.unwatch(backend)
  await first
  t.match(backend, { lastCheck: undefined, health: { known: false } })
  t.same(transitions, [])
})
