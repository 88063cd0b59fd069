import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { Writable } from 'node:stream'
import t from 'tap'
import { Backend } from './balance/backend.ts'
import { readIntoKeptMemory } from './downstream/read-memory.ts'
import { isFull, READ_SIZE, ReadTurn, resetConnection, writeFramed } from './sockets.ts'
import { UpstreamConnection } from './upstream/connection.ts'

/** Two ends of one connection. */
async function pair(t: { teardown(step: () => unknown): void }): Promise<[Socket, Socket]> {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const { port } = server.address() as { port: number }
  const near = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  const [far] = await once(server, 'connection')
  if (near.connecting) await once(near, 'connect')
  return [near, far]
}

t.test('resetConnection() sends RST', async t => {
  const [near, far] = await pair(t)
  const broken = once(far, 'error')
  resetConnection(near)
  t.match(await broken, [{ code: 'ECONNRESET' }])
})

t.test('resetConnection() closes the descriptor of a socket that has just been ended', async t => {
  const [near, far] = await pair(t)
  far.on('error', () => {})
  const sockets = () => process.getActiveResourcesInfo().filter(name => name === 'TCPSocketWrap').length
  const before = sockets()
  near.end()
  resetConnection(near)
  far.destroy()
  // The descriptor is closed a few turns of the event loop after the 'close' event.
  for (let turn = 0; turn < 100 && sockets() > before - 2; turn++) await new Promise(resolve => setImmediate(resolve))
  t.equal(sockets(), before - 2)
})

t.test('isFull() is false after a large write that was accepted at once, and true while octets wait', async t => {
  let accept = () => {}
  const stream = new Writable({
    highWaterMark: READ_SIZE,
    writev: (_, done) => done(),
    write: (_, __, done) => {
      accept = done
    },
  })
  writeFramed(stream as Socket, 'head', Buffer.alloc(READ_SIZE), '')
  t.ok(stream.writableNeedDrain)
  t.notOk(isFull(stream))
  await once(stream, 'drain')
  stream.write(Buffer.alloc(READ_SIZE))
  t.ok(isFull(stream))
  accept()
  t.notOk(isFull(stream))
})

const MEGABYTES = 16 * 1024 * 1024

/** Counts what is read from one connection in each turn of the event loop. */
class TurnCounter {
  total = 0
  most = 0
  readonly holdsPiece = false
  #inTurn = 0
  readonly #complete = Promise.withResolvers<void>()

  get complete(): Promise<void> {
    return this.#complete.promise
  }

  received(piece: Buffer): void {
    if (this.#inTurn === 0) setImmediate(() => (this.#inTurn = 0))
    this.#inTurn += piece.length
    this.most = Math.max(this.most, this.#inTurn)
    this.total += piece.length
    if (this.total === MEGABYTES) this.#complete.resolve()
  }

  connecting(): void {}
  connected(): void {}
  drained(): void {}
  ended(): void {}
  lost(): void {}
}

t.test(
  'a fast connection is read for 256 KiB in one turn of the event loop, so that others get their turn',
  async t => {
    const octets = Buffer.alloc(MEGABYTES)
    const clients = new TurnCounter()
    const backends = new TurnCounter()
    const server = createServer({ pauseOnConnect: true }, accepted => {
      // The first connection is that of a client with an upload, the second one of the edge to a backend.
      const socket = clients.total === 0 ? readIntoKeptMemory(accepted, clients) : accepted.end(octets)
      socket.on('error', () => {})
      t.teardown(() => socket.destroy())
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.teardown(() => server.close())
    const { port } = server.address() as { port: number }

    const upload = connect(port, '127.0.0.1')
    t.teardown(() => upload.destroy())
    upload.end(octets)
    await clients.complete
    const address = { name: 'backend1', address: '127.0.0.1', port, weight: 1 }
    const download = new UpstreamConnection(new Backend(address), undefined, backends, () => {})
    await backends.complete
    download.destroy()
    for (const { most, total } of [clients, backends]) {
      t.equal(total, MEGABYTES)
      t.ok(most <= 4 * READ_SIZE, `${most} octets in one turn`)
    }
  },
)

t.test('ReadTurn does not resume a socket that was paused meanwhile', async t => {
  let resumed = 0
  let paused = false
  const turn = new ReadTurn({ isPaused: () => paused, resume: () => ++resumed as never })
  const nextTurn = () => new Promise(resolve => setImmediate(resolve))
  const full = () => [1, 2, 3, 4].map(() => turn.goesOn(READ_SIZE))
  t.strictSame(full(), [true, true, true, false])
  await nextTurn()
  t.equal(resumed, 1)
  paused = true
  t.strictSame(full(), [true, true, true, false])
  await nextTurn()
  t.equal(resumed, 1)
  const reads = [READ_SIZE, READ_SIZE, READ_SIZE, 1, READ_SIZE, READ_SIZE, READ_SIZE]
  t.ok(
    reads.every(length => turn.goesOn(length)),
    'a small read begins the count again',
  )
})
