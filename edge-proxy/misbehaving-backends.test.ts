/**
 * Backends that break the rules of HTTP, one script each. In every case the client gets one complete response or a visibly broken
 * connection, no other client gets those octets, and the connection to the backend is not used again.
 *
 * Read beside: exchange/response-relay.ts, upstream/connection.ts, RFC 9112 §6.3, RFC 9110 §15.6.3 (502)
 * Touches the world: edges and backends on 127.0.0.1.
 */
import type { Socket } from 'node:net'
import t from 'tap'
import { scriptedBackend } from './testing/backends.ts'
import { openEdge } from './testing/edge.ts'
import { RawClient, statuses } from './testing/raw-client.ts'

const GET = 'GET /x HTTP/1.1\r\nHost: a\r\n\r\n'
const HEAD = GET.replace('GET', 'HEAD')
const OK = 'HTTP/1.1 200 OK\r\n'

interface Misbehaviour {
  readonly what: string
  readonly says: string
  readonly request?: string
  /** The status for the client; 0: a broken connection after a part of the response. */
  readonly answer: number
  /** What the client must receive of it, or must not. */
  readonly sees?: RegExp
  readonly hides?: RegExp
  /** Octets may follow that answer no request, so the connection must not be used again. */
  readonly spoils?: boolean
}

/** The backend sends each in one piece, and keeps the connection open. */
const MISBEHAVIOURS: readonly Misbehaviour[] = [
  { what: 'two different lengths', says: `${OK}Content-Length: 2\r\nContent-Length: 3\r\n\r\nok`, answer: 502 },
  { what: 'the same length twice', says: `${OK}Content-Length: 2\r\nContent-Length: 2\r\n\r\nok`, answer: 502 },
  {
    what: 'a length and chunks',
    says: `${OK}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    answer: 502,
  },
  { what: 'a negative length', says: `${OK}Content-Length: -2\r\n\r\nok`, answer: 502 },
  { what: 'an unknown transfer coding', says: `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`, answer: 502 },
  { what: 'chunks in HTTP/1.0', says: 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', answer: 502 },
  { what: 'octets after the end', says: `${OK}Content-Length: 2\r\n\r\nok!`, answer: 200, hides: /ok!/, spoils: true },
  {
    what: 'a second answer',
    says: `${OK}Content-Length: 2\r\n\r\nok${OK}Content-Length: 6\r\n\r\npoison`,
    answer: 200,
    hides: /poison/,
    spoils: true,
  },
  { what: 'a body for HEAD', says: `${OK}Content-Length: 2\r\n\r\nok`, request: HEAD, answer: 200, spoils: true },
  { what: 'a body with 204', says: 'HTTP/1.1 204 No Content\r\n\r\nbody', answer: 204, spoils: true },
  {
    what: 'a body with 304',
    says: 'HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\nbody',
    answer: 304,
    spoils: true,
  },
  { what: 'another protocol', says: 'SSH-2.0-OpenSSH_9.2\r\n\r\n', answer: 502 },
  { what: 'a status of four digits', says: 'HTTP/1.1 2000 OK\r\n\r\n', answer: 502 },
  { what: 'bare LFs', says: 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok', answer: 502 },
  { what: 'a folded field', says: `${OK}X-A: 1\r\n 2\r\nContent-Length: 0\r\n\r\n`, answer: 502 },
  { what: 'a NUL in a field', says: `${OK}X-A: \0\r\nContent-Length: 0\r\n\r\n`, answer: 502 },
  {
    what: 'a response split by a bare CR',
    says: `${OK}X-A: 1\rSet-Cookie: sid=evil\r\nContent-Length: 0\r\n\r\n`,
    answer: 502,
    hides: /evil/,
  },
  { what: 'a head without end', says: `${OK}${'X-A: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n'.repeat(3000)}`, answer: 502 },
  { what: 'a first line without end', says: 'H'.repeat(20_000), answer: 502 },
  {
    what: 'a 101 without a handshake',
    says: 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    answer: 502,
  },
  {
    what: 'a broken chunk after the first',
    says: `${OK}Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\nzz\r\n`,
    answer: 0,
  },
  { what: 'a broken chunk at once', says: `${OK}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, answer: 502 },
  {
    what: 'a trailer field about framing',
    says: `${OK}Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nContent-Length: 5\r\n\r\n`,
    answer: 0,
  },
  {
    what: 'only a trailer field about framing',
    says: `${OK}Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 5\r\n\r\n`,
    answer: 502,
  },
  {
    what: 'a trailer field that is not allowed',
    says: `${OK}Transfer-Encoding: chunked\r\n\r\n0\r\nSet-Cookie: sid=evil\r\nX-End: 2\r\n\r\n`,
    answer: 200,
    sees: /0\r\nX-End: 2\r\n\r\n/,
    hides: /evil/,
  },
  {
    what: 'hop-by-hop fields',
    says: `${OK}Connection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nProxy-Connection: x\r\nUpgrade: h2c\r\nX-End: 2\r\nContent-Length: 2\r\n\r\nok`,
    answer: 200,
    sees: /X-End: 2/,
    hides: /X-Hop|Keep-Alive|Proxy-|Upgrade/,
  },
  {
    what: 'fields that only the edge may write',
    says: `${OK}X-Served-By: another-server\r\nX-Request-Id: other\r\nContent-Length: 2\r\n\r\nok`,
    answer: 200,
    hides: /another-server|other/,
  },
]

function talking(says: string) {
  return scriptedBackend('backend1', (socket: Socket) => {
    socket.write(says, 'latin1')
    socket.on('data', () => socket.write(says, 'latin1'))
    socket.on('end', () => socket.end())
  })
}

for (const { what, says, request = GET, answer, sees, hides, spoils } of MISBEHAVIOURS) {
  t.test(`a backend with ${what}: ${answer || 'a broken connection'}`, async t => {
    const { port, cluster } = await openEdge(t, [await talking(says)])
    const client = await RawClient.connect(port)
    client.send(request)
    if (answer === 0) {
      await client.untilClosed()
      t.notMatch(client.received, /0\r\n\r\n$/, 'without the last chunk, the client can see that it is incomplete')
    } else {
      await client.until(received => received.includes('\r\n\r\n'))
      // The next request on the same connection shows where the response ended for the client.
      client.send('GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
      await client.untilClosed()
      t.same(statuses(client.received), [answer, 200])
    }
    if (sees) t.match(client.received, sees)
    if (hides) t.notMatch(client.received, hides)
    const [backend] = cluster.backends
    t.equal(backend?.active, 0)
    if (spoils) t.equal(cluster.poolOf(backend as never).idle, 0, 'its connection is not used again')
    if (answer === 502) {
      t.equal(cluster.poolOf(backend as never).idle, 0, 'its connection is not used again')
      t.equal(backend?.responses[2], 0, 'a response that was not sent is not counted')
    }
  })
}

t.test('a backend that closes at once, resets, or sends half a head: 502', async t => {
  const scripts: [what: string, script: (socket: Socket) => void][] = [
    ['closes', socket => socket.end()],
    ['resets', socket => socket.resetAndDestroy()],
    ['says half a head', socket => socket.end('HTTP/1.1 200 OK\r\nConte')],
  ]
  for (const [what, script] of scripts) {
    const { port } = await openEdge(t, [await scriptedBackend('backend1', script)])
    const client = await RawClient.connect(port)
    await client.send(GET).until(received => received.endsWith('}\n'))
    t.match(client.received, /^HTTP\/1\.1 502 .*"failure":"closed-early"/s, what)
    client.destroy()
  }
})

t.test(
  'a response without a length: chunked for HTTP/1.1, until the connection closes for HTTP/1.0 (RFC 9112 §6.3)',
  async t => {
    const backend = await scriptedBackend('backend1', socket => socket.end(`${OK}X-A: 1\r\n\r\nuntil the end`))
    const { port } = await openEdge(t, [backend])
    const modern = await RawClient.connect(port)
    await modern.send(GET).until(received => received.endsWith('0\r\n\r\n'))
    t.match(modern.received, /\r\nTransfer-Encoding: chunked\r\n(?:.*\r\n)*\r\nd\r\nuntil the end\r\n0\r\n\r\n$/)
    modern.destroy()
    const old = await RawClient.connect(port)
    const received = await old.send('GET /x HTTP/1.0\r\n\r\n').untilClosed()
    t.notMatch(received, /Transfer-Encoding/)
    t.ok(received.endsWith('\r\n\r\nuntil the end'))
  },
)

t.test('a response without a length that the backend resets: an HTTP/1.0 client gets a reset, not a FIN', async t => {
  const backend = await scriptedBackend('backend1', socket => {
    socket.write(`${OK}X-A: 1\r\n\r\nhalf of`)
    setImmediate(() => socket.resetAndDestroy())
  })
  const { port } = await openEdge(t, [backend])
  const client = await RawClient.connect(port)
  await client.send('GET /x HTTP/1.0\r\n\r\n').untilClosed()
  t.ok(client.reset)
})

t.test('1xx responses are forwarded to HTTP/1.1 clients only (RFC 9110 §15.2)', async t => {
  const early = 'HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n'
  const backend = await talking(`${early}${OK}Content-Length: 2\r\n\r\nok`)
  const { port } = await openEdge(t, [backend])
  const modern = await RawClient.connect(port)
  await modern.send(GET).until(received => received.endsWith('ok'))
  t.same(statuses(modern.received), [103, 200])
  modern.destroy()
  const old = await RawClient.connect(port)
  t.same(statuses(await old.send('GET /x HTTP/1.0\r\n\r\n').untilClosed()), [200])
})

t.test('100 (Continue) is sent by the backend, not by the edge (RFC 9110 §10.1.1)', async t => {
  const seen: string[] = []
  const backend = await scriptedBackend('backend1', (socket, first) => {
    seen.push(first)
    socket.write('HTTP/1.1 100 Continue\r\n\r\n')
    socket.on('data', piece => {
      seen.push(String(piece))
      socket.write(`${OK}Content-Length: 2\r\n\r\nok`)
    })
  })
  const { port } = await openEdge(t, [backend])
  const client = await RawClient.connect(port)
  client.send('POST /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n')
  await client.until(received => received === 'HTTP/1.1 100 Continue\r\n\r\n')
  t.match(seen[0], /\r\nExpect: 100-continue\r\n/)
  await client.send('hello').until(received => received.endsWith('ok'))
  t.equal(seen[1], 'hello')
  client.destroy()
})

t.test('a response before the end of the upload is delivered, and the connection ends after it', async t => {
  const backend = await scriptedBackend('backend1', socket =>
    socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig'),
  )
  const { port, cluster } = await openEdge(t, [backend])
  const client = await RawClient.connect(port)
  client.send('POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nbeginning')
  await client.until(received => received.endsWith('big'))
  t.match(client.received, /^HTTP\/1\.1 413 (?:.*\r\n)*Connection: close\r\n/)
  client.send('x'.repeat(100_000))
  client.socket.end()
  await client.untilClosed()
  t.notOk(client.reset, 'the response could be read to its end')
  t.equal(cluster.poolOf(cluster.backends[0] as never).idle, 0)
})

t.test('trailers are forwarded both ways', async t => {
  let seen = ''
  const backend = await scriptedBackend('backend1', (socket, first) => {
    seen = first
    const answer = () => {
      if (seen.endsWith('X-Sum: 1\r\n\r\n')) {
        socket.write(`${OK}Trailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 2\r\n\r\n`)
      }
    }
    socket.on('data', piece => {
      seen += piece
      answer()
    })
    answer()
  })
  const { port } = await openEdge(t, [backend])
  const client = await RawClient.connect(port)
  client.send(
    'POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 1\r\n\r\n',
  )
  await client.until(received => received.endsWith('0\r\nX-Sum: 2\r\n\r\n'))
  t.match(seen, /\r\nTrailer: X-Sum\r\n/)
  t.match(client.received, /\r\nTrailer: X-Sum\r\n/)
  client.destroy()
})
