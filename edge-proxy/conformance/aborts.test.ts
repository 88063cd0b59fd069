/**
 * Clients that disconnect, at every phase of a request, with FIN and with RST: the request ends on both sides, and no connection is
 * left.
 *
 * Read beside: ../downstream/client-connection.ts (the phases)
 */
import { once } from 'node:events'
import t from 'tap'
import { until } from '../../test/testing/until.ts'
import { scriptedBackend, type TestBackend } from '../testing/backends.ts'
import { openEdge } from '../testing/edge.ts'
import { RawClient } from '../testing/raw-client.ts'
import { head } from './case.ts'

const GET = head('GET /x HTTP/1.1', 'Host: a')
const LENGTH = head('POST /x HTTP/1.1', 'Host: a', 'Content-Length: 100')
const CHUNKED = head('POST /x HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked')
const HALF = `${head('HTTP/1.1 200 OK', 'Content-Length: 10')}half`
const NO_LENGTH = `${head('HTTP/1.1 200 OK')}more to come`
/** A response that the client does not read. */
const LARGE = head('HTTP/1.1 200 OK', 'Content-Length: 100000000')

interface Phase {
  readonly name: string
  readonly sends: string
  /** Whether a backend receives the request. */
  readonly arrives?: boolean
  readonly response?: string
  /** Octets that the client waits for before it disconnects. */
  readonly reads?: string
}

const PHASES: readonly Phase[] = [
  { name: 'before the first octet', sends: '' },
  { name: 'within the request line', sends: 'GE' },
  { name: 'within the fields', sends: 'GET /x HTTP/1.1\r\nHost:' },
  { name: 'before the body', sends: LENGTH, arrives: true },
  { name: 'within the body', sends: `${LENGTH}half`, arrives: true },
  { name: 'within a chunk size', sends: `${CHUNKED}5`, arrives: true },
  { name: 'within a chunk', sends: `${CHUNKED}5\r\nhel`, arrives: true },
  { name: 'before the last chunk', sends: `${CHUNKED}5\r\nhello\r\n`, arrives: true },
  { name: 'within the trailers', sends: `${CHUNKED}0\r\nX: `, arrives: true },
  { name: 'waiting for the response', sends: GET, arrives: true },
  { name: 'with another request behind', sends: GET + GET, arrives: true },
  { name: 'within the response', sends: GET, arrives: true, response: HALF, reads: 'half' },
  { name: 'within a response without a length', sends: GET, arrives: true, response: NO_LENGTH, reads: 'more' },
  { name: 'within an interim response', sends: GET, arrives: true, response: head('HTTP/1.1 103 Hints'), reads: '103' },
  { name: 'with the response unread', sends: GET, arrives: true, response: LARGE, reads: '200' },
]

for (const manner of ['FIN', 'RST'] as const) {
  t.test(`a client that disconnects with ${manner}: its request ends, and no connection is left`, async t => {
    for (const phase of PHASES) {
      const arrived = Promise.withResolvers<void>()
      const backend = await scriptedBackend('backend1', socket => {
        arrived.resolve()
        if (phase.response !== undefined) socket.write(phase.response)
        if (phase.response === LARGE) socket.write(Buffer.alloc(50_000_000))
        socket.on('end', () => socket.end())
      })
      // After a half-close the client may still read the response; the edge waits for that only for a short time.
      const { port, edge, cluster } = await openEdge(t, [backend], {
        timeouts: { halfClosed: 50 },
      })
      const client = await RawClient.connect(port)
      client.send(phase.sends)
      if (phase.arrives) await arrived.promise
      const { reads } = phase
      if (reads !== undefined) await client.until(received => received.includes(reads))
      if (phase.response === LARGE) client.socket.pause()
      if (manner === 'FIN') client.destroy()
      else client.socket.resetAndDestroy()
      await until(`${phase.name}: no connection is left`, () => isQuiet(edge, cluster, backend))
      t.pass(phase.name)
    }
  })
}

t.test('clients that disconnect do not affect other clients', async t => {
  const backend = await scriptedBackend('backend1', (socket, first) => {
    const respond = (octets: string) => {
      if (octets.includes('/stay')) socket.write(`${head('HTTP/1.1 200 OK', 'Content-Length: 4')}stay`)
    }
    respond(first)
    socket.on('data', piece => respond(piece.toString('latin1'))).on('end', () => socket.end())
  })
  const { port, edge, cluster } = await openEdge(t, [backend])
  const staying = await RawClient.connect(port)
  let responses = 0
  for (let round = 0; round < 20; round++) {
    const leaving = await Promise.all(Array.from({ length: 10 }, () => RawClient.connect(port)))
    for (const [index, client] of leaving.entries())
      client.send((PHASES[(index + round) % PHASES.length] as Phase).sends)
    staying.send(head('GET /stay HTTP/1.1', 'Host: a'))
    responses++
    await staying.until(received => received.split('\r\n\r\nstay').length === responses + 1)
    for (const client of leaving) client.socket.resetAndDestroy()
    await Promise.all(leaving.map(client => client.socket.closed || once(client.socket, 'close')))
  }
  staying.destroy()
  await until('no connection is left', () => edge.connections === 0 && cluster.backends[0]?.active === 0)
})

/** No request is open, and the only connection to the backend is the health check's. */
function isQuiet(
  edge: { connections: number },
  cluster: { backends: readonly { active: number }[] },
  backend: TestBackend,
) {
  return edge.connections === 0 && cluster.backends[0]?.active === 0 && backend.sockets.size <= 1
}
