/**
 * The parser against nearly right requests: it never breaks, the way the octets are cut never matters, and what it accepts
 * node:http reads in the same way.
 *
 * Read beside: mutate.ts, ../http1/
 * Pure, apart from node:http's parser, which is given octets through a stream in memory.
 */
import { createServer } from 'node:http'
import { Duplex } from 'node:stream'
import t from 'tap'
import { BodyDecoder } from '../http1/body-decoder.ts'
import { FramingError } from '../http1/framing-error.ts'
import { HeadCollector } from '../http1/head-collector.ts'
import { REQUEST_LIMITS } from '../http1/limits.ts'
import { parseRequestHead } from '../http1/request-head.ts'
import { mutated, Seeded } from './mutate.ts'

const SEED = Number(process.env.FUZZ_SEED ?? 20261122)
const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 20_000)

interface Read {
  /** `method path body`, one for each complete request, in order. */
  readonly requests: string[]
  /** How it ended: refused with a status, or waiting for more. */
  readonly end: number | 'waiting'
}

/** Reads octets, handed over in pieces of `size`, as the edge does. */
function read(octets: string, size: number): Read {
  const requests: string[] = []
  const whole = Buffer.from(octets, 'latin1')
  const collector = new HeadCollector(REQUEST_LIMITS, true)
  let current: { line: string; body: BodyDecoder; content: string } | undefined
  try {
    for (let at = 0; at < whole.length; at += size) {
      let piece: Buffer = whole.subarray(at, at + size)
      while (piece.length > 0 || current?.body.done) {
        if (current === undefined) {
          const collected = collector.take(piece)
          if (collected === undefined) break
          const head = parseRequestHead(collected.text)
          current = { line: `${head.method} ${head.path}`, body: new BodyDecoder(head.body), content: '' }
          piece = collected.rest
        }
        const request = current
        piece = piece.subarray(
          request.body.decode(piece, 0, data => {
            request.content += data.toString('latin1')
          }),
        )
        if (!request.body.done) break
        requests.push(`${request.line} ${request.content}`)
        current = undefined
      }
    }
  } catch (error) {
    if (!(error instanceof FramingError)) throw error
    return { requests, end: error.status }
  }
  return { requests, end: 'waiting' }
}

t.test(`the parser takes ${ROUNDS} nearly right requests, however they are cut (seed ${SEED})`, async t => {
  const random = new Seeded(SEED)
  const ends = new Map<unknown, number>()
  for (let round = 0; round < ROUNDS; round++) {
    const octets = mutated(random)
    const whole = read(octets, octets.length)
    const cut = read(octets, 1 + random.next(7))
    // Cut octets may be refused earlier, before a line that is wrong in another way is complete: the status may differ.
    if (
      JSON.stringify(whole.requests) !== JSON.stringify(cut.requests) ||
      (whole.end === 'waiting') !== (cut.end === 'waiting')
    ) {
      t.same(cut, whole, `round ${round}: ${JSON.stringify(octets)}`)
      if (t.counts.fail > 3) break
    }
    ends.set(whole.end, (ends.get(whole.end) ?? 0) + 1)
  }
  t.ok((ends.get('waiting') ?? 0) > ROUNDS / 20, `accepted: ${ends.get('waiting')}`)
  t.ok((ends.get(400) ?? 0) > ROUNDS / 10, `refused with 400: ${ends.get(400)}`)
})

t.test('whatever the parser accepts, node:http reads in the same way, or refuses', async t => {
  const random = new Seeded(SEED + 1)
  let compared = 0
  let refused = 0
  for (let round = 0; round < ROUNDS / 10; round++) {
    const octets = mutated(random)
    const ours = read(octets, octets.length)
    if (ours.requests.length === 0) continue
    const theirs = await readByNode(octets)
    compared++
    if (theirs.length < ours.requests.length) refused++
    // After a request that the edge refuses it reads no further; node:http may be more lenient.
    const expected = ours.requests.map(comparable)
    const beyond = ours.end === 'waiting' ? theirs : theirs.slice(0, expected.length)
    if (!beyond.every((request, i) => request === expected[i]))
      t.same(theirs, expected, `round ${round}: ${JSON.stringify(octets)}`)
  }
  t.ok(compared > ROUNDS / 100, `${compared} compared, ${refused} of them with more at the edge than at node:http`)
})

/** An absolute target is left as it is by node:http. */
function comparable(request: string): string {
  return request.replace(
    /^(\S+) (\S+)/,
    (_, method: string, path: string) => `${method} ${path.replace(/^http:\/\/[^/?]*/i, '')}`,
  )
}

/** What node:http makes of the octets: `method path body` of each complete request. */
async function readByNode(octets: string): Promise<string[]> {
  const seen: string[] = []
  const open: Promise<void>[] = []
  const server = createServer((request, response) => {
    let content = ''
    request.on('data', data => {
      content += data.toString('latin1')
    })
    open.push(
      new Promise(done => {
        request.on('end', () => seen.push(comparable(`${request.method} ${request.url} ${content}`)))
        request.on('close', done)
        request.on('error', () => done())
      }),
    )
    request.on('end', () => response.end())
  })
  server.on('checkContinue', (request, response) => server.emit('request', request, response))
  server.on('checkExpectation', (request, response) => server.emit('request', request, response))
  server.on('clientError', (_, socket) => socket.destroy())
  const stream = new Duplex({
    read() {},
    write(_piece, _encoding, done) {
      done()
    },
  })
  stream.on('error', () => {})
  server.emit('connection', stream)
  stream.push(Buffer.from(octets, 'latin1'))
  stream.push(null)
  await new Promise(resolve => stream.once('close', resolve).once('end', () => setImmediate(resolve)))
  for (const request of open)
    await Promise.race([request, new Promise(resolve => setImmediate(() => setImmediate(resolve)))])
  stream.destroy()
  return seen
}
