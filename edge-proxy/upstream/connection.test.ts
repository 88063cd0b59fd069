/**
 * Memory of a connection must not be read into again while octets in it still wait to be sent.
 *
 * Read beside: connection.ts
 * Touches the world: an edge, a backend and slow clients on 127.0.0.1.
 */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import t from 'tap'
import { httpBackend } from '../testing/backends.ts'
import { openEdge } from '../testing/edge.ts'
import { RawClient } from '../testing/raw-client.ts'

/** Four megabytes, different for each client; every four octets depend on their position. */
function pattern(seed: number): Buffer {
  const content = Buffer.alloc(4 * 1024 * 1024)
  for (let at = 0; at < content.length; at += 4) content.writeUInt32LE((at ^ (seed * 0x9e3779b1)) >>> 0, at)
  return content
}

const digest = (octets: Buffer) => createHash('sha256').update(octets).digest('hex')

t.test(
  'UpstreamConnection delivers exactly what the backend sent, to slow and fast clients at the same time',
  async t => {
    const backend = await httpBackend('backend1', async (request, response) => {
      const content = pattern(Number(request.url?.slice(1)))
      // With and without a length: raw and chunked.
      if (request.url?.endsWith('0')) response.setHeader('Content-Length', content.length)
      // Pieces too large to be copied and too small to fill a socket's buffer: while one waits, more are read.
      for (let at = 0; at < content.length; at += 20_000) {
        if (!response.write(content.subarray(at, at + 20_000))) await once(response, 'drain')
        await new Promise(resolve => setImmediate(resolve))
      }
      response.end()
    })
    const { port, edge } = await openEdge(t, [backend])
    const clients = await Promise.all(
      [10, 11, 20, 21].map(async seed => ({ seed, client: await RawClient.connect(port) })),
    )
    for (const { seed, client } of clients) {
      client.socket.pause()
      client.send(`GET /${seed} HTTP/1.0\r\n\r\n`)
    }
    // All buffers on the way are full, and pieces wait in the edge.
    for (let last = -1; last !== edge.counters.octetsOut; ) {
      last = edge.counters.octetsOut
      for (let i = 0; i < 200; i++) await new Promise(resolve => setImmediate(resolve))
    }
    for (const { client } of clients) client.socket.resume()
    for (const { seed, client } of clients) {
      const received = await client.untilClosed()
      const content = Buffer.from(received.slice(received.indexOf('\r\n\r\n') + 4), 'latin1')
      t.equal(digest(content), digest(pattern(seed)), `client ${seed}`)
    }
  },
)
