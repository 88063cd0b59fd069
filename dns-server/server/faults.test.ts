/**
 * Each kind of fault at the DNS server, on real sockets, over UDP and TCP.
 */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { FakeClock } from '#shared/clock.ts'
import { Events, type LabEvent } from '#shared/events.ts'
import { createLog } from '#shared/log.ts'
import { loopbackPrefix } from '../../test/testing/loopback.ts'
import { Spawned } from '../../test/testing/spawned.ts'
import { Compiled } from '../compiled/compiled.ts'
import { queryOf, serviceOf, zoneOf } from '../testing/ask.ts'
import { TcpClient } from '../testing/sockets.ts'
import { rcodeName } from '../wire/codes.ts'
import { decodeMessage } from '../wire/message.ts'
import { DnsFaults } from './faults.ts'
import { handlersFor } from './handlers.ts'
import { DnsMetrics } from './metrics.ts'
import { Sockets } from './sockets.ts'

const ADDRESS = `${loopbackPrefix()}.5`
const PORT = 5300
const ZONE = zoneOf(
  'example',
  `
$TTL 300
@ SOA ns hostmaster 1 3600 600 86400 60
@ NS ns
ns A 192.0.2.5
www A 192.0.2.1
`,
)
const QUERY = queryOf('www.example', 'A')
/** No fault of these tests is for this name, so an answer to it shows that earlier queries have been handled. */
const PROBE = queryOf('ns.example', 'A', { id: 0x7777 })

async function start(t: Test) {
  const clock = new FakeClock()
  const events = new Events('ns1')
  const log = createLog('test')
  const service = serviceOf(ZONE)
  const metrics = new DnsMetrics()
  const compiled = new Compiled(service.zones, service.orderer, metrics.countUdp)
  const queryLog = { enabled: false }
  const faults = new DnsFaults({ allowed: true, clock, events, log })
  const handlers = handlersFor(service, compiled, () => false, { metrics, events, log, queryLog })
  const sockets = new Sockets(faults.around(handlers), clock, log)
  faults.onChange(() => sockets.setOpen(!faults.refuses))
  await sockets.listen(ADDRESS, PORT)
  const seen: LabEvent[] = []
  t.teardown(events.watch(event => seen.push(event)))
  t.teardown(() => sockets.close())
  return { clock, sockets, seen, cause: (body: unknown) => faults.routes['POST /faults']?.(body) }
}

/** What a client sees: the rcode of the response, or how there was none. */
type SeenByResolver = string

/** Sends the query and a probe from one socket: when the probe is answered first, the query has no response yet. */
async function overUdp(t: Test): Promise<SeenByResolver> {
  const socket = createSocket('udp4')
  t.teardown(() => socket.close())
  // Connected, so that ICMP "port unreachable" is reported as ECONNREFUSED.
  socket.connect(PORT, ADDRESS)
  await once(socket, 'connect')
  const ids: number[] = []
  return new Promise<SeenByResolver>(resolve => {
    const failed = (error: Error | null) => error && resolve((error as NodeJS.ErrnoException).code ?? '')
    socket.on('error', failed)
    socket.on('message', answer => {
      ids.push(answer.readUInt16BE(0))
      if (ids.at(-1) !== 0x7777) resolve(rcodeName(decodeMessage(answer).rcode))
      // Responses to queries of one moment are sent in their order.
      else if (ids.length === 1) resolve('silence')
    })
    // An error of the first datagram is reported with the second one.
    socket.send(QUERY, failed)
    socket.send(PROBE, failed)
  })
}

function overTcp(t: Test): { readonly socket: Socket; readonly ending: Promise<SeenByResolver> } {
  const socket = connect(PORT, ADDRESS)
  t.teardown(() => socket.destroy())
  let octets = Buffer.alloc(0)
  const ending = new Promise<SeenByResolver>(resolve => {
    socket.on('data', (piece: Buffer) => {
      octets = Buffer.concat([octets, piece])
      if (octets.length < 2 || octets.length < 2 + octets.readUInt16BE(0)) return
      resolve(rcodeName(decodeMessage(octets.subarray(2)).rcode))
    })
    socket.on('error', error => resolve(`${(error as NodeJS.ErrnoException).code} after ${octets.length}`))
    socket.on('close', () => resolve(`closed after ${octets.length}`))
  })
  socket.write(TcpClient.frame(QUERY))
  return { socket, ending }
}

t.test('each kind of fault, as a resolver sees it', async t => {
  const { cause, seen } = await start(t)
  const rows: [fault: object, udp: SeenByResolver, tcp: SeenByResolver | undefined][] = [
    [{ kind: 'error', name: 'www.example' }, 'SERVFAIL', 'SERVFAIL'],
    [{ kind: 'error', name: 'WWW.example.', rcode: 'REFUSED' }, 'REFUSED', 'REFUSED'],
    [{ kind: 'error', name: 'www.*', rcode: 'NXDOMAIN' }, 'NXDOMAIN', 'NXDOMAIN'],
    [{ kind: 'drop', name: 'www.example' }, 'silence', 'closed after 0'],
    [{ kind: 'hang', name: 'www.example' }, 'silence', undefined],
    [{ kind: 'reset' }, 'NOERROR', 'ECONNRESET after 0'],
    [{ kind: 'reset', octets: 7 }, 'NOERROR', 'ECONNRESET after 7'],
    [{ kind: 'refuse' }, 'ECONNREFUSED', 'ECONNREFUSED after 0'],
    [{ kind: 'error', name: 'other.example' }, 'NOERROR', 'NOERROR'],
    [{ kind: 'error', client: '127.9.9.9' }, 'NOERROR', 'NOERROR'],
  ]
  for (const [fault, udp, tcp] of rows) {
    const name = JSON.stringify(fault)
    await cause(fault)
    t.equal(await overUdp(t), udp, `UDP ${name}`)
    if (tcp !== undefined) t.equal(await overTcp(t).ending, tcp, `TCP ${name}`)
    await cause({ kind: 'none' })
    t.equal(await overTcp(t).ending, 'NOERROR', `TCP after ${name}`)
    t.equal(await overUdp(t), 'NOERROR', `UDP after ${name}`)
  }
  t.match(
    seen.find(({ kind }) => kind === 'dns.fault'),
    { detail: { target: 'www.example.', fault: { kind: 'error' } } },
  )
  const silent = seen.find(({ kind, detail }) => kind === 'dns.query' && 'answer' in detail && detail.answer === null)
  t.match(silent, { detail: { why: /caused on purpose: drop/ } }, 'a query without a response is published too')
})

t.test('slow: the answer comes when the time has passed, and no earlier', async t => {
  const { clock, cause, seen } = await start(t)
  await cause({ kind: 'slow', ms: 800, name: 'www.example' })
  const udp = createSocket('udp4')
  t.teardown(() => udp.close())
  const answers: number[] = []
  udp.on('message', answer => answers.push(answer.readUInt16BE(0)))
  udp.send(QUERY, PORT, ADDRESS)
  const tcp = overTcp(t)
  // A second query on the same connection is answered after the first one.
  tcp.socket.write(TcpClient.frame(PROBE))
  let isAnswered = false
  tcp.ending.then(() => {
    isAnswered = true
  })
  while (seen.filter(({ kind }) => kind === 'dns.fault').length < 2) await new Promise(resolve => setImmediate(resolve))
  clock.advance(799)
  udp.send(PROBE, PORT, ADDRESS)
  await once(udp, 'message')
  t.strictSame(answers, [0x7777])
  t.equal(isAnswered, false)
  const late = once(udp, 'message')
  clock.advance(1)
  await late
  t.strictSame(answers, [0x7777, QUERY.readUInt16BE(0)])
  t.equal(await tcp.ending, 'NOERROR')
})

t.test('hang over TCP: no answer; the connection is closed at its idle limit', async t => {
  const { clock, cause, seen } = await start(t)
  await cause({ kind: 'hang' })
  const { ending } = overTcp(t)
  while (!seen.some(({ kind }) => kind === 'dns.query')) await new Promise(resolve => setImmediate(resolve))
  clock.advance(10_000)
  t.equal(await ending, 'closed after 0')
})

t.test('refuse: the sockets are closed for a time, and opened again', async t => {
  const { clock, cause, sockets } = await start(t)
  const open = connect(PORT, ADDRESS)
  await once(open, 'connect')
  await cause({ kind: 'refuse', seconds: 5 })
  await once(open.resume(), 'close')
  t.equal(sockets.connections, 0)
  t.equal(await overUdp(t), 'ECONNREFUSED')
  clock.advance(5_000)
  // The sockets are opened within the next turns of the event loop.
  let seen: SeenByResolver
  do seen = await overTcp(t).ending
  while (seen === 'ECONNREFUSED after 0')
  t.equal(seen, 'NOERROR')
})

t.test('refuse: a port that another program has taken can be opened again later', async t => {
  const { cause } = await start(t)
  await cause({ kind: 'refuse' })
  const other = createServer().listen(PORT, ADDRESS)
  await once(other, 'listening')
  await t.rejects(Promise.resolve(cause({ kind: 'none' })), { code: 'EADDRINUSE' })
  t.equal(await overUdp(t), 'ECONNREFUSED', 'no socket is left open')
  other.close()
  await once(other, 'close')
  await cause({ kind: 'refuse' })
  await cause({ kind: 'none' })
  t.equal(await overUdp(t), 'NOERROR')
})

t.test('crash: the process ends as after kill -9, with the first query that meets the fault', async t => {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url))
  const env = { ADDRESS, LAB_PORTS: 'high', LAB_FAULTS: '1', PRIMARY: 'none' }
  const program = new Spawned(t, [process.execPath, main], { env })
  await program.says(/listening/)
  const posted = await fetch(`http://${ADDRESS}:9100/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"kind":"crash","name":"www.example"}',
  })
  t.match([posted.status, await posted.json()], [200, { faults: [{ kind: 'crash', name: 'www.example' }] }])
  const socket = createSocket('udp4')
  t.teardown(() => socket.close())
  socket.send(PROBE, PORT, ADDRESS)
  await once(socket, 'message')
  socket.send(QUERY, PORT, ADDRESS)
  t.strictSame(await program.ended, { code: null, signal: 'SIGKILL' })
})
