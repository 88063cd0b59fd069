/**
 * Request smuggling, end to end.
 *
 * The attack: a request is written so that the edge and the backend disagree about where it ends. What the edge takes for
 * the rest of a body, the backend takes for the beginning of the next request on that connection: one that no filter of the
 * edge has seen, and whose answer goes to whoever uses the connection next.
 *
 * The defence is that the edge refuses what could be read in two ways, and writes everything else anew. So, whatever comes
 * in: even a backend that forgives everything must hear exactly the requests that the edge believes to have sent.
 *
 * Read beside: mutate.ts, lenient-backend.ts, RFC 9112 §11.2 (request smuggling)
 * Touches the world: an edge and a backend on 127.0.0.1.
 */
import t from 'tap'
import { scriptedBackend } from '../testing/backends.ts'
import { openEdge } from '../testing/edge.ts'
import { RawClient } from '../testing/raw-client.ts'
import { type Heard, hear } from './lenient-backend.ts'
import { mutated, Seeded } from './mutate.ts'

const SEED = Number(process.env.FUZZ_SEED ?? 20261122)
const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 1500)

t.test('hear() forgives what it says it forgives', async t => {
  const smuggled = 'GET /smuggled HTTP/1.1\r\n\r\n'
  const attempts = [
    `POST / HTTP/1.1\r\nTransfer-Encoding : chunked\r\nContent-Length: ${5 + smuggled.length}\r\n\r\n0\r\n\r\n${smuggled}`,
    `POST / HTTP/1.1\nTransfer_Encoding: xchunked\n\n0\n\n${smuggled}`,
    `POST / HTTP/1.1\r\nX: y\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    `POST / HTTP/1.1\r\nContent-Length: 60\r\nContent-Length: 0\r\n\r\n${smuggled}`,
    `POST / HTTP/1.1\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0;x\ny\r\n\r\n${smuggled}`,
  ]
  for (const attempt of attempts.slice(0, 4))
    t.same(hear(attempt).heard.at(-1)?.path, '/smuggled', JSON.stringify(attempt))
})

t.test(`a lenient backend hears exactly what the edge has sent, in ${ROUNDS} attempts (seed ${SEED})`, async t => {
  const heard: string[] = []
  const backend = await scriptedBackend('backend1', (socket, first) => {
    let pending = ''
    const take = (octets: string) => {
      const understood = hear(pending + octets)
      pending = understood.rest
      heard.push(...understood.heard.map(nameOf))
      for (const _ of understood.heard) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    }
    socket.on('data', (piece: Buffer) => take(piece.toString('latin1')))
    socket.on('end', () => socket.end())
    take(first)
  })
  const { port, events, edge } = await openEdge(t, [backend])
  const attempted: string[] = []
  const answered: string[] = []
  events.watch(event => {
    if (event.kind !== 'edge.request') return
    const { attempts, method, request } = event.detail as {
      attempts: { outcome: string }[]
      method: string
      request: { sentHead: string; contentOctets: number }
    }
    const line = nameOf({ method, path: request.sentHead.split(' ')[1] as string, length: request.contentOctets })
    attempted.push(line)
    if (attempts.at(-1)?.outcome === 'answered') answered.push(line)
  })

  const random = new Seeded(SEED + 2)
  for (let round = 0; round < ROUNDS; round++) {
    const octets = mutated(random)
    const client = await RawClient.connect(port)
    // The last request closes the connection, so that the client knows when all is said.
    client.socket.end(Buffer.from(`${octets}GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`, 'latin1'))
    await client.untilClosed()
    while (edge.connections > 0) await new Promise(resolve => setImmediate(resolve))
    const invented = without(heard, attempted)
    const lost = without(answered, heard)
    if (invented.length === 0 && lost.length === 0) continue
    t.fail(`round ${round}`, { octets, invented, lost })
    break
  }
  t.ok(answered.length > ROUNDS / 2, `${answered.length} requests answered`)
})

function nameOf({ method, path, length }: Heard): string {
  return `${method} ${path} ${length}`
}

/** What is left of `list` when each of `others` has taken one like it away. */
function without(list: readonly string[], others: readonly string[]): string[] {
  const counts = new Map<string, number>()
  for (const other of others) counts.set(other, (counts.get(other) ?? 0) + 1)
  return list.filter(item => {
    const count = counts.get(item) ?? 0
    counts.set(item, count - 1)
    return count <= 0
  })
}
