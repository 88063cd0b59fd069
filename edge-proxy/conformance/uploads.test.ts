/**
 * Request bodies: the backend responds early, delays the body with Expect, does not read, or dies.
 *
 * Read beside: RFC 9110 §10.1.1 (Expect), RFC 9112 §9.6 (tear-down), §9.5 (time-outs)
 */
import { once } from 'node:events'
import type { Socket } from 'node:net'
import t from 'tap'
import { until } from '../../test/testing/until.ts'
import { scriptedBackend } from '../testing/backends.ts'
import { openEdge } from '../testing/edge.ts'
import { RawClient } from '../testing/raw-client.ts'
import { head } from './case.ts'
import { readResponse } from './read-response.ts'

const MEGABYTE = Buffer.alloc(1_000_000, 'x')
const OK = `${head('HTTP/1.1 200 OK', 'Content-Length: 2')}ok`
const upload = (length: number, ...lines: string[]) =>
  head('POST /up HTTP/1.1', 'Host: a', `Content-Length: ${length}`, ...lines)
const complete = (received: string) => readResponse(received, 'POST', false)?.complete === true

t.test(
  'Expect: 100-continue is forwarded; the body follows after the 100 of the backend (RFC 9110 §10.1.1)',
  async t => {
    let arrived = ''
    const heard = Promise.withResolvers<Socket>()
    const backend = await scriptedBackend('backend1', (socket, first) => {
      arrived += first
      heard.resolve(socket)
      socket.on('data', piece => {
        arrived += piece.toString('latin1')
        if (arrived.endsWith('hello')) socket.write(OK)
      })
    })
    const { port } = await openEdge(t, [backend])
    const client = await RawClient.connect(port)
    client.send(upload(5, 'Expect: 100-continue'))
    const socket = await heard.promise
    t.match(arrived, /\r\nExpect: 100-continue\r\n/)
    t.equal(client.received, '', 'the edge does not send 100 itself')
    socket.write(head('HTTP/1.1 100 Continue'))
    await client.until(received => received === head('HTTP/1.1 100 Continue'))
    await client.send('hello').until(complete)
    t.strictSame(readResponse(client.received, 'POST', false)?.interim, [100])
    t.match(arrived, /\r\n\r\nhello$/)
    client.destroy()
  },
)

t.test(
  'Expect: 100-continue, and the backend refuses: the connection ends, because the body may or may not follow',
  async t => {
    const refusal = head('HTTP/1.1 401 Unauthorized', 'Content-Length: 0')
    const backend = await scriptedBackend('backend1', socket => socket.write(refusal))
    const { port } = await openEdge(t, [backend])
    const client = await RawClient.connect(port)
    const received = await client.send(upload(5, 'Expect: 100-continue')).untilClosed()
    t.match(received, /^HTTP\/1\.1 401 [\s\S]*\r\nConnection: close\r\n/)
  },
)

for (const [name, dies] of [
  ['keeps reading', (socket: Socket) => socket.resume()],
  ['closes', (socket: Socket) => socket.end()],
] as const) {
  t.test(
    `a response in the middle of an upload reaches the client when the backend ${name} (RFC 9112 §9.6)`,
    async t => {
      const tooLarge = `${head('HTTP/1.1 413 Content Too Large', 'Content-Length: 3')}no!`
      const backend = await scriptedBackend('backend1', socket => {
        socket.write(tooLarge)
        dies(socket)
      })
      const { port } = await openEdge(t, [backend])
      const client = await RawClient.connect(port)
      client.send(upload(20_000_000))
      for (let i = 0; i < 3; i++) client.send(MEGABYTE)
      await client.until(complete)
      t.match(client.received, /^HTTP\/1\.1 413 [\s\S]*\r\nConnection: close\r\n[\s\S]*no!$/)
      await client.untilClosed()
      t.notOk(client.reset, 'the edge reads on for a moment, so that a reset does not discard the response')
    },
  )
}

t.test('a response can be streamed while the request is still being streamed', async t => {
  const backend = await scriptedBackend('backend1', (socket, first) => {
    socket.write(head('HTTP/1.1 200 OK', `Content-Length: ${3 * MEGABYTE.length}`))
    socket.write(first.slice(first.indexOf('\r\n\r\n') + 4))
    socket.pipe(socket)
  })
  const { port } = await openEdge(t, [backend])
  const client = await RawClient.connect(port)
  client.send(upload(3 * MEGABYTE.length))
  for (let i = 1; i <= 3; i++) {
    client.send(MEGABYTE)
    await client.until(received => received.length > i * MEGABYTE.length, `${i} MB came back`)
  }
  t.ok(complete(client.received))
  client.destroy()
})

t.test('a backend that does not read stops the client, without buffering in the edge; then 504', async t => {
  const backend = await scriptedBackend('backend1', socket => socket.pause())
  const timeouts = { write: 300 }
  const { port } = await openEdge(t, [backend], { timeouts })
  const client = await RawClient.connect(port)
  const before = process.memoryUsage().arrayBuffers
  client.send(upload(64 * MEGABYTE.length))
  for (let i = 0; i < 64; i++) client.send(MEGABYTE)
  await client.until(complete)
  t.equal(readResponse(client.received, 'POST', false)?.status, 504)
  // The kernel buffers octets of two connections, and the edge one piece of each. The client's own 64 MB are one buffer.
  t.ok(
    client.socket.bytesWritten - client.socket.writableLength < 32 * MEGABYTE.length,
    'most of the body was not sent',
  )
  t.ok(process.memoryUsage().arrayBuffers - before < 16 * MEGABYTE.length)
  client.destroy()
})

t.test('a backend that dies in the middle of an upload: 502, and the connection is closed', async t => {
  const backend = await scriptedBackend('backend1', socket => socket.resetAndDestroy())
  const { port } = await openEdge(t, [backend])
  const client = await RawClient.connect(port)
  client.send(upload(20_000_000)).send(MEGABYTE)
  await client.until(complete)
  t.match(client.received, /^HTTP\/1\.1 502 [\s\S]*\r\nConnection: close\r\n/)
  client.destroy()
})

t.test('a client that stops in the middle of its body: 408, and the backend never gets a whole request', async t => {
  let arrived = ''
  const gone = Promise.withResolvers<void>()
  const backend = await scriptedBackend('backend1', (socket, first) => {
    arrived += first
    socket.on('data', piece => (arrived += piece.toString('latin1'))).on('end', () => gone.resolve())
  })
  const { port } = await openEdge(t, [backend], { timeouts: { bodyIdle: 200 } })
  const client = await RawClient.connect(port)
  const received = await client.send(upload(10)).send('hell').untilClosed()
  t.match(received, /^HTTP\/1\.1 408 /)
  await gone.promise
  t.match(arrived, /\r\n\r\nhell$/)
})

t.test(
  'a silent backend: 504; a backend that stops in the middle of its response: the connection is closed before the end',
  async t => {
    const timeouts = { firstByte: 200, response: 200 }
    const silent = await scriptedBackend('backend1', () => {})
    const first = await openEdge(t, [silent], { timeouts })
    const patient = await RawClient.connect(first.port)
    await patient.send(upload(0)).until(complete)
    t.equal(readResponse(patient.received, 'POST', false)?.status, 504)
    patient.destroy()

    const half = await scriptedBackend('backend1', socket => void socket.write(OK.slice(0, -1)))
    const second = await openEdge(t, [half], { timeouts })
    const client = await RawClient.connect(second.port)
    await client.send(upload(0)).untilClosed()
    t.notOk(complete(client.received), 'the length shows that a part is missing')
  },
)

t.test('a backend that sends interim responses without end does not fill the memory of the edge', async t => {
  const backend = await scriptedBackend('backend1', socket => {
    const flood = head('HTTP/1.1 103 Early Hints', `X: ${'x'.repeat(1000)}`).repeat(64)
    const more = () => {
      while (!socket.destroyed && socket.write(flood));
    }
    socket.on('drain', more)
    more()
  })
  const { port, cluster } = await openEdge(t, [backend], {
    timeouts: { firstByte: 500, reader: 500 },
  })
  const client = await RawClient.connect(port)
  client.socket.pause()
  client.send(upload(0))
  let most = 0
  const before = process.memoryUsage().rss
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss - before)
  }, 20)
  await until('the request is at the backend', () => cluster.backends[0]?.requests === 1)
  await until('the edge gives up', () => cluster.backends[0]?.active === 0)
  clearInterval(watch)
  t.ok(most < 64 * MEGABYTE.length, `${Math.round(most / MEGABYTE.length)} MB`)
  client.socket.resume()
  client.destroy()
  await once(client.socket, 'close')
})

t.test('a backend that answers early and closes with unread octets: its response is delivered, not 502', async t => {
  const early = head('HTTP/1.1 413 Content Too Large', 'Content-Length: 0', 'Connection: close')
  // Closing a socket with unread octets sends RST: the edge's next write fails while the response waits to be read.
  const backend = await scriptedBackend('backend1', socket => {
    socket.pause()
    socket.write(early, () => socket.resetAndDestroy())
  })
  const { port, cluster } = await openEdge(t, [backend])
  for (let round = 0; round < 10; round++) {
    const client = await RawClient.connect(port)
    client.send(`${head('POST /x HTTP/1.1', 'Host: a', 'Content-Length: 1000000')}${'x'.repeat(200_000)}`)
    client.send('x'.repeat(800_000))
    await client.until(received => received.includes('\r\n\r\n'))
    const status = readResponse(client.received, 'POST', false)?.status
    t.equal(status, 413)
    client.destroy()
  }
  t.equal(cluster.backends[0]?.ban.times, 0, 'what a client sends does not ban a backend')
})

t.test(
  'an early response of the edge itself is delivered to a client that goes on sending (RFC 9112 §9.6)',
  async t => {
    const { port } = await openEdge(t, [], { timeouts: { linger: 50, lingerSending: 2_000 } })
    const client = await RawClient.connect(port)
    client.send(head('POST /x HTTP/1.1', 'Host: a', 'Content-Length: 100000'))
    // Each piece is sent after the last one was read by the kernel; all together they take longer than `linger`.
    for (let sent = 0; sent < 10; sent++) {
      client.send('x'.repeat(10_000))
      await new Promise(resolve => setTimeout(resolve, 30))
    }
    client.socket.end()
    await client.untilClosed()
    t.notOk(client.reset)
    t.equal(readResponse(client.received, 'POST', false)?.status, 503)
  },
)
