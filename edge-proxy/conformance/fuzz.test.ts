/**
 * Fuzzing: thousands of slightly changed requests of the corpus, for the parser alone and through a running edge.
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
import { FuzzRandom, mutated, pieces, seedOf } from './random.ts'

const seed = seedOf(process.env)
const SMALL = CORPUS.map(({ send }) => send).filter(send => send.length < 2000)
const PARSED = 20_000
const SENT = 2_000
/** Clients at the same time. */
const WORKERS = 10

t.comment(`FUZZ_SEED=${seed}`)

/** The result of parsing these octets, as text: heads, bodies, and the refusal at the end. */
function parseAll(packets: readonly string[]): string {
  const collector = new HeadCollector(REQUEST_LIMITS, true)
  const seen: string[] = []
  let body: BodyDecoder | undefined
  let content = ''
  try {
    for (const packet of packets) {
      for (let octets = Buffer.from(packet, 'latin1'); octets.length > 0; ) {
        if (body === undefined) {
          const collected = collector.add(octets)
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

t.test(
  'the parser accepts or refuses, never throws another error, and packet boundaries make no difference',
  async t => {
    const random = new FuzzRandom(seed)
    let refused = 0
    for (let i = 0; i < PARSED; i++) {
      const octets = mutated(random.pick(SMALL), random)
      const cut = pieces(octets, random)
      const [whole, split] = [parseAll([octets]), parseAll(cut)]
      if (whole.endsWith('refused 400')) refused++
      // A split request may be refused at an earlier octet, for another of its faults.
      const same = whole === split || (/refused \d+$/.test(whole) && /refused \d+$/.test(split))
      if (!same) t.fail(`FUZZ_SEED=${seed}, number ${i}: ${JSON.stringify(cut)}: ${whole} but ${split}`)
    }
    t.ok(refused > PARSED / 10 && refused < PARSED, `${refused} of ${PARSED} are refused`)
  },
)

t.test('an edge does not fail, and forwards only requests that the strict parser of node:http accepts', async t => {
  const rejected: string[] = []
  const backend = await httpBackend('backend1', (request, response) => {
    request.resume().on('end', () => response.end('ok'))
  })
  backend.server.on('clientError', (error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket) => {
    const packet = error.rawPacket?.toString('latin1') ?? ''
    // Requests that the edge could not complete end early. llhttp accepts a fixed list of methods; in HTTP any token is a method.
    const fine =
      error.code === 'ECONNRESET' ||
      error.code === 'HPE_INVALID_EOF_STATE' ||
      (error.code === 'HPE_INVALID_METHOD' && /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+ [/*]\S* HTTP\/1\.1\r\nHost: /.test(packet))
    if (!fine) rejected.push(`${error.code}: ${JSON.stringify(packet)}`)
    socket.destroy()
  })
  const { port, edge, log } = await openEdge(t, [backend])
  let answered = 0
  const send = async (worker: number) => {
    const random = new FuzzRandom(seed + worker)
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
  t.strictSame(rejected, [], `FUZZ_SEED=${seed}`)
  t.ok(answered > SENT / 2, `${answered} of ${SENT} got a response`)
  t.match(await exchange(port, head('GET /x HTTP/1.1', 'Host: a', 'Connection: close')), /^HTTP\/1\.1 200 [\s\S]*ok/)
  t.notMatch(log(), /error/)
  t.ok(edge.connections <= 1)
})
