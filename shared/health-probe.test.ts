import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { loopbackPrefix } from '../test/testing/loopback.ts'
import { FakeClock } from './clock.ts'
import { HealthProbe } from './health-probe.ts'

const ADDRESS = `${loopbackPrefix()}.1`

async function open(t: Test, listener: RequestListener) {
  const server = createServer(listener).listen(0, ADDRESS)
  await once(server, 'listening')
  const clock = new FakeClock()
  const probe = new HealthProbe(`${ADDRESS}:${(server.address() as AddressInfo).port}`, 1_000, clock)
  t.teardown(async () => {
    await probe.close()
    server.closeAllConnections()
    server.close()
  })
  return { server, clock, probe }
}

t.test('HealthProbe.ask() gives the status and the content, over a new connection each time', async t => {
  const ports = new Set<number | undefined>()
  const { probe } = await open(t, (request, response) => {
    ports.add(request.socket.remotePort)
    response.writeHead(503).end(`${request.method} ${request.url}`)
  })
  for (let i = 0; i < 3; i++) t.strictSame(await probe.ask(), { status: 503, body: 'GET /healthz' })
  t.equal(ports.size, 3)
})

t.test('HealthProbe.ask() does not read an answer without end', async t => {
  const { probe } = await open(t, (_, response) => {
    const more = () => response.write('x'.repeat(2048), error => error ?? more())
    more()
  })
  t.match(await probe.ask(), { status: 200, body: /^x{4097,}$/ })
})

t.test('HealthProbe.ask() distinguishes a refused connection from a late answer', async t => {
  let arrived = () => {}
  const { server, clock, probe } = await open(t, (_, response) => {
    response.write('x')
    arrived()
  })
  const begun = new Promise<void>(resolve => (arrived = resolve))
  const asked = probe.ask()
  await begun
  clock.advance(999)
  clock.advance(1)
  t.match(await asked, {
    error: { message: 'no whole answer to /healthz within 1000 ms' },
    connected: true,
    late: true,
  })
  server.closeAllConnections()
  await new Promise(closed => server.close(closed))
  t.match(await probe.ask(), { error: { code: 'ECONNREFUSED' }, connected: false, late: false })
})
