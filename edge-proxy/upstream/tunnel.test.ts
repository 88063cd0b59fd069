/**
 * WebSocket through the edge: the handshake, then octets both ways, and half-closes passed on.
 *
 * Read beside: tunnel.ts, ../forwarding/websocket.ts
 * Touches the world: an edge and a backend on 127.0.0.1.
 */
import type { Socket } from 'node:net'
import t from 'tap'
import { scriptedBackend } from '../testing/backends.ts'
import { openEdge } from '../testing/edge.ts'
import { RawClient, statuses } from '../testing/raw-client.ts'

const HANDSHAKE =
  'GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n'
const GRANTED =
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n'

t.test('Tunnel carries octets both ways after the handshake (RFC 6455 §4)', async t => {
  let handshake = ''
  const backend = await scriptedBackend('backend1', (socket, first) => {
    handshake = first
    socket.write(`${GRANTED}early`)
    socket.on('data', piece => socket.write(`<${piece}>`))
    socket.on('end', () => socket.end('bye'))
  })
  const { port, cluster } = await openEdge(t, [backend])
  const client = await RawClient.connect(port)
  await client.send(HANDSHAKE).until(received => received.endsWith('early'))
  t.match(
    client.received,
    /^HTTP\/1\.1 101 Switching Protocols\r\n(?:.*\r\n)*Connection: Upgrade\r\nUpgrade: websocket\r\n/,
  )
  t.match(client.received, /\r\nX-Served-By: frontend1, backend1\r\n/)
  t.match(handshake, /\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n/)
  t.match(handshake, /\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n/)
  await client.send('\0\xff').until(received => received.endsWith('<\0\xc3\xbf>') || received.endsWith('>'))
  client.socket.end()
  t.ok((await client.untilClosed()).endsWith('bye'), 'the backend may still send after the client has closed its side')
  t.equal(cluster.backends[0]?.active, 0)
})

t.test('Tunnel goes on when the client sent more than PIPELINE_LIMIT before the 101', async t => {
  const early = 'x'.repeat(200_000)
  const asked = Promise.withResolvers<Socket>()
  let got = 0
  const backend = await scriptedBackend('backend1', socket => {
    asked.resolve(socket)
    socket.on('data', piece => {
      got += piece.length
      if (got === early.length) socket.write('all of it')
    })
  })
  const { port, edge } = await openEdge(t, [backend])
  const client = await RawClient.connect(port)
  client.send(HANDSHAKE + early)
  while (edge.counters.octetsIn < HANDSHAKE.length + 65_536) await new Promise(resolve => setImmediate(resolve))
  t.ok(edge.counters.octetsIn < early.length, 'the client is paused')
  const handshaking = await asked.promise
  handshaking.write(GRANTED)
  await client.until(received => received.endsWith('all of it'))
  client.destroy()
})

t.test('Tunnel ends on both sides when one side is reset', async t => {
  const closed = Promise.withResolvers<void>()
  const backend = await scriptedBackend('backend1', socket => {
    socket.write(GRANTED)
    socket.on('close', () => closed.resolve())
  })
  const { port } = await openEdge(t, [backend])
  const client = await RawClient.connect(port)
  await client.send(HANDSHAKE).until(received => received.endsWith('\r\n\r\n'))
  client.socket.resetAndDestroy()
  await closed.promise
  t.pass('the backend saw its connection close')
})

t.test('a backend may refuse the handshake with an ordinary response', async t => {
  const backend = await scriptedBackend('backend1', socket => {
    socket.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno')
  })
  const { port } = await openEdge(t, [backend])
  const client = await RawClient.connect(port)
  await client.send(HANDSHAKE).until(received => received.endsWith('no'))
  t.same(statuses(client.received), [403])
  await client.send('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n').until(received => statuses(received).length === 2)
  client.destroy()
})

t.test('a 101 without a handshake, or to another protocol, is an invalid response (RFC 9110 §15.2.2)', async t => {
  const backend = await scriptedBackend('backend1', socket => {
    socket.write(GRANTED.replace('Upgrade: websocket', 'Upgrade: h2c'))
  })
  const { port } = await openEdge(t, [backend])
  for (const request of ['GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', HANDSHAKE]) {
    const client = await RawClient.connect(port)
    await client.send(request).until(received => received.endsWith('}\n'))
    t.same(statuses(client.received), [502])
    client.destroy()
  }
})

t.test('Upgrade to another protocol than websocket is not forwarded (RFC 9110 §7.8)', async t => {
  let seen = ''
  const backend = await scriptedBackend('backend1', (socket, first) => {
    seen = first
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok')
  })
  const { port } = await openEdge(t, [backend])
  const client = await RawClient.connect(port)
  await client.send(HANDSHAKE.replace('websocket', 'h2c')).until(received => received.endsWith('ok'))
  t.same(statuses(client.received), [200])
  t.notMatch(seen, /upgrade/i)
  client.destroy()
})
