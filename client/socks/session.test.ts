/**
 * The proxy octet by octet: a raw client, a real DNS server, and servers on addresses of the test's own network.
 */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { systemClock } from '#shared/clock.ts'
import { networkMap, prefixOf } from '#shared/network-map.ts'
import { until } from '../../test/testing/until.ts'
import { StubResolver } from '../resolver/stub-resolver.ts'
import { ORIGIN, openDns, site } from '../testing/site.ts'
import { dial } from './dial.ts'
import { SOCKS_LIMITS, SocksServer } from './server.ts'
import type { SocksOutcome } from './session.ts'

const map = networkMap(prefixOf(site(0)))
const NO_AUTHENTICATION = Buffer.of(5, 1, 0)

async function openProxy(t: Test, { zone = '', open = false, limits = {} } = {}) {
  const outcomes: SocksOutcome[] = []
  const resolver = new StubResolver({ servers: [await openDns(t, zone)], cache: 'none', clock: systemClock })
  const server = new SocksServer(
    {
      dial: (destination, signal) => dial(destination, { map, open }, resolver, signal),
      onOutcome: outcome => outcomes.push(outcome),
    },
    { ...SOCKS_LIMITS, ...limits },
  )
  const port = await server.listen(site(8), 0)
  t.teardown(() => server.close())
  return { server, port, outcomes }
}

/** A TCP connection that keeps what it receives. */
async function raw(t: Test, port: number) {
  const socket = connect({ port, host: site(8), allowHalfOpen: true })
  const state = { received: Buffer.alloc(0), ended: false, reset: false }
  socket.on('data', (piece: Buffer) => {
    state.received = Buffer.concat([state.received, piece])
  })
  socket.on('end', () => {
    state.ended = true
  })
  socket.on('error', () => {
    state.reset = true
  })
  t.teardown(() => socket.destroy())
  await once(socket, 'connect')
  const has = (length: number) => until(`${length} octets`, () => state.received.length >= length)
  const closed = () => until('the connection is closed', () => state.ended || state.reset)
  return { socket, state, has, closed }
}

function requestFor(host: string, port: number, command = 1): Buffer {
  const rest = Buffer.alloc(2)
  rest.writeUInt16BE(port)
  const isAddress = /^[\d.]+$/.test(host)
  const address = isAddress
    ? Buffer.of(1, ...host.split('.').map(Number))
    : Buffer.concat([Buffer.of(3, host.length), Buffer.from(host, 'latin1')])
  return Buffer.concat([Buffer.of(5, command, 0), address, rest])
}

/** Sends the greeting and a request. @returns the reply code */
async function ask(t: Test, port: number, request: Buffer): Promise<number | undefined> {
  const client = await raw(t, port)
  client.socket.write(Buffer.concat([NO_AUTHENTICATION, request]))
  await client.has(12)
  if (client.state.received[3] !== 0) await client.closed()
  t.strictSame([...client.state.received.subarray(0, 3)], [5, 0, 5])
  return client.state.received[3]
}

/** A TCP server on an address of the lab. */
async function openServer(t: Test, octet: number, serve: (socket: Socket) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, socket => {
    socket.on('error', () => {})
    t.teardown(() => socket.destroy())
    serve(socket)
  })
  server.listen(0, site(octet))
  await once(server, 'listening')
  t.teardown(() => server.close())
  return (server.address() as AddressInfo).port
}

t.test(
  'a name of the lab is resolved and connected to; octets pass in both directions, half-closed (RFC 1928 §6)',
  async t => {
    const to = await openServer(t, 20, socket => {
      let all = ''
      socket.setEncoding('latin1').on('data', piece => {
        all += piece
      })
      // Answers only after the client has finished: the other direction is still open then.
      socket.on('end', () => socket.end(all.toUpperCase()))
    })
    const { port, outcomes, server } = await openProxy(t, { zone: `www IN A ${site(20)}\n` })
    const client = await raw(t, port)
    client.socket.write(NO_AUTHENTICATION)
    await client.has(2)
    client.socket.write(requestFor(`WWW.${ORIGIN}`, to))
    await client.has(12)
    t.strictSame([...client.state.received.subarray(0, 6)], [5, 0, 5, 0, 0, 1])
    client.socket.end('abc')
    await client.closed()
    t.equal(client.state.received.subarray(12).toString(), 'ABC')
    t.match(outcomes, [{ reply: 'succeeded', connectedTo: `${site(20)}:${to}`, destination: { kind: 'name' } }])
    await until('the connection is removed', () => server.connections === 0)
  },
)

t.test('octets that follow the request at once are not lost', async t => {
  const to = await openServer(t, 20, socket => socket.pipe(socket))
  const { port } = await openProxy(t)
  const client = await raw(t, port)
  const early = 'x'.repeat(3000)
  client.socket.end(Buffer.concat([NO_AUTHENTICATION, requestFor(site(20), to), Buffer.from(early)]))
  await client.closed()
  t.equal(client.state.received.subarray(12).toString(), early)
})

t.test('the next address is tried when the first one refuses', async t => {
  const to = await openServer(t, 22, socket => socket.end('22'))
  const { port, outcomes } = await openProxy(t, {
    zone: [20, 21, 22].map(octet => `www IN A ${site(octet)}\n`).join(''),
  })
  for (let i = 0; i < 3; i++) t.equal(await ask(t, port, requestFor(`www.${ORIGIN}`, to)), 0)
  t.ok(outcomes.every(({ connectedTo }) => connectedTo === `${site(22)}:${to}`))
})

t.test('every refusal has its code (RFC 1928 §6)', async t => {
  const zone = `www IN A ${site(20)}\naway IN A 192.0.2.1\ntext IN TXT x\n`
  const { port, outcomes } = await openProxy(t, { zone })
  const free = await openServer(t, 21, () => {})
  const cases: [what: string, request: Buffer, code: number][] = [
    ['a name outside the lab', requestFor('example.com', 80), 2],
    ['an address outside the lab', requestFor('127.0.0.1', 80), 2],
    ['a name of the lab with an address outside', requestFor(`away.${ORIGIN}`, 80), 2],
    ['IPv6', Buffer.from(`05010004${'00'.repeat(15)}010050`, 'hex'), 2],
    ['a name with an octet that no name has', requestFor(`w\xe9w.${ORIGIN}`, 80), 2],
    ['a name that does not exist', requestFor(`no.${ORIGIN}`, 80), 4],
    ['a name without addresses', requestFor(`text.${ORIGIN}`, 80), 4],
    ['a closed port', requestFor(site(20), free), 5],
    ['BIND', requestFor(site(20), 80, 2), 7],
    ['UDP ASSOCIATE', requestFor(site(20), 80, 3), 7],
    ['a command that does not exist', requestFor(site(20), 80, 9), 7],
    ['a type of address that does not exist', Buffer.of(5, 1, 0, 2, 1, 2, 3, 4, 0, 80), 8],
    ['an empty name', Buffer.of(5, 1, 0, 3, 0, 0, 80), 1],
  ]
  for (const [what, request, code] of cases) t.equal(await ask(t, port, request), code, what)
  t.equal(outcomes.length, cases.length)
  t.ok(
    outcomes.every(({ why }) => why),
    'each with its reason',
  )
})

t.test('SOCKS_OPEN=1 lets other addresses and names pass', async t => {
  const outside = createServer(socket => socket.on('error', () => {}).end('outside'))
  outside.listen(0, '127.0.0.1')
  await once(outside, 'listening')
  t.teardown(() => outside.close())
  const { port } = await openProxy(t, { open: true })
  const to = (outside.address() as AddressInfo).port
  t.equal(await ask(t, port, requestFor('127.0.0.1', to)), 0)
  t.equal(await ask(t, port, requestFor('localhost', to)), 0)
})

t.test(
  'a client that offers only authentication gets FF; the connection of one that does not use SOCKS 5 is closed',
  async t => {
    const { port, outcomes } = await openProxy(t)
    const strict = await raw(t, port)
    strict.socket.write(Buffer.of(5, 1, 2))
    await strict.closed()
    t.strictSame([...strict.state.received], [5, 0xff])
    for (const hello of ['GET / HTTP/1.1\r\n\r\n', '\x04\x01\x00\x50\x7f\x00\x00\x01\x00']) {
      const other = await raw(t, port)
      other.socket.write(Buffer.from(hello, 'latin1'))
      await other.closed()
      t.equal(other.state.received.length, 0)
    }
    const gone = await raw(t, port)
    gone.socket.end(Buffer.of(5, 3, 0))
    await gone.closed()
    t.strictSame(
      outcomes.map(({ reply }) => reply),
      [undefined, undefined, undefined, undefined],
    )
  },
)

t.test('a handshake that takes too long is ended, and connections are bounded', async t => {
  const { port, server } = await openProxy(t, { limits: { handshakeMs: 50, connections: 1 } })
  const slow = await raw(t, port)
  slow.socket.write(Buffer.of(5))
  const second = await raw(t, port)
  await second.closed()
  t.equal(server.refused, 1)
  await slow.closed()
  await until('the place is free', () => server.connections === 0)
})

t.test('a reset on one side is a reset on the other, and an idle relay is closed', async t => {
  const to = await openServer(t, 20, socket => {
    socket.write('part')
    socket.once('data', () => socket.resetAndDestroy())
  })
  const { port } = await openProxy(t)
  const client = await raw(t, port)
  client.socket.write(Buffer.concat([NO_AUTHENTICATION, requestFor(site(20), to)]))
  await client.has(16)
  client.socket.write('now')
  await until('the reset', () => client.state.reset)
  t.notOk(client.state.ended, 'no end that would pass for a complete answer')

  const idle = await openProxy(t, { limits: { idleMs: 50 } })
  const quiet = await raw(t, idle.port)
  quiet.socket.write(Buffer.concat([NO_AUTHENTICATION, requestFor(site(20), to)]))
  await quiet.has(12)
  await until('the relay is closed', () => idle.server.connections === 0)
})

t.test('a client that closes while the proxy connects leaves no connection behind', async t => {
  let dialed = 0
  const aborted: boolean[] = []
  const server = new SocksServer({
    dial: async (_, signal) => {
      dialed++
      await once(signal, 'abort')
      aborted.push(signal.aborted)
      throw signal.reason
    },
    onOutcome: () => {},
  })
  const port = await server.listen(site(8), 0)
  t.teardown(() => server.close())
  const client = await raw(t, port)
  client.socket.write(Buffer.concat([NO_AUTHENTICATION, requestFor(site(20), 80)]))
  await until('it connects', () => dialed === 1)
  client.socket.resetAndDestroy()
  await until('it gives up', () => aborted.length === 1 && server.connections === 0)
})
