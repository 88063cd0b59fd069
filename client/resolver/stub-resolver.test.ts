/**
 * The resolver against a real DNS server of the lab, and against servers that misbehave.
 */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import t, { type Test } from 'tap'
import { FakeClock } from '#shared/clock.ts'
import { ORIGIN, openDns } from '../testing/site.ts'
import type { DnsServerAddress } from './dns-exchange.ts'
import { type Lookup, StubResolver, type StubResolverOptions } from './stub-resolver.ts'

const ZONE = `
www 5 IN A 192.0.2.20
www 5 IN A 192.0.2.21
www 5 IN A 192.0.2.22
site IN CNAME www
both IN A 192.0.2.1
both IN AAAA 2001:db8::1
${Array.from({ length: 60 }, (_, i) => `many IN A 192.0.2.${i + 100}`).join('\n')}
`
const WWW = `www.${ORIGIN}`

/** Longer than a busy machine takes for an answer. */
const PATIENCE_MS = 20_000
/** How long a server that does not answer is waited for: the one after it has the same time for its answer. */
const SILENCE_MS = 2_000

function resolver(servers: readonly DnsServerAddress[], options: Partial<StubResolverOptions> = {}) {
  const clock = new FakeClock()
  const lookups: Lookup[] = []
  const own = {
    servers,
    cache: 'ttl' as const,
    clock,
    timeoutMs: PATIENCE_MS,
    observe: (lookup: Lookup) => void lookups.push(lookup),
  }
  return { clock, lookups, resolver: new StubResolver({ ...own, ...options }) }
}

/** A UDP server that treats each datagram as `answer` says. @returns its address */
async function udpServer(t: Test, answer: (query: Buffer) => Buffer[]): Promise<DnsServerAddress> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  socket.on('message', (query, { port, address }) => {
    for (const response of answer(query)) socket.send(response, port, address)
  })
  t.teardown(() => socket.close())
  return { address: '127.0.0.1', port: socket.address().port }
}

/** A closed port: it was bound a moment ago, and is free again. */
async function closedPort(): Promise<DnsServerAddress> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return { address: '127.0.0.1', port }
}

t.test(
  'StubResolver without a cache sees the rotation; with one it sees the same order until the TTL has passed',
  async t => {
    const server = await openDns(t, ZONE)
    const first = async (from: StubResolver) => (await from.lookup(WWW, 'A')).addresses[0]
    const { resolver: plain } = resolver([server], { cache: 'none' })
    t.strictSame([await first(plain), await first(plain), await first(plain)].sort(), [
      '192.0.2.20',
      '192.0.2.21',
      '192.0.2.22',
    ])
    const { resolver: cached, clock, lookups } = resolver([server])
    const kept = await first(cached)
    clock.advance(4_999)
    t.equal(await first(cached), kept)
    clock.advance(1)
    t.not(await first(cached), kept, 'asked again: one address later')
    t.match(lookups, [
      { source: 'query', ttl: 5, server: `127.0.0.1:${server.port}` },
      { source: 'cache', ttl: 1, server: undefined },
      { source: 'query', ttl: 5 },
    ])
    cached.forget()
    await first(cached)
    t.match(lookups.at(-1), { source: 'query' })
  },
)

t.test('StubResolver sends one query for look-ups of one name at the same time', async t => {
  const { resolver: cached, lookups } = resolver([await openDns(t, ZONE)])
  await Promise.all(Array.from({ length: 10 }, () => cached.addressesOf(WWW)))
  t.strictSame(lookups.map(({ type, source }) => `${type} ${source}`).sort(), ['A query', 'AAAA query'])
})

t.test('StubResolver.addressesOf(): IPv6 addresses come first; NODATA and NXDOMAIN are two reasons', async t => {
  const { resolver: plain } = resolver([await openDns(t, ZONE)])
  t.match(await plain.addressesOf(`both.${ORIGIN}`), { addresses: ['2001:db8::1', '192.0.2.1'] })
  const { addresses, lookups } = await plain.addressesOf(`SITE.${ORIGIN}`)
  t.equal(addresses.length, 3, 'through the alias')
  t.match(lookups, [
    { type: 'AAAA', outcome: 'nodata' },
    { type: 'A', outcome: 'addresses' },
  ])
  await t.rejects(plain.addressesOf(`no.${ORIGIN}`), { name: 'ResolveError', reason: 'nxdomain' })
  await t.rejects(plain.addressesOf(ORIGIN), { name: 'ResolveError', reason: 'nodata' })
  await t.rejects(plain.addressesOf('example.com'), { name: 'ResolveError', reason: 'refused', message: /REFUSED/ })
})

t.test('StubResolver repeats the query over TCP when the response over UDP was truncated (RFC 2181 §9)', async t => {
  const transports: (string | undefined)[] = []
  const { resolver: plain } = resolver([await openDns(t, ZONE)], {
    observe: (_, exchange) => void transports.push(exchange?.transport),
  })
  t.equal((await plain.lookup(`many.${ORIGIN}`, 'A')).addresses.length, 60)
  await plain.lookup(WWW, 'A')
  t.strictSame(transports, ['tcp', 'udp'])
})

t.test('StubResolver sends the query to the next server when one is closed, silent, or fails', async t => {
  const real = await openDns(t, ZONE)
  const servfail = await udpServer(t, query => [
    Buffer.concat([query.subarray(0, 2), Buffer.of(0x81, 2), query.subarray(4)]),
  ])
  const silent = await udpServer(t, () => [])
  const closed = await closedPort()
  const { resolver: patient } = resolver([closed, servfail, real], { timeoutMs: PATIENCE_MS })
  const { addresses, failures, server } = await patient.lookup(WWW, 'A')
  t.equal(addresses.length, 3)
  t.equal(server, `127.0.0.1:${real.port}`)
  t.match(failures, [/ECONNREFUSED/, /SERVFAIL$/])

  const { resolver: plain } = resolver([silent, real], { timeoutMs: SILENCE_MS })
  t.match(await plain.lookup(WWW, 'A'), { addresses: { length: 3 }, failures: [/no response within 2000 ms$/] })

  const { resolver: alone } = resolver([closed])
  await t.rejects(alone.lookup(WWW, 'A'), { name: 'ResolveError', reason: 'silence' })
})

t.test('StubResolver ignores datagrams that do not answer its query (RFC 5452 §9.1)', async t => {
  const relay = await openDns(t, ZONE)
  const forged = await udpServer(t, query => {
    const otherId = Buffer.from(query)
    otherId.writeUInt16BE(query.readUInt16BE(0) ^ 1)
    otherId[2] = 0x81
    const otherName = Buffer.from(query)
    otherName[2] = 0x81
    otherName[13] = 0x78 // xww
    return [query, otherId, otherName, Buffer.of(1, 2, 3), Buffer.alloc(600, query)]
  })
  const { resolver: plain } = resolver([forged, relay], { timeoutMs: SILENCE_MS })
  const { failures, addresses } = await plain.lookup(WWW, 'A')
  t.match(failures, [/no response within/])
  t.equal(addresses.length, 3)
})

t.test('StubResolver: a server that closes the TCP connection has not answered', async t => {
  const tcp = createServer(socket => socket.end(Buffer.of(0, 40, 1)))
  tcp.listen(0, '127.0.0.1')
  await once(tcp, 'listening')
  const { port } = tcp.address() as { port: number }
  const udp = createSocket('udp4').bind(port, '127.0.0.1')
  udp.on('message', (query, from) => {
    const truncated = Buffer.from(query)
    truncated[2] = 0x83
    udp.send(truncated, from.port, from.address)
  })
  t.teardown(() => {
    tcp.close()
    udp.close()
  })
  const { resolver: plain } = resolver([{ address: '127.0.0.1', port }])
  await t.rejects(plain.lookup(WWW, 'A'), { reason: 'silence', message: /closed before the response was complete/ })
})
