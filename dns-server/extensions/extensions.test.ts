import t from 'tap'
import { FakeClock } from '#shared/clock.ts'
import { receive } from '../answer/query.ts'
import { unusableAddresses } from '../health/health.ts'
import { respond } from '../server/respond.ts'
import { ask, client, queryOf, serviceOf, serviceWith, show, zoneOf } from '../testing/ask.ts'
import { CLASS, RCODE } from '../wire/codes.ts'
import { OPTION } from '../wire/edns.ts'
import { type DnsMessage, decodeMessage } from '../wire/message.ts'
import { parseName } from '../wire/name-text.ts'
import { Zones } from '../zone/zone.ts'
import { checkCookie, hasCookieLength, serverCookie } from './dns-cookies.ts'
import { RateLimit } from './rate-limit.ts'
import { sipHash24 } from './siphash.ts'

const ZONE = zoneOf('test.', '$TTL 60\n@ SOA ns host 1 2 3 4 30\n@ NS ns\nns A 192.0.2.1\n')
const hex = (text: string) => Buffer.from(text, 'hex')
const optionOf = (message: DnsMessage, code: number) => message.edns?.options.find(option => option.code === code)?.data

t.test('sipHash24() gives the test vectors of the paper (Appendix A, and the reference implementation)', async t => {
  const key = Uint8Array.from({ length: 16 }, (_, i) => i)
  const input = (length: number) => Uint8Array.from({ length }, (_, i) => i)
  t.equal(sipHash24(key, input(15)).toString('hex'), 'e545be4961ca29a1') // 0xa129ca6149be45e5, least significant octet first
  t.equal(sipHash24(key, input(0)).toString('hex'), '310e0edd47db6f72')
  t.equal(sipHash24(key, input(1)).toString('hex'), 'fd67dc93c539f874')
  t.equal(sipHash24(key, input(8)).toString('hex'), '6224939a79f5f593')
})

t.test('serverCookie() gives the cookies of RFC 9018 Appendix A', async t => {
  const secret = 'e5e973e5a6b2a43f48e7dc849e37bfcf'
  const vectors: [string, string, string, string, number, string][] = [
    ['A.1', secret, '2464c4abcf10c957', '198.51.100.100', 1559731985, '010000005cf79f111f8130c3eee29480'],
    ['A.2', secret, '2464c4abcf10c957', '198.51.100.100', 1559734385, '010000005cf7a871d4a564a1442aca77'],
    ['A.3', secret, 'fc93fc62807ddb86', '203.0.113.203', 1559734700, '010000005cf7a9acf73a7810aca2381e'],
    [
      ...([
        'A.4',
        '445536bcd2513298075a5d379663c962',
        '22681ab97d52c298',
        '2001:db8:220:1:59de:d0f4:8769:82b8',
      ] as const),
      ...([1559741961, '010000005cf7c609a6bb79d16625507a'] as const),
    ],
  ]
  for (const [name, key, cookie, address, now, expected] of vectors) {
    t.equal(serverCookie(hex(cookie), address, hex(key), now).toString('hex'), expected, name)
  }
})

t.test('checkCookie() accepts the cookies of RFC 9018 Appendix A', async t => {
  const secret = hex('e5e973e5a6b2a43f48e7dc849e37bfcf')
  const check = (cookie: string, address: string, now: number, key = secret) =>
    checkCookie(hex(cookie), address, key, now)
  const a2 = '2464c4abcf10c957010000005cf79f111f8130c3eee29480'
  t.equal(check(a2, '198.51.100.100', 1559734385).kind, 'valid', 'A.2: 40 minutes old')
  t.match(
    check(a2, '198.51.100.100', 1559734385),
    { reply: hex('2464c4abcf10c957010000005cf7a871d4a564a1442aca77') },
    'and renewed',
  )
  t.match(
    check(a2, '198.51.100.100', 1559731985 + 60),
    { kind: 'valid', reply: hex(a2) },
    'a recent one is sent back unchanged',
  )
  t.equal(
    check('fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5', '203.0.113.203', 1559734700).kind,
    'unknown',
    'A.3: too old …',
  )
  t.equal(
    check('fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5', '203.0.113.203', 1559728000).kind,
    'valid',
    '… but valid in time: reserved octets are part of the hash',
  )
  const a4 = '22681ab97d52c298010000005cf7c57926556bd0934c72f8'
  const address = '2001:db8:220:1:59de:d0f4:8769:82b8'
  t.equal(check(a4, address, 1559741961, hex('dd3bdf9344b678b185a6f5cb60fca715')).kind, 'valid', 'A.4: the old secret')
  t.equal(check(a4, address, 1559741961, hex('445536bcd2513298075a5d379663c962')).kind, 'unknown', 'A.4: the new one')
  t.equal(check(a2, '198.51.100.101', 1559731985).kind, 'unknown', 'another address')
  t.equal(check(a2, '198.51.100.100', 1559731985 + 3601).kind, 'unknown', 'over an hour old')
  t.equal(check(a2, '198.51.100.100', 1559731985 - 301).kind, 'unknown', 'over five minutes in the future')
  for (const length of [0, 7, 9, 15, 41]) t.notOk(hasCookieLength(Buffer.alloc(length)), `${length}`)
  t.equal(checkCookie(Buffer.alloc(8), '::1', secret, 0).kind, 'first', 'the client half only')
  for (const length of [16, 24, 40])
    t.equal(checkCookie(Buffer.alloc(length), '::1', secret, 0).kind, 'unknown', `${length}`)
})

t.test('a cookie is answered with a cookie, a cookie of an impossible length with FORMERR (RFC 7873 §5.2)', async t => {
  const service = serviceOf(ZONE)
  const asks = (data: Buffer) => ask(service, 'ns.test.', 'A', { edns: { options: [{ code: OPTION.COOKIE, data }] } })
  const first = asks(hex('0102030405060708'))
  const cookie = optionOf(first, OPTION.COOKIE) as Buffer
  t.equal(cookie.length, 24)
  t.equal(cookie.toString('hex', 0, 8), '0102030405060708')
  t.strictSame(optionOf(asks(cookie), OPTION.COOKIE), cookie)
  t.match(asks(hex('01')), { rcode: RCODE.FORMERR, edns: { options: [] }, answer: [] })
})

t.test('NSID names the server, when the query asks for it (RFC 5001 §2)', async t => {
  const service = serviceOf(ZONE)
  const nsid = { options: [{ code: OPTION.NSID, data: Buffer.alloc(0) }] }
  t.equal(String(optionOf(ask(service, 'ns.test.', 'A', { edns: nsid }), OPTION.NSID)), 'ns1')
  t.equal(optionOf(ask(service, 'ns.test.', 'A', { edns: {} }), OPTION.NSID), undefined)
})

t.test('unknown options and unknown flags are ignored, unknown versions are BADVERS (RFC 6891 §6.1)', async t => {
  const service = serviceOf(ZONE)
  const unknown = ask(service, 'ns.test.', 'A', { edns: { options: [{ code: 65001, data: Buffer.from('x') }] } })
  t.match(unknown, { rcode: 0, answer: [{}], edns: { version: 0, options: [] } })
  const bad = ask(service, 'ns.test.', 'A', {
    edns: { version: 1, options: [{ code: OPTION.NSID, data: Buffer.alloc(0) }] },
  })
  t.match(bad, { rcode: 0, answer: [], edns: { extendedRcode: 1, version: 0, options: [] } }, 'BADVERS is 16')
})

t.test('EDE gives the reason for a refusal (RFC 8914)', async t => {
  const service = serviceOf(ZONE)
  const refused = ask(service, 'elsewhere.', 'A', { edns: {} })
  t.equal(refused.rcode, RCODE.REFUSED)
  t.equal(optionOf(refused, OPTION.EDE)?.readUInt16BE(), 20)
  service.zones.hold(parseName('held.'), 'not transferred yet')
  const held = ask(service, 'www.held.', 'A', { edns: {} })
  t.equal(held.rcode, RCODE.SERVFAIL)
  t.equal(optionOf(held, OPTION.EDE)?.toString('utf8', 2), 'not transferred yet')
  t.equal(ask(service, 'elsewhere.', 'A').edns, undefined, 'without EDNS no OPT')
})

t.test('EDE names the addresses that are left out because they are down', async t => {
  const service = serviceOf(
    zoneOf('test.', '$TTL 5\n@ SOA ns h 1 2 3 4 30\n@ NS ns.x.\nwww A 192.0.2.1\nwww A 192.0.2.2\n'),
  )
  service.orderer.unusable = rrset =>
    unusableAddresses(rrset, address => ({ down: address === '192.0.2.2', changeIn: 600 }))
  const answer = ask(service, 'www.test.', 'A', { edns: {} })
  t.match(answer, { rcode: 0, aa: true, answer: [{ data: { address: '192.0.2.1' } }] })
  t.equal(optionOf(answer, OPTION.EDE)?.toString('hex', 0, 2), '0000', 'Other')
  t.equal(optionOf(answer, OPTION.EDE)?.toString('utf8', 2), '192.0.2.2 is down: left out')
  t.equal(optionOf(ask(service, 'test.', 'NS', { edns: {} }), OPTION.EDE), undefined)
})

t.test('class CH: id.server and version.bind only (RFC 4892)', async t => {
  const service = serviceOf(ZONE)
  const asks = (name: string, type = 'TXT') => ask(service, name, type, { class: CLASS.CH })
  t.match(asks('id.server.'), { aa: true, answer: [{ class: CLASS.CH, ttl: 0, data: { strings: ['ns1'] } }] })
  t.match(asks('VERSION.bind.'), { answer: [{ data: { strings: ['test'] } }] })
  t.match(asks('version.bind.', 'A'), { rcode: 0, answer: [] })
  t.match(asks('ns.test.'), { rcode: RCODE.REFUSED })
  t.match(ask(service, 'ns.test.', 'A', { class: CLASS.HS }), { rcode: RCODE.REFUSED })
  t.strictSame(show(asks('hostname.bind.').answer), ['hostname.bind. 0 TXT "ns1"'])
})

t.test('RateLimit gives a network its responses a second; of the rest it drops one and truncates the next', async t => {
  const clock = new FakeClock()
  const limit = new RateLimit(10, clock)
  const judge = (address: string) => limit.judge(address)
  const first = Array.from({ length: 14 }, () => judge('198.51.100.7'))
  t.strictSame(first.slice(0, 10), Array(10).fill('answer'))
  t.strictSame(first.slice(10), ['drop', 'truncate', 'drop', 'truncate'])
  t.not(judge('198.51.100.8'), 'answer', 'the same /24')
  t.equal(judge('198.51.101.8'), 'answer', 'another /24')
  clock.advance(300)
  t.strictSame(
    [1, 2, 3, 4].map(() => judge('198.51.100.7') === 'answer'),
    [true, true, true, false],
    '3 more in 0.3 s',
  )
})

t.test('the rate limit does not count TCP, a valid cookie, or an exempt address', async t => {
  const service = serviceWith({
    zones: new Zones([ZONE]),
    rateLimit: new RateLimit(1, new FakeClock()),
    isLimited: address => address !== '127.0.0.9',
  })
  const answers = (by: ReturnType<typeof client>, edns = {}) =>
    respond(queryOf('ns.test.', 'A', { edns }), by, service).response !== undefined
  const withCookie = (data: Buffer) => ({ options: [{ code: OPTION.COOKIE, data }] })
  const first = ask(service, 'ns.test.', 'A', { edns: withCookie(Buffer.alloc(8)) })
  const cookie = withCookie(optionOf(first, OPTION.COOKIE) as Buffer)
  t.notOk(answers(client()), 'the allowance of one is used up')
  for (let i = 0; i < 5; i++) {
    t.ok(answers(client('tcp')), 'TCP proves the address')
    t.ok(answers(client(), cookie), 'so does a cookie')
    t.ok(answers({ ...client(), address: '127.0.0.9' }), 'exempt')
  }
})

t.test('an ordinary query concerns no decider; each other query concerns its own', async t => {
  const { deciders } = serviceWith({
    zones: new Zones([ZONE]),
    rateLimit: new RateLimit(1, new FakeClock()),
    isLimited: () => false,
  })
  const concerned = (octets: Buffer) => {
    const received = receive(octets)
    if (received.kind === 'silent') return ['silent']
    const query = { ...received.query, octets, client: client(), addressProven: false }
    return deciders.filter(({ when }) => when(query)).map(({ name }) => name.replace(/ .*/, ''))
  }
  t.strictSame(concerned(queryOf('ns.test.', 'A')), [])
  t.strictSame(concerned(queryOf('ns.test.', 'A', { edns: {} })), [])
  const option = (code: number, length = 8) => ({ edns: { options: [{ code, data: Buffer.alloc(length) }] } })
  t.strictSame(concerned(queryOf('ns.test.', 'A', option(OPTION.COOKIE))), ['cookies'])
  t.strictSame(concerned(queryOf('ns.test.', 'A', option(OPTION.COOKIE, 9))), ['cookies'])
  t.strictSame(concerned(queryOf('ns.test.', 'A', option(OPTION.NSID, 0))), ['NSID'])
  t.strictSame(concerned(queryOf('ns.test.', 'A', { edns: { version: 1 } })), ['EDNS'])
  t.strictSame(concerned(queryOf('test.', 'SOA', { opcode: 4 })), ['NOTIFY'])
  t.strictSame(concerned(queryOf('test.', 'AXFR')), ['zone'])
})

t.test('the rate limit counts malformed queries and queries for a cookie too', async t => {
  const service = serviceWith({ zones: new Zones([ZONE]), rateLimit: new RateLimit(1, new FakeClock()) })
  const query = queryOf('ns.test.', 'A', { edns: { options: [{ code: OPTION.COOKIE, data: Buffer.alloc(8) }] } })
  const questionless = Buffer.concat([query.subarray(0, 12), query.subarray(12 + 'ns.test.'.length + 1 + 4)])
  questionless.writeUInt16BE(0, 4)
  const [first, dropped] = [1, 2].map(() => respond(questionless, client(), service).response)
  t.match(decodeMessage(first as Buffer), { rcode: 0, questions: [], edns: { options: [{ code: OPTION.COOKIE }] } })
  t.equal(dropped, undefined)
})

t.test('a truncated response of the rate limit is empty, with TC', async t => {
  const clock = new FakeClock()
  const service = serviceWith({ zones: new Zones([ZONE]), rateLimit: new RateLimit(1, clock) })
  const query = queryOf('ns.test.', 'A', { edns: {} })
  const [first, dropped, truncated] = [1, 2, 3].map(() => respond(query, client(), service).response)
  t.match(decodeMessage(first as Buffer), { tc: false, answer: { length: 1 } })
  t.equal(dropped, undefined)
  t.match(decodeMessage(truncated as Buffer), { tc: true, answer: [], rcode: 0 })
})
