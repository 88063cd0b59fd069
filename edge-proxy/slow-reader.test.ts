/**
 * The end of an answer, for a client that reads slowly. When the edge has written the last octet, up to megabytes of it wait in
 * its memory; whoever closes the socket then has sent half an answer, and the client cannot get the rest.
 *
 * Read beside: downstream/client-connection.ts `#close`, RFC 9112 §9.6 (tear-down)
 * Touches the world: edges on 127.0.0.1.
 */
import t from 'tap'
import { FakeClock } from '#shared/clock.ts'
import type { Files } from './static/files.ts'
import { representationsOf } from './static/representation.ts'
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

t.test('a slow reader gets the last answer whole, though the connection is to close (RFC 9112 §9.6)', async t => {
  const { client, clock } = await asked(t, `${HEAD}Connection: close\r\n\r\n`)
  clock.advance(TIMES.linger + 300)
  t.ok((await readAll(client)) > OCTETS)
})

t.test('a client that half-closes after its request gets the answer whole (RFC 9112 §9.6)', async t => {
  const { client } = await asked(t, `${HEAD}\r\n`)
  client.socket.end()
  t.ok((await readAll(client)) > OCTETS)
})

t.test('a client that never reads is not waited for longer than any reader', async t => {
  const { clock, edge } = await asked(t, `${HEAD}Connection: close\r\n\r\n`)
  clock.advance(TIMES.reader + 300)
  while (edge.connections > 0) await new Promise(resolve => setImmediate(resolve))
  t.equal(edge.connections, 0)
})
