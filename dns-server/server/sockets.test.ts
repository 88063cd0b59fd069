/**
 * Octets into real sockets, octets out of them.
 */
import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import t from 'tap'
import { FakeClock } from '#shared/clock.ts'
import { createLog } from '#shared/log.ts'
import { queryOf, serviceOf, zoneOf } from '../testing/ask.ts'
import { withProgram } from '../testing/installed.ts'
import { exchangeUdp, HOST, serve, TcpClient } from '../testing/sockets.ts'
import { decodeMessage } from '../wire/message.ts'
import { listenUdp } from './udp.ts'

const DNS = createRequire(import.meta.url)('dns2') as typeof import('dns2')

const ZONE = zoneOf(
  'meutrabalho.com.br',
  `$TTL 300
@ SOA ns1 hostmaster 1 60 15 86400 30
@ NS ns1
ns1 A 172.20.0.5
www 5 A 172.20.0.20
www 5 A 172.20.0.21
www 5 A 172.20.0.22
big TXT ${Array.from({ length: 12 }, (_, i) => `"${String(i).padStart(200, '.')}"`).join(' ')}
`,
)
const WWW = 'www.meutrabalho.com.br.'
const QUERY = queryOf(WWW, 'A')
const addressesIn = (octets: Uint8Array) =>
  decodeMessage(octets)
    .answer.map(({ data }) => String(data.address).slice(-2))
    .join(' ')

t.test('over UDP: the answer to www A, octet for octet', async t => {
  const port = await serve(t, serviceOf(ZONE))
  const query = Buffer.from(
    'abcd 0100 0001 0000 0000 0000 03777777 0b6d65757472616261 6c686f 03636f6d 026272 00 0001 0001'.replaceAll(' ', ''),
    'hex',
  )
  const [answer] = await exchangeUdp(port, query)
  const expected = [
    'abcd 8500 0001 0003 0000 0000', // the same ID; QR AA RD; one question, three answers
    '03777777 0b6d65757472616261 6c686f 03636f6d 026272 00 0001 0001',
    'c00c 0001 0001 00000005 0004 ac140014', // 172.20.0.20, for 5 seconds
    'c00c 0001 0001 00000005 0004 ac140015',
    'c00c 0001 0001 00000005 0004 ac140016',
  ]
  t.equal(answer?.toString('hex'), expected.join('').replaceAll(' ', ''))
})

t.test('round robin is strict over UDP and TCP together', async t => {
  const port = await serve(t, serviceOf(ZONE))
  const tcp = new TcpClient(t, port)
  const seen: string[] = []
  for (let i = 0; i < 3; i++) {
    const [answer] = await exchangeUdp(port, QUERY)
    seen.push(addressesIn(answer as Buffer))
    tcp.send(QUERY)
    seen.push(addressesIn((await tcp.receive()) as Buffer))
  }
  t.strictSame(seen, ['20 21 22', '21 22 20', '22 20 21', '20 21 22', '21 22 20', '22 20 21'])
})

t.test('listenUdp(): all responses are sent before the socket closes', async t => {
  const closing = Promise.withResolvers<void>()
  const answerAndClose = (octets: Buffer) => {
    queueMicrotask(() => closing.resolve(listener.close()))
    return octets
  }
  const listener = await listenUdp(HOST, 0, answerAndClose, createLog('test'))
  const socket = createSocket('udp4')
  t.teardown(() => void socket.close())
  socket.send(QUERY, listener.port, HOST)
  const [answer] = await once(socket, 'message')
  t.strictSame(answer, QUERY)
  await closing.promise
})

t.test('messages without a response: too short, or responses themselves (RFC 1035 §4.1.1)', async t => {
  const port = await serve(t, serviceOf(ZONE))
  const response = Buffer.from(queryOf(WWW, 'A', { id: 7 }))
  response.writeUInt8(0x80, 2)
  const last = queryOf(WWW, 'A', { id: 9 })
  const answers = await exchangeUdp(port, Buffer.alloc(0), Buffer.from([0, 1]), QUERY.subarray(0, 11), response, last)
  t.strictSame(
    answers.map(answer => answer.readUInt16BE(0)),
    [9],
  )
})

t.test('malformed queries get FORMERR, unimplemented opcodes NOTIMP', async t => {
  const port = await serve(t, serviceOf(ZONE))
  const twoQuestions = Buffer.from(QUERY)
  twoQuestions.writeUInt16BE(2, 4)
  const noQuestion = Buffer.from(QUERY)
  noQuestion.writeUInt16BE(0, 4)
  const pointer = Buffer.concat([QUERY.subarray(0, 12), Buffer.from('c00c00010001', 'hex')])
  const cut = QUERY.subarray(0, 20)
  const cases: [string, Buffer, number][] = [
    ['QDCOUNT 2', twoQuestions, 1],
    ['QDCOUNT 0', noQuestion, 1],
    ['a pointer as name', pointer, 1],
    ['cut off inside the name', cut, 1],
    ['STATUS', queryOf(WWW, 'A', { opcode: 2 }), 4],
    ['UPDATE', queryOf(WWW, 'A', { opcode: 5 }), 4],
    ['opcode 15', queryOf(WWW, 'A', { opcode: 15 }), 4],
  ]
  for (const [what, query, rcode] of cases) {
    const [answer] = await exchangeUdp(port, query)
    t.match(decodeMessage(answer as Buffer), { id: 0x1234, qr: true, aa: false, rcode }, what)
  }
})

t.test('an answer that is too long is truncated over UDP and complete over TCP', async t => {
  const port = await serve(t, serviceOf(ZONE))
  const query = queryOf('big.meutrabalho.com.br.', 'TXT')
  const [truncated] = await exchangeUdp(port, query)
  t.match(decodeMessage(truncated as Buffer), { tc: true, answer: [] })
  t.ok((truncated?.length ?? 0) <= 512)
  const tcp = new TcpClient(t, port)
  tcp.send(query)
  t.match(decodeMessage((await tcp.receive()) as Buffer), { tc: false, answer: { length: 1 } })
})

t.test('over TCP: queries in one segment, in single octets, and pipelined (RFC 7766 §6.2.1.1)', async t => {
  const port = await serve(t, serviceOf(ZONE))
  const tcp = new TcpClient(t, port)
  tcp.socket.setNoDelay(true)
  const ids = [1, 2, 3, 4, 5]
  tcp.socket.write(Buffer.concat(ids.map(id => TcpClient.frame(queryOf(WWW, 'A', { id })))))
  for (const id of ids) t.equal((await tcp.receive())?.readUInt16BE(0), id)
  for (const octet of TcpClient.frame(queryOf(WWW, 'A', { id: 6 }))) tcp.socket.write(Buffer.from([octet]))
  t.equal((await tcp.receive())?.readUInt16BE(0), 6)
})

t.test('over TCP: a client that has closed its sending side still gets its responses', async t => {
  const port = await serve(t, serviceOf(ZONE))
  const tcp = new TcpClient(t, port)
  tcp.send(queryOf(WWW, 'A', { id: 1 }))
  tcp.socket.end(TcpClient.frame(queryOf(WWW, 'A', { id: 2 })))
  t.equal((await tcp.receive())?.readUInt16BE(0), 1)
  t.equal((await tcp.receive())?.readUInt16BE(0), 2)
  t.equal(await tcp.receive(), undefined, 'then the server closes too')
})

t.test('over TCP: connections without a message, or with half a message, are closed in time', async t => {
  const clock = new FakeClock()
  const port = await serve(t, serviceOf(ZONE), { idle: 10_000, message: 5_000 }, clock)
  const [idle, half, slow] = [new TcpClient(t, port), new TcpClient(t, port), new TcpClient(t, port)] as const
  const halfMessage = TcpClient.frame(QUERY).subarray(0, 10)
  idle.send(QUERY)
  half.socket.write(Buffer.concat([TcpClient.frame(QUERY), halfMessage]))
  slow.socket.write(Buffer.concat([TcpClient.frame(QUERY), halfMessage]))
  for (const tcp of [idle, half, slow]) t.ok(await tcp.receive(), 'the complete query is answered')

  clock.advance(4_000)
  // One more octet does not extend the time; a query on another connection shows that the server has read it.
  slow.socket.write(TcpClient.frame(QUERY).subarray(10, 11))
  idle.send(QUERY)
  t.ok(await idle.receive())
  clock.advance(1_000)
  await Promise.all([half.closed(), slow.closed()])
  t.pass('half messages: closed after 5 seconds')
  idle.send(QUERY)
  t.ok(await idle.receive(), 'the idle connection is still open')
  clock.advance(9_999)
  idle.send(QUERY)
  t.ok(await idle.receive(), 'a query restarts the idle time')
  clock.advance(10_000)
  await idle.closed()
  t.pass('idle: closed after 10 seconds')
})

t.test('over TCP: at the limit, the oldest connection of the client with most is closed (RFC 7766 §6.2.2)', async t => {
  const port = await serve(t, serviceOf(ZONE), { connections: 3 })
  const clients: TcpClient[] = []
  for (let i = 0; i < 4; i++) {
    const tcp = new TcpClient(t, port)
    tcp.send(QUERY)
    t.ok(await tcp.receive(), `connection ${i} is answered`)
    clients.push(tcp)
  }
  await clients[0]?.closed()
  clients[3]?.send(QUERY)
  t.ok(await clients[3]?.receive(), 'the newest one is open')
})

t.test('dns2 resolves over UDP and TCP, with the rotation', async t => {
  const port = await serve(t, serviceOf(ZONE))
  const options = { dns: HOST, port, recursive: false }
  const udp = DNS.UDPClient(options)
  const tcp = DNS.TCPClient(options)
  const addresses = async (resolve: typeof udp) =>
    (await resolve(WWW.slice(0, -1), 'A')).answers.map(answer => String(answer.address).slice(-2)).join(' ')
  t.strictSame([await addresses(udp), await addresses(tcp), await addresses(udp)], ['20 21 22', '21 22 20', '22 20 21'])
  const none = await udp('nada.meutrabalho.com.br', 'A')
  t.match(none, { header: { rcode: 3, aa: 1 }, authorities: [{ primary: 'ns1.meutrabalho.com.br', minimum: 30 }] })
})

t.test('dig, over UDP and TCP', withProgram('dig'), async t => {
  const port = await serve(t, serviceOf(ZONE))
  const dig = async (...args: string[]) =>
    (await promisify(execFile)('dig', [`@${HOST}`, '-p', `${port}`, ...args])).stdout
  t.equal((await dig('www.meutrabalho.com.br', '+short')).trim(), '172.20.0.20\n172.20.0.21\n172.20.0.22')
  t.equal((await dig('www.meutrabalho.com.br', '+short', '+tcp')).trim(), '172.20.0.21\n172.20.0.22\n172.20.0.20')
  const full = await dig('www.meutrabalho.com.br', 'AAAA')
  t.match(full, /status: NOERROR.*\n.*flags: qr aa rd; QUERY: 1, ANSWER: 0, AUTHORITY: 1/)
  t.match(full, /meutrabalho\.com\.br\.\s+30\s+IN\s+SOA\s+ns1/)
  t.match(await dig('nada.meutrabalho.com.br'), /status: NXDOMAIN/)
  t.match(await dig('example.com'), /status: REFUSED/)
})
