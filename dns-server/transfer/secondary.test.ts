import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { FakeClock } from '#shared/clock.ts'
import { type DnsService, messagesOf, respond } from '../server/respond.ts'
import { ask, client, queryOf, serviceOf, serviceWith, show, zoneOf } from '../testing/ask.ts'
import { HOST, serve, TcpClient } from '../testing/sockets.ts'
import { OPCODE, RCODE } from '../wire/codes.ts'
import { decodeMessage } from '../wire/message.ts'
import { parseName } from '../wire/name-text.ts'
import { recordsIn, type Zone, Zones } from '../zone/zone.ts'
import { fetchIfNewer } from './fetch.ts'
import { Notifier, secondariesOf } from './notifier.ts'
import { confirmed, failed, isExpired, NO_COPY } from './refresh.ts'
import { Secondary } from './secondary.ts'

const TEST = parseName('test.')
const zone = (serial: number, more = '', timers = '60 15 600 30') =>
  zoneOf(
    'test.',
    `$TTL 9\n@ SOA ns host ${serial} ${timers}\n@ NS ns\n@ NS ns2\nns A 127.0.0.1\nns2 A 127.0.0.2\n${more}`,
  )

t.test(
  'refresh: asks again after REFRESH, after RETRY when that failed, and the copy expires after EXPIRE (RFC 1034 §4.3.5)',
  async t => {
    const soa = { refresh: 60, retry: 15, expire: 600 } as Parameters<typeof confirmed>[0]
    const fresh = confirmed(soa, 1_000)
    t.match(fresh, { askAt: 61_000, expireAt: 601_000, failures: 0 })
    const once = failed(fresh, 61_000)
    t.match(once, { askAt: 76_000, expireAt: 601_000, failures: 1 }, 'a failure does not extend the life of the copy')
    t.notOk(isExpired(once, 600_999))
    t.ok(isExpired(once, 601_000))
    const pauses: number[] = []
    for (let copy = failed(NO_COPY, 0); copy.failures < 6; copy = failed(copy, 0)) pauses.push(copy.askAt)
    t.strictSame(pauses, [1000, 2000, 4000, 5000, 5000], 'without a copy: 1, 2, 4, then 5 seconds')
    t.equal(confirmed({ ...soa, refresh: 0 }, 0).askAt, 1000, 'at least one second')
    t.equal(confirmed({ ...soa, expire: 60 }, 0).expireAt, 75_000, 'EXPIRE is at least REFRESH + RETRY')
    t.match(confirmed({ ...soa, refresh: 0, retry: 0, expire: 0 }, 0), { askAt: 1000, expireAt: 2000 })
  },
)

/** A secondary of the server at that port, with a fake clock. */
function secondaryOf(t: Test, port: number, clock = new FakeClock()) {
  const zones = new Zones()
  const reports: string[] = []
  let waiting: (() => void)[] = []
  const tell = (what: string) => {
    reports.push(what)
    for (const resolve of waiting) resolve()
    waiting = []
  }
  const secondary = new Secondary({ address: HOST, port, from: HOST }, zones, clock, {
    transferred: ({ serial }) => tell(`transferred ${serial}`),
    failed: (_, why) => tell(`failed: ${why}`),
    expired: origin => tell(`expired: ${origin}`),
    confirmed: () => tell('confirmed'),
    warned: (_, problem) => problem.includes('expire time') || tell(`warned: ${problem}`),
  })
  t.teardown(() => secondary.stop())
  const next = async () => {
    while (reports.length === 0) await new Promise<void>(resolve => waiting.push(resolve))
    return reports.shift()
  }
  const service = serviceWith({ zones, notified: secondary.notified })
  return { zones, secondary, clock, next, service }
}

t.test('a secondary copies the zone, answers with AA, and keeps asking', async t => {
  const primary = serviceOf(zone(1))
  const { zones, secondary, clock, next, service } = secondaryOf(t, await serve(t, primary))
  secondary.keep(TEST)
  t.match(ask(service, 'ns.test.', 'A'), { rcode: RCODE.SERVFAIL }, 'not copied yet')
  t.equal(await next(), 'transferred 1')
  t.match(ask(service, 'ns.test.', 'A'), { aa: true, answer: [{ data: { address: '127.0.0.1' } }] })
  clock.advance(60_000)
  t.equal(await next(), 'confirmed', 'REFRESH has passed: the serial is the same')
  primary.zones.put(zone(2, 'www A 192.0.2.1\n'))
  clock.advance(60_000)
  t.equal(await next(), 'transferred 2')
  t.strictSame(show(ask(service, 'www.test.', 'A').answer), ['www.test. 9 A 192.0.2.1'])
  primary.zones.put(zone(1))
  clock.advance(60_000)
  t.equal(await next(), 'confirmed', 'a lower serial is not newer (RFC 1982)')
  t.equal(zones.get(TEST)?.serial, 2)
})

t.test('NOTIFY from the primary causes a query at once; from others it is refused (RFC 1996 §3.11)', async t => {
  const primary = serviceOf(zone(1))
  const { secondary, clock, next, service } = secondaryOf(t, await serve(t, primary))
  secondary.keep(TEST)
  t.equal(await next(), 'transferred 1')
  primary.zones.put(zone(2))
  const notify = queryOf('test.', 'SOA', { opcode: OPCODE.NOTIFY })
  const say = (address: string) => decodeMessage(respond(notify, { ...client(), address }, service).response as Buffer)
  t.match(say('127.0.0.9'), { rcode: RCODE.REFUSED })
  t.match(say(HOST), { rcode: RCODE.NOERROR, aa: true, opcode: OPCODE.NOTIFY, qr: true })
  clock.advance(200)
  t.equal(await next(), 'transferred 2', 'at most five times a second, however many NOTIFYs arrive')
  t.match(
    ask(primary, 'test.', 'SOA', { opcode: OPCODE.NOTIFY }),
    { rcode: RCODE.NOTAUTH },
    'a primary copies no zones',
  )
})

t.test('a zone that was unknown is copied after a NOTIFY', async t => {
  const primary = serviceOf(zoneOf('new.', '$TTL 9\n@ SOA ns host 4 60 15 600 30\n@ NS ns.x.\n'))
  const { clock, next, service, zones } = secondaryOf(t, await serve(t, primary))
  ask(service, 'new.', 'SOA', { opcode: OPCODE.NOTIFY }, { ...client(), address: HOST })
  t.equal(await next(), 'transferred 4')
  t.equal(zones.get(parseName('new.'))?.serial, 4)

  // A forged NOTIFY adds no zone: the primary itself must have the zone.
  ask(service, 'forged.', 'SOA', { opcode: OPCODE.NOTIFY }, { ...client(), address: HOST })
  t.equal(await next(), 'failed: the primary answers REFUSED')
  t.match(ask(service, 'www.forged.', 'A'), { rcode: RCODE.REFUSED }, 'not SERVFAIL: it is not a zone of this server')
  clock.advance(1_000)
  const notified = (i: number) =>
    ask(service, `forged${i}.`, 'SOA', { opcode: OPCODE.NOTIFY }, { ...client(), address: HOST })
  const rcodes = Array.from({ length: 20 }, (_, i) => notified(i).rcode)
  t.strictSame(rcodes, [...Array(8).fill(RCODE.NOERROR), ...Array(12).fill(RCODE.SERVFAIL)], 'eight at a time')
  for (let i = 0; i < 8; i++) t.match(await next(), /failed/)
})

t.test('without its primary the copy is served until it expires, then its names get SERVFAIL', async t => {
  const primary = serviceOf(zone(1, '', '60 15 100 30'))
  const other = new Map<string, Promise<number>>()
  other.set('port', serve(t, primary))
  const { secondary, clock, next, service } = secondaryOf(t, (await other.get('port')) as number)
  secondary.keep(TEST)
  t.equal(await next(), 'transferred 1')
  primary.zones.hold(TEST, 'switched off') // from now on the primary answers SERVFAIL
  clock.advance(60_000)
  t.equal(await next(), 'failed: the primary answers SERVFAIL')
  t.match(ask(service, 'ns.test.', 'A'), { aa: true, rcode: 0 })
  clock.advance(15_000)
  t.equal(await next(), 'failed: the primary answers SERVFAIL')
  clock.advance(15_000)
  t.equal(await next(), 'failed: the primary answers SERVFAIL')
  clock.advance(10_000)
  t.equal(await next(), 'expired: test.')
  t.match(ask(service, 'ns.test.', 'A'), { rcode: RCODE.SERVFAIL })
  t.equal(await next(), 'failed: the primary answers SERVFAIL')
  primary.zones.put(zone(9))
  clock.advance(60_000)
  t.equal(await next(), 'transferred 9')
  primary.zones.put(zone(10, '', '4294967295 15 4294967295 30'))
  clock.advance(60_000)
  t.equal(await next(), 'transferred 10')
  primary.zones.put(zone(11))
  clock.advance(100 * 86_400_000)
  t.match(
    ask(service, 'test.', 'SOA'),
    { answer: [{ data: { serial: 10 } }] },
    'a REFRESH of 136 years does not become a timer of 1 ms',
  )
})

/** Asks a primary whose messages are changed on the way. @param edit may return none, one or several for each; `count` from 0 */
async function fetchThrough(
  t: Test,
  edit: (octets: Buffer, count: number) => Buffer | Buffer[],
  service: DnsService,
  warn: (problem: string) => void = () => {},
) {
  const server = createServer((socket: Socket) => {
    let count = 0
    socket.on('error', () => {})
    socket.on('data', (chunk: Buffer) => {
      for (const message of messagesOf(respond(chunk.subarray(2), client('tcp'), service))) {
        const edited = [edit(Buffer.from(message), count++)].flat()
        for (const octets of edited) socket.write(TcpClient.frame(octets))
        if (edited.length === 0) socket.end()
      }
    })
  })
  server.listen(0, HOST)
  await once(server, 'listening')
  t.teardown(() => void server.close())
  return fetchIfNewer(
    { address: HOST, port: (server.address() as AddressInfo).port, from: HOST },
    TEST,
    undefined,
    warn,
  )
}

const patched = (at: number, value: number) => (octets: Buffer) => {
  octets[at] = value
  return octets
}

t.test('fetchIfNewer() refuses a primary that breaks the rules', async t => {
  const cases: [RegExp, (octets: Buffer) => Buffer | Buffer[]][] = [
    [/answered another query/, octets => patched(0, (octets[0] as number) ^ 0xff)(octets)],
    [/the primary answers REFUSED/, patched(3, 5)],
    [/not authoritative/, patched(2, 0x80)],
    [/closed the connection early/, () => []],
    [/ends at octet/, octets => octets.subarray(0, 20)],
  ]
  for (const [why, edit] of cases) await t.rejects(fetchThrough(t, edit, serviceOf(zone(1))), { message: why })
})

t.test('fetchIfNewer() stops when a later message of the transfer is wrong (RFC 5936 §2.2.1)', async t => {
  const hosts = Array.from({ length: 500 }, (_, i) => `host-with-a-rather-long-name-${i} A 192.0.2.1\n`).join('')
  const service = serviceOf(zone(1, hosts))
  /** Message 0 has the SOA, 1 and 2 are the transfer. */
  const later = (edit: (octets: Buffer) => Buffer | Buffer[]) => (octets: Buffer, count: number) =>
    count === 2 ? edit(octets) : octets
  const cases: [RegExp, (octets: Buffer) => Buffer | Buffer[]][] = [
    [/answered another query/, octets => patched(0, (octets[0] as number) ^ 0xff)(octets)],
    [/answered another query/, patched(2, 0x04)],
    [/the primary answers SERVFAIL/, patched(3, 2)],
    [/closed the connection early/, () => []],
    [/ends with another SOA/, octets => withSerial(octets, 2)],
  ]
  for (const [why, edit] of cases) await t.rejects(fetchThrough(t, later(edit), service), { message: why })
  const copy = await fetchThrough(t, later(patched(2, 0x80)), service)
  t.equal(copy?.apex.children.size, 502, 'AA is not required')
})

/** The last record, an SOA, with another serial: its rdata ends with five numbers of four octets. */
function withSerial(octets: Buffer, serial: number): Buffer {
  octets.writeUInt32BE(serial, octets.length - 20)
  return octets
}

t.test(
  'Notifier sends NOTIFY to every other name server of the zone, until it is acknowledged (RFC 1996 §3.6)',
  async t => {
    const clock = new FakeClock()
    const listener = createSocket('udp4')
    listener.bind(0, '127.0.0.2')
    await once(listener, 'listening')
    t.teardown(() => void listener.close())
    const changed = zone(3)
    const zones = new Zones([changed])
    t.strictSame(secondariesOf(changed, zones, '127.0.0.1'), ['127.0.0.2'])
    const notifier = await Notifier.open('127.0.0.1', listener.address().port, clock)
    t.teardown(() => notifier.close())

    notifier.notify(changed, zones)
    const [first] = await once(listener, 'message')
    t.match(decodeMessage(first), {
      opcode: OPCODE.NOTIFY,
      aa: true,
      qr: false,
      questions: [{ type: 6, name: ['test'] }],
    })
    clock.advance(1_000)
    const [again, from] = await once(listener, 'message')
    t.strictSame(again, first, 'repeated, because there was no answer')
    t.equal(from.address, '127.0.0.1', 'from the address by which secondaries recognize the primary')
    const heard = Buffer.from(first as Buffer)
    heard.writeUInt8(heard.readUInt8(2) | 0x80, 2)
    listener.send(heard, from.port, from.address)
    while (notifier.unacknowledged > 0) await new Promise(resolve => setImmediate(resolve))
    t.pass('acknowledged')
  },
)

t.test('fetchIfNewer() applies the rules of zone/rules.ts to a transfer', async t => {
  /** The AXFR with these octets as one more record before the last SOA. */
  const withRecord = (hex: string) => (octets: Buffer, count: number) => {
    if (count === 0) return octets
    const record = Buffer.from(hex.replaceAll(' ', ''), 'hex')
    const end = octets.length - LAST_SOA
    const more = Buffer.concat([octets.subarray(0, end), record, octets.subarray(end)])
    more.writeUInt16BE(octets.readUInt16BE(6) + 1, 6)
    return more
  }
  const test = '04746573 7400'
  const warnings: string[] = []
  const fetch = (hex: string) => {
    warnings.length = 0
    return fetchThrough(t, withRecord(hex), serviceOf(zone(1)), problem => warnings.push(problem))
  }
  const outside = await fetch('056f74686572 00 0001 0001 0000012c 0004 01020304')
  t.ok(outside?.apex.children.has('ns'))
  t.match(warnings, [/^record \d+ of the transfer: other\. is not in the zone test\.: record ignored/])
  const doubled = await fetch(`026e73 ${test} 0001 0001 00000009 0004 7f000001`)
  t.equal(doubled?.apex.children.get('ns')?.rrsets.get(1)?.data.length, 1, 'an RRset has no duplicates (RFC 2181 §5)')
  t.match(warnings, [/duplicate record of ns\.test\. A ignored/])
  await t.rejects(fetch(`0178 ${test} 0001 0003 00000009 0004 7f000001`), /breaks a rule: x\.test\. is of class CH/)
  await t.rejects(
    fetch(`026e73 ${test} 0005 0001 00000009 0002 c00c`),
    /breaks a rule: ns\.test\. has a CNAME and other data/,
  )

  // Compressed names in the rdata of MINFO and of RP (RFC 3597 §4: MUST, and SHOULD, be decompressed).
  const minfo = await fetch(`0178 ${test} 000e 0001 00000009 000b 02686dc00c 03657272c00c`)
  t.strictSame(show([...recordsIn(minfo as Zone)]).at(-1), 'x.test. 9 MINFO hm.test. err.test.')
  const rp = await fetch(`0178 ${test} 0011 0001 00000009 0006 0161c00c c00c`)
  t.strictSame(show([...recordsIn(rp as Zone)]).at(-1), 'x.test. 9 RP a.test. test.')
})

/** Octets of the SOA at the end of the transfer: a pointer to the owner, fixed fields, pointers to ns and host, and five numbers. */
const LAST_SOA = 2 + 10 + 2 + 2 + 20

t.test('a secondary of many zones opens at most eight connections at a time', async t => {
  let open = 0
  let most = 0
  const server = createServer(socket => {
    open++
    most = Math.max(most, open)
    socket.on('error', () => {})
    socket.on('close', () => open--)
    socket.on('data', () => setImmediate(() => socket.destroy()))
  })
  server.listen(0, HOST)
  await once(server, 'listening')
  t.teardown(() => void server.close())
  const { secondary, next } = secondaryOf(t, (server.address() as AddressInfo).port)
  for (let i = 0; i < 40; i++) secondary.keep([`zone${i}`])
  for (let i = 0; i < 40; i++) t.match(await next(), /^failed/)
  t.ok(most <= 8, `${most} connections`)
})
