/**
 * Memory that is read into again must never change under somebody who still looks at it: that would be somebody else's upload.
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
import { type PieceReader, readInto } from './read-memory.ts'

const CONNECTIONS = 12
const sha256 = (octets: Buffer) => createHash('sha256').update(octets).digest('hex')

/** Keeps some pieces as they are, says so, and copies the others at once. */
class Hoarder implements PieceReader {
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

for (const plainly of [true, false]) {
  t.test(`readInto() brings what was sent, ${plainly ? 'plainly' : 'in kept memory'}`, async t => {
    const random = new FuzzRandom(seedOf(process.env))
    const arrived = new Map<number, Promise<Hoarder>>()
    const { server, port } = await listen(accepted => {
      const hoarder = new Hoarder(random)
      const from = accepted.remotePort as number
      const socket = readInto(accepted, hoarder, plainly)
      t.equal(socket === accepted, plainly)
      // Whoever is paused now and then gets larger pieces.
      if (random.chance(2)) {
        socket.pause()
        setImmediate(() => socket.resume())
      }
      arrived.set(
        from,
        once(socket, 'end').then(() => {
          socket.end()
          return hoarder
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
      const hoarder = (await arrived.get(from)) as Hoarder
      for (const memory of hoarder.memories) memories.add(memory)
      large += hoarder.pieces.filter(piece => piece.length >= 16_384).length
      t.equal(sha256(Buffer.concat(hoarder.pieces)), sha256(Buffer.concat(sent)))
    })
    await Promise.all(talks)
    // That memory is kept shows in how little of it there is.
    t.equal(memories.size < large, !plainly, `${memories.size} memories for ${large} large pieces`)
    await new Promise(closed => server.close(closed))
    t.pass('the server knows that all of them are gone')
  })
}

t.test('readInto() survives a reset, and the server still knows', async t => {
  const begun = Promise.withResolvers<void>()
  const reader = { received: () => begun.resolve(), holdsPiece: false }
  const { server, port } = await listen(accepted => {
    const socket = readInto(accepted, reader)
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

t.test('uploads side by side, to a backend that reads in fits and starts, arrive as they were sent', async t => {
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
