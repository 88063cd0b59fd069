import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t from 'tap'
import { FakeClock } from '#shared/clock.ts'
import { readNetworks } from '#shared/networks.ts'
import { ask, client, queryOf, serviceOf, serviceWith, show, zoneOf } from '../testing/ask.ts'
import { withProgram } from '../testing/installed.ts'
import { HOST, serve, TcpClient } from '../testing/sockets.ts'
import { RCODE, TYPE } from '../wire/codes.ts'
import { type DnsMessage, decodeMessage } from '../wire/message.ts'
import { Zones } from '../zone/zone.ts'

const SMALL =
  '$TTL 60\n@ SOA ns host 7 2 3 4 30\n@ NS ns\nns A 192.0.2.1\nns.sub A 192.0.2.2\nsub NS ns.sub\n*.w TXT "x"\n'
const LARGE = SMALL + Array.from({ length: 5000 }, (_, i) => `host${i} A 10.0.${i >> 8}.${i & 255}\n`).join('')

/** All messages of a transfer: until the second SOA. */
async function receiveTransfer(tcp: TcpClient): Promise<DnsMessage[]> {
  const messages: DnsMessage[] = []
  for (let soas = 0; soas < 2; ) {
    const octets = await tcp.receive()
    if (!octets) throw new Error('the connection ended inside a transfer')
    const message = decodeMessage(octets)
    soas += message.answer.filter(({ type }) => type === 6).length
    messages.push(message)
  }
  return messages
}

t.test('AXFR over TCP is the whole zone between two SOA records, with glue (RFC 5936 §2.2)', async t => {
  const port = await serve(t, serviceOf(zoneOf('test.', SMALL)))
  const tcp = new TcpClient(t, port)
  tcp.send(queryOf('test.', 'AXFR'))
  const [message, ...more] = await receiveTransfer(tcp)
  t.equal(more.length, 0)
  const records = show(message?.answer ?? [])
  t.equal(records.length, 7)
  t.match(records[0], /SOA/)
  t.equal(records[6], records[0])
  for (const record of [/^ns\.sub\.test\. 60 A/, /^sub\.test\. 60 NS/, /^\*\.w\.test\. 60 TXT/])
    t.ok(records.some(one => record.test(one)))
  t.match(message, { aa: true, rcode: 0, questions: [{ type: 252 }] })
})

/**
 * The attack: a record of 60,000 octets after some small ones. If the message grows beyond 65,535 octets before its size is checked,
 * its length does not fit into two octets, and the error occurs in the middle of the stream.
 */
t.test('a record that does not fit is the first of the next message (RFC 1035 §4.2.2)', async t => {
  const octets = (length: number) => `TYPE65280 \\# ${length} ${'ab'.repeat(length)}\n`
  const big = `${SMALL}a ${octets(10_000)}b ${octets(60_000)}c ${octets(64_000)}d ${octets(64_000)}`
  const port = await serve(t, serviceOf(zoneOf('test.', big)))
  const tcp = new TcpClient(t, port)
  tcp.send(queryOf('test.', 'AXFR', { edns: {} }))
  const messages = await receiveTransfer(tcp)
  t.equal(messages.length, 5)
  t.equal(messages.flatMap(({ answer }) => answer).length, 11)
})

t.test('a large zone needs several messages, and the connection is usable afterwards', async t => {
  const port = await serve(t, serviceOf(zoneOf('test.', LARGE)))
  const tcp = new TcpClient(t, port)
  tcp.send(queryOf('test.', 'AXFR', { id: 1, edns: {} }))
  tcp.send(queryOf('ns.test.', 'A', { id: 2 }))
  const messages = await receiveTransfer(tcp)
  t.ok(messages.length > 3, `${messages.length} messages`)
  t.equal(
    messages.reduce((sum, { answer }) => sum + answer.length, 0),
    5007,
  )
  t.ok(messages[0]?.edns, 'OPT in the first message')
  t.strictSame(
    messages.slice(1).flatMap(({ questions }) => questions),
    [],
    'the question in the first message only',
  )
  t.match(decodeMessage((await tcp.receive()) as Buffer), { id: 2, answer: { length: 1 } })
})

t.test('a client that reads nothing is disconnected, and others are answered meanwhile', async t => {
  const clock = new FakeClock()
  const port = await serve(t, serviceOf(zoneOf('test.', LARGE)), { message: 5_000, idle: 10_000 }, clock)
  const tcp = new TcpClient(t, port)
  tcp.socket.pause()
  for (let i = 0; i < 300; i++) tcp.send(queryOf('test.', 'AXFR', { id: i }))
  const other = new TcpClient(t, port)
  const closed = new Promise<void>(resolve => tcp.socket.once('close', () => resolve()))
  // The responses are about 50 MB. The kernel buffers some of it; then the server waits, for 5 seconds.
  let open = true
  void closed.then(() => {
    open = false
  })
  for (let id = 0; open; id++) {
    other.send(queryOf('ns.test.', 'A', { id: id & 0xffff }))
    t.equal((await other.receive())?.readUInt16BE(0), id & 0xffff, 'the other connection is answered')
    clock.advance(100)
    // Writing one octet shows that the connection is closed.
    tcp.socket.write(Buffer.from([0]), () => {})
  }
})

t.test('IXFR: over UDP the SOA alone, over TCP the whole zone (RFC 1995 §2, §4)', async t => {
  const service = serviceOf(zoneOf('test.', SMALL))
  t.match(show(ask(service, 'test.', 'IXFR').answer), [/SOA/])
  const port = await serve(t, service)
  const tcp = new TcpClient(t, port)
  tcp.send(queryOf('test.', 'IXFR'))
  t.equal((await receiveTransfer(tcp))[0]?.answer.length, 7)
})

t.test('IXFR with the current serial, or a greater one, gets a single SOA (RFC 1995 §2)', async t => {
  const service = serviceOf(zoneOf('test.', SMALL))
  const port = await serve(t, service)
  const tcp = new TcpClient(t, port)
  for (const [serial, records] of [
    [6, 7],
    [7, 1],
    [8, 1],
  ] as const) {
    const question = queryOf('test.', 'IXFR')
    const soa = Buffer.from(
      `c00c 0006 0001 00000000 0016 00 00 ${serial.toString(16).padStart(8, '0')}${'00'.repeat(16)}`.replaceAll(
        ' ',
        '',
      ),
      'hex',
    )
    const query = Buffer.concat([question, soa])
    query.writeUInt16BE(1, 8)
    tcp.send(query)
    const message = decodeMessage((await tcp.receive()) as Buffer)
    t.equal(message.answer.length, records, `serial ${serial}`)
    t.equal(message.answer[0]?.type, TYPE.SOA)
  }
})

t.test('AXFR is refused over UDP, to other networks, and for names that are not zones of this server', async t => {
  const service = serviceWith({
    zones: new Zones([zoneOf('test.', SMALL)]),
    mayTransfer: readNetworks('X', '127.0.0.0/8,10.1.2.3'),
  })
  t.match(ask(service, 'test.', 'AXFR'), { rcode: RCODE.REFUSED, answer: [] })
  const stranger = { ...client('tcp'), address: '10.1.2.4' }
  t.match(ask(service, 'test.', 'AXFR', {}, stranger), { rcode: RCODE.REFUSED, answer: [] })
  t.match(ask(service, 'test.', 'AXFR', {}, { ...stranger, address: '10.1.2.3' }), { rcode: 0 })
  t.match(
    ask(service, 'ns.test.', 'AXFR', {}, client('tcp')),
    { rcode: RCODE.NOTAUTH },
    'not an apex (RFC 5936 §2.2.1)',
  )
  t.match(ask(service, 'other.', 'AXFR', {}, client('tcp')), { rcode: RCODE.NOTAUTH })
})

t.test('readNetworks() explains errors in a list', async t => {
  for (const text of ['127.0.0.0/33', '1.2.3', 'a/8', '1.2.3.4/8/8', '::1/128']) {
    t.throws(
      () => readNetworks('ALLOW_TRANSFER', text),
      { name: 'SettingError', message: /ALLOW_TRANSFER=.*is not a network/ },
      text,
    )
  }
  t.notOk(readNetworks('X', 'none')('127.0.0.1'))
  t.notOk(readNetworks('X', '0.0.0.0/0')('::1'))
})

t.test('dig AXFR prints the whole zone', withProgram('dig'), async t => {
  const port = await serve(t, serviceOf(zoneOf('test.', LARGE)))
  const { stdout } = await promisify(execFile)('dig', [`@${HOST}`, '-p', `${port}`, 'test.', 'AXFR'], {
    maxBuffer: 1 << 24,
  })
  t.match(stdout, /XFR size: 5007 records/)
  t.match(stdout, /host4999\.test\.\s+60\s+IN\s+A\s+10\.0\.19\.135/)
})
