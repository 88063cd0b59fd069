/**
 * The end of a response, for a client that reads slowly. When the edge has written the last octet, megabytes may still wait in its
 * memory. If the socket were closed then, the client would get only a part of the response.
 *
 * Read beside: downstream/client-connection.ts `#close`, RFC 9112 §9.6 (tear-down)
 * Touches the world: edges and backends on 127.0.0.1.
 */
import type { Socket } from 'node:net'
import t from 'tap'
import { FakeClock } from '#shared/clock.ts'
import type { Files } from './static/files.ts'
import { representationsOf } from './static/representation.ts'
import { scriptedBackend } from './testing/backends.ts'
import { openEdge } from './testing/edge.ts'
import { RawClient } from './testing/raw-client.ts'
import { DEFAULT_TIMEOUTS as TIMES } from './timeouts.ts'

/** More than both kernels' buffers hold. */
const OCTETS = 24 * 1024 * 1024
const HEAD = 'GET /big.bin HTTP/1.1\r\nHost: a\r\n'

const files: Files = new Map([['/big.bin', await representationsOf(Buffer.alloc(OCTETS, 'x'), 0, '.bin')]])

/** An edge whose time the test moves, and a client that has asked for a large file and not begun to read it. */
async function asked(t: { teardown(step: () => unknown): void }, request: string) {
  const clock = new FakeClock()
  const { edge, port } = await openEdge(t, [], { clock, files })
  const client = await RawClient.connect(port)
  t.teardown(() => client.destroy())
  client.socket.pause()
  client.send(request)
  while (edge.counters.requests === 0) await new Promise(resolve => setImmediate(resolve))
  return { client, clock, edge }
}

/** Reads everything. @returns how many octets that were */
async function readAll({ socket }: RawClient): Promise<number> {
  socket.resume()
  await new Promise(resolve => socket.once('close', resolve).once('end', () => socket.end()))
  return socket.bytesRead
}

t.test('a slow reader gets the whole response, although the connection closes after it (RFC 9112 §9.6)', async t => {
  const { client, clock } = await asked(t, `${HEAD}Connection: close\r\n\r\n`)
  clock.advance(TIMES.linger + 300)
  t.ok((await readAll(client)) > OCTETS)
})

t.test('a client that half-closes after its request gets the whole response (RFC 9112 §9.6)', async t => {
  const { client } = await asked(t, `${HEAD}\r\n`)
  client.socket.end()
  t.ok((await readAll(client)) > OCTETS)
})

t.test('a client that never reads is cut off after the reader time-out', async t => {
  const { clock, edge } = await asked(t, `${HEAD}Connection: close\r\n\r\n`)
  clock.advance(TIMES.reader + 300)
  while (edge.connections > 0) await new Promise(resolve => setImmediate(resolve))
  t.equal(edge.connections, 0)
})

t.test('a response goes on when a slow reader has caught up, whatever its next piece is (RFC 9112 §7.1)', async t => {
  const begun = Promise.withResolvers<Socket>()
  const size = OCTETS.toString(16)
  const backend = await scriptedBackend('backend1', socket => {
    socket.write(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${size}\r\n`)
    socket.write(Buffer.alloc(OCTETS, 'x'))
    begun.resolve(socket)
  })
  const { edge, port } = await openEdge(t, [backend])
  const client = await RawClient.connect(port)
  t.teardown(() => client.destroy())
  client.socket.pause()
  client.send('GET /x HTTP/1.1\r\nHost: a\r\n\r\n')
  const socket = await begun.promise
  // When every buffer on the way is full, the counter does not change any more.
  for (let last = -1; last !== edge.counters.octetsOut; ) {
    last = edge.counters.octetsOut
    for (let i = 0; i < 200; i++) await new Promise(resolve => setImmediate(resolve))
  }
  client.socket.resume()
  await client.until(received => received.length > OCTETS, 'all of the first chunk')
  // Then a piece without content, so that there is no write to wait for.
  socket.write('\r\n2\r\n')
  for (let i = 0; i < 200; i++) await new Promise(resolve => setImmediate(resolve))
  socket.write('ok\r\n0\r\n\r\n')
  await client.until(received => received.endsWith('\r\n2\r\nok\r\n0\r\n\r\n'), 'the end of the response')
  t.notOk(client.closed)
})
