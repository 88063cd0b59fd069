/**
 * What is forwarded to a backend, and how open requests end at shutdown, with this edge and with nginx.
 *
 * Read beside: nginx.conf, side-by-side.ts, docs/in-bind-nginx-express.md
 * Touches the world: nginx, edges and backends on loopback addresses that only this test uses.
 */
import t from 'tap'
import { accepts } from '../../peers/edge-proxies.ts'
import { until } from '../../test/testing/until.ts'
import { httpBackend, scriptedBackend } from '../testing/backends.ts'
import { openEdge } from '../testing/edge.ts'
import { exchange, RawClient } from '../testing/raw-client.ts'
import { startNginx } from './nginx.ts'
import { besideNginx, NGINX_ADDRESS, requestsTo, skip } from './side-by-side.ts'

t.test('forwarding: fields about the client are written by the proxy, not taken from the client', { skip }, async t => {
  let seen: Record<string, unknown> = {}
  const backend = await httpBackend('a', (message, response) => {
    seen = message.headers
    response.end()
  })
  const { port } = await openEdge(t, [backend])
  const nginx = await besideNginx(t, { backends: [backend] })
  const lies = ['X-Forwarded-For: 203.0.113.9', 'X-Forwarded-Proto: https', 'TE: trailers', 'Keep-Alive: timeout=5']
  const only = ['Connection: X-Only-Here', 'X-Only-Here: 1']
  for (const [name, ask] of [
    ['edge', requestsTo(port)],
    ['nginx', nginx],
  ] as const) {
    await ask('/x', [...lies, ...only])
    t.match(seen, { host: 'a', 'x-forwarded-host': 'a', 'x-forwarded-proto': 'http' }, name)
    t.match(seen['x-forwarded-for'], /^127\./, name)
    t.match(seen['x-request-id'], /^[0-9a-f]{32}$/, name)
    t.match(seen, { te: undefined, 'keep-alive': undefined }, name)
    // RFC 9110 §7.6.1: fields that Connection names are for this connection only. nginx does not remove them.
    t.equal(seen['x-only-here'], name === 'edge' ? undefined : '1')
    t.equal(seen.via, name === 'edge' ? '1.1 frontend1' : undefined)
    t.equal(seen.forwarded === undefined, name === 'nginx')
  }
})

t.test('WebSocket: the upgrade is relayed, and the octets after it', { skip }, async t => {
  const backend = await scriptedBackend('a', socket => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    socket.on('data', octets => socket.write(octets))
    socket.on('end', () => socket.end())
  })
  const { port } = await openEdge(t, [backend])
  await besideNginx(t, { backends: [backend] })
  for (const place of [{ port, address: '127.0.0.1' }, NGINX_ADDRESS]) {
    const client = await RawClient.connect(place.port, place.address)
    client.send(
      'GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n',
    )
    client.send('Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n')
    await client.until(received => received.startsWith('HTTP/1.1 101 ') && received.includes('\r\n\r\n'))
    await client.send('echo').until(received => received.endsWith('echo'))
    client.destroy()
  }
  t.pass('edge and nginx')
})

t.test('stopping: open requests finish, new connections are refused', { skip }, async t => {
  let finish = () => {}
  let arrived = () => {}
  const backend = await httpBackend('a', (_, response) => {
    finish = () => response.end('finished')
    arrived()
  })
  const { port, edge } = await openEdge(t, [backend])
  const place = { ...NGINX_ADDRESS, backends: [backend] }
  const nginx = await startNginx(place)
  t.teardown(() => nginx.stop())
  const stops = [
    { port, address: '127.0.0.1', stop: () => void edge.drain(0, 4000) },
    { ...NGINX_ADDRESS, stop: () => process.kill(nginx.pid, 'SIGQUIT') },
  ]
  for (const { port, address, stop } of stops) {
    const begun = new Promise<void>(resolve => {
      arrived = resolve
    })
    const answer = exchange(port, 'GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', address)
    await begun
    stop()
    await until('no new connections', async () => !(await accepts(address, port)))
    finish()
    t.match(await answer, /^HTTP\/1\.1 200 [\s\S]*finished/)
  }
})
