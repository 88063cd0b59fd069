/**
 * Memory that is read into again must not change while octets in it still wait to be sent: another client's upload would be sent
 * instead.
 */
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import t from 'tap'
import { request } from 'undici'
import { FuzzRandom, seedOf } from '../conformance/random.ts'
import { httpBackend } from '../testing/backends.ts'
import { openEdge } from '../testing/edge.ts'
import { readIntoKeptMemory } from './read-memory.ts'
import { type PieceReader, readPlainly } from './read-plainly.ts'

const CONNECTIONS = 12
const sha256 = (octets: Buffer) => createHash('sha256').update(octets).digest('hex')

/** Holds some pieces as they are, and copies the others at once. */
class HoldingReader implements PieceReader {
  readonly pieces: Buffer[] = []
  readonly memories = new Set<ArrayBufferLike>()
  holdsPiece = false
  readonly #random: FuzzRandom

  constructor(random: FuzzRandom) {
    this.#random = random
  }

  received(piece: Buffer): void {
    this.memories.add(piece.buffer)
    this.holdsPiece = this.#random.chance(3)
    this.pieces.push(this.holdsPiece ? piece : Buffer.from(piece))
  }
}

async function listen(onSocket: (socket: Socket) => void) {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, onSocket).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}

function* inParts(octets: Buffer): Generator<Buffer> {
  for (let at = 0; at < octets.length; at += 70_000) yield octets.subarray(at, at + 70_000)
}

for (const read of [readPlainly, readIntoKeptMemory]) {
  const plainly = read === readPlainly
  t.test(`${plainly ? 'readPlainly' : 'readIntoKeptMemory'}() delivers what was sent`, async t => {
    const random = new FuzzRandom(seedOf(process.env))
    const arrived = new Map<number, Promise<HoldingReader>>()
    const { server, port } = await listen(accepted => {
      const holder = new HoldingReader(random)
      const from = accepted.remotePort as number
      const socket = read(accepted, holder)
      t.equal(socket === accepted, plainly)
      // A socket that is paused now and then gets larger pieces.
      if (random.chance(2)) {
        socket.pause()
        setImmediate(() => socket.resume())
      }
      arrived.set(
        from,
        once(socket, 'end').then(() => {
          socket.end()
          return holder
        }),
      )
    })
    const memories = new Set<ArrayBufferLike>()
    let large = 0
    const talks = Array.from({ length: CONNECTIONS }, async () => {
      const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
      await once(socket, 'connect')
      const from = socket.localPort as number
      const sent: Buffer[] = []
      for (let i = 0; i < 40; i++) {
        const octets = randomBytes(random.chance(3) ? random.below(300_000) : 1 + random.below(500))
        sent.push(octets)
        if (!socket.write(octets)) await once(socket, 'drain')
      }
      socket.end()
      await once(socket.resume(), 'close')
      const holder = (await arrived.get(from)) as HoldingReader
      for (const memory of holder.memories) memories.add(memory)
      large += holder.pieces.filter(piece => piece.length >= 16_384).length
      t.equal(sha256(Buffer.concat(holder.pieces)), sha256(Buffer.concat(sent)))
    })
    await Promise.all(talks)
    // With kept memory there are fewer memories than large pieces.
    t.equal(memories.size < large, !plainly, `${memories.size} memories for ${large} large pieces`)
    await new Promise(closed => server.close(closed))
    t.pass('the server has closed, so it has counted all connections')
  })
}

t.test('readIntoKeptMemory() after a reset: the server still closes', async t => {
  const begun = Promise.withResolvers<void>()
  const reader = { received: () => begun.resolve(), holdsPiece: false }
  const { server, port } = await listen(accepted => {
    const socket = readIntoKeptMemory(accepted, reader)
    socket.on('error', () => socket.destroy())
  })
  const client = connect(port, '127.0.0.1')
  await once(client, 'connect')
  client.write(Buffer.alloc(200_000))
  await begun.promise
  client.resetAndDestroy()
  await new Promise(closed => server.close(closed))
  t.pass()
})

t.test('uploads side by side, to a backend that pauses again and again, arrive as they were sent', async t => {
  const random = new FuzzRandom(seedOf(process.env))
  const backend = await httpBackend('backend1', (request, response) => {
    const hash = createHash('sha256')
    request.on('data', piece => {
      hash.update(piece)
      if (random.chance(4)) {
        request.pause()
        setTimeout(() => request.resume(), random.below(4))
      }
    })
    request.on('end', () => response.end(hash.digest('hex')))
  })
  const { port } = await openEdge(t, [backend])
  const uploads = Array.from({ length: 60 }, async (_, i) => {
    const octets = randomBytes(random.below(1_500_000))
    const body = i % 2 === 0 ? octets : Readable.from(inParts(octets))
    const answer = await request(`http://127.0.0.1:${port}/up`, { method: 'POST', body })
    t.equal(await answer.body.text(), sha256(octets))
  })
  await Promise.all(uploads)
})
