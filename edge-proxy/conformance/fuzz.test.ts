/**
 * Fuzzing: requests of the corpus, changed a little, by the thousand. For the reader alone, and through a running edge.
 *
 * A failure prints the seed; `FUZZ_SEED=n npx tap run edge-proxy/conformance/fuzz.test.ts` repeats it.
 */
import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { BodyDecoder } from '../http1/body-decoder.ts'
import { FramingError } from '../http1/framing-error.ts'
import { HeadCollector } from '../http1/head-collector.ts'
import { REQUEST_LIMITS } from '../http1/limits.ts'
import { parseRequestHead } from '../http1/request-head.ts'
import { httpBackend } from '../testing/backends.ts'
import { openEdge } from '../testing/edge.ts'
import { exchange, RawClient } from '../testing/raw-client.ts'
import { head } from './case.ts'
import { CORPUS } from './corpus/all.ts'
import { statusesIn } from './observe.ts'
import { mutated, pieces, Random, seedOf } from './random.ts'

const seed = seedOf(process.env)
const SMALL = CORPUS.map(({ send }) => send).filter(send => send.length < 2000)
const PARSED = 20_000
const SENT = 2_000
/** Clients at the same time. */
const WORKERS = 10

t.comment(`FUZZ_SEED=${seed}`)

/** Everything that a reader makes of these octets, as text: heads, bodies, and how it ended. */
function readAll(packets: readonly string[]): string {
  const collector = new HeadCollector(REQUEST_LIMITS, true)
  const seen: string[] = []
  let body: BodyDecoder | undefined
  let content = ''
  try {
    for (const packet of packets) {
      for (let octets = Buffer.from(packet, 'latin1'); octets.length > 0; ) {
        if (body === undefined) {
          const collected = collector.take(octets)
          if (collected === undefined) break
          const head = parseRequestHead(collected.text)
          seen.push(JSON.stringify(head))
          body = new BodyDecoder(head.body)
          octets = collected.rest as typeof octets
        }
        const taken = body.decode(octets, 0, piece => {
          content += piece.toString('latin1')
        })
        octets = octets.subarray(taken)
        if (!body.done) continue
        seen.push(content, JSON.stringify(body.trailers))
        content = ''
        body = undefined
      }
    }
  } catch (error) {
    if (!(error instanceof FramingError)) throw error
    return [...seen, `refused ${error.status}`].join('\n')
  }
  return [...seen, content].join('\n')
}

t.test('the reader refuses or reads, never anything else, and packet boundaries make no difference', async t => {
  const random = new Random(seed)
  let refused = 0
  for (let i = 0; i < PARSED; i++) {
    const octets = mutated(random.pick(SMALL), random)
    const cut = pieces(octets, random)
    const [whole, split] = [readAll([octets]), readAll(cut)]
    if (whole.endsWith('refused 400')) refused++
    // What is refused may be refused at an earlier octet, and for another of its faults.
    const same = whole === split || (/refused \d+$/.test(whole) && /refused \d+$/.test(split))
    if (!same) t.fail(`FUZZ_SEED=${seed}, number ${i}: ${JSON.stringify(cut)}: ${whole} but ${split}`)
  }
  t.ok(refused > PARSED / 10 && refused < PARSED, `${refused} of ${PARSED} are refused`)
})

t.test('an edge survives, and passes on only what the strict parser of node:http understands', async t => {
  const misunderstood: string[] = []
  const backend = await httpBackend('backend1', (request, response) => {
    request.resume().on('end', () => response.end('ok'))
  })
  backend.server.on('clientError', (error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket) => {
    const packet = error.rawPacket?.toString('latin1') ?? ''
    // Requests that the edge could not complete end early. Of methods llhttp knows a list only, and any token is one.
    const fine =
      error.code === 'ECONNRESET' ||
      error.code === 'HPE_INVALID_EOF_STATE' ||
      (error.code === 'HPE_INVALID_METHOD' && /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+ [/*]\S* HTTP\/1\.1\r\nHost: /.test(packet))
    if (!fine) misunderstood.push(`${error.code}: ${JSON.stringify(packet)}`)
    socket.destroy()
  })
  const { port, edge, log } = await openEdge(t, [backend])
  let answered = 0
  const send = async (worker: number) => {
    const random = new Random(seed + worker)
    for (let i = 0; i < SENT / WORKERS; i++) {
      const client = await RawClient.connect(port)
      for (const packet of pieces(mutated(random.pick(SMALL), random), random)) {
        client.send(packet)
        await setImmediate()
      }
      client.socket.end()
      await client.settles(() => false, 2_000)
      if (client.received !== '' && !client.received.startsWith('HTTP/1.1 '))
        t.fail(`FUZZ_SEED=${seed}, number ${i} of ${worker}: ${JSON.stringify(client.received)}`)
      if (statusesIn(client.received).length > 0) answered++
      client.destroy()
    }
  }
  await Promise.all(Array.from({ length: WORKERS }, (_, worker) => send(worker)))
  t.strictSame(misunderstood, [], `FUZZ_SEED=${seed}`)
  t.ok(answered > SENT / 2, `${answered} of ${SENT} got an answer`)
  t.match(await exchange(port, head('GET /x HTTP/1.1', 'Host: a', 'Connection: close')), /^HTTP\/1\.1 200 [\s\S]*ok/)
  t.notMatch(log(), /error/)
  t.ok(edge.connections <= 1)
})
