import t from 'tap'
import { ask, client, serviceOf, show, zoneOf } from '../testing/ask.ts'
import type { DnsMessage } from '../wire/message.ts'
import { parseName } from '../wire/name-text.ts'

/** RFC 1034 §6.1: parts of the root and EDU zones of 1987, as C.ISI.EDU serves them. */
const ROOT = zoneOf(
  '.',
  `
.       86400 IN SOA SRI-NIC.ARPA. HOSTMASTER.SRI-NIC.ARPA. ( 870611 1800 300 604800 86400 )
        86400    NS  A.ISI.EDU.
        86400    NS  C.ISI.EDU.
        86400    NS  SRI-NIC.ARPA.
MIL.    86400    NS  SRI-NIC.ARPA.
        86400    NS  A.ISI.EDU.
EDU.    86400    NS  SRI-NIC.ARPA.
        86400    NS  C.ISI.EDU.
SRI-NIC.ARPA.    A   26.0.0.73
                 A   10.0.0.51
                 MX  0 SRI-NIC.ARPA.
                 HINFO DEC-2060 TOPS20
ACC.ARPA.        A   26.6.0.65
                 HINFO PDP-11/70 UNIX
                 MX  10 ACC.ARPA.
USC-ISIC.ARPA.   CNAME C.ISI.EDU.
A.ISI.EDU. 86400 A   26.3.0.103
C.ISI.EDU. 86400 A   10.0.0.52
`,
)

const look = ({ aa, rcode, answer, authority, additional }: DnsMessage) => ({
  aa,
  rcode,
  answer: show(answer),
  authority: show(authority),
  additional: show(additional).sort(),
})

const SOA = '. 86400 SOA SRI-NIC.ARPA. HOSTMASTER.SRI-NIC.ARPA. 870611 1800 300 604800 86400'

t.test('ANY at an alias returns the alias: "*" matches CNAME (RFC 1034 §4.3.2 step 3a, RFC 8482 §4.2)', async t => {
  const aliases = zoneOf(
    'test.',
    '$TTL 9\n@ SOA ns host 1 2 3 4 5\n@ NS ns.x.\na CNAME b\n*.w CNAME b\nb A 192.0.2.1\n',
  )
  const asks = (name: string) => look(ask(serviceOf(aliases), name, 'ANY')).answer
  t.strictSame(asks('a.test.'), ['a.test. 9 CNAME b.test.'], 'it is not followed')
  t.strictSame(asks('x.w.test.'), ['x.w.test. 9 CNAME b.test.'])
  t.strictSame(asks('b.test.'), ['b.test. 9 HINFO "RFC8482" ""'])
})

t.test('types that may accompany an alias are answered with their own records (RFC 4035 §2.5)', async t => {
  const NSEC = 'x.test. CNAME'
  const zone = `$TTL 9\n@ SOA ns host 1 2 3 4 5\n@ NS ns.x.\na NSEC ${NSEC}\na CNAME b\nb A 192.0.2.1\n`
  const asks = (type: string) => look(ask(serviceOf(zoneOf('test.', zone)), 'a.test.', type)).answer
  t.strictSame(asks('NSEC'), [`a.test. 9 NSEC ${NSEC}`])
  t.strictSame(asks('A'), ['a.test. 9 CNAME b.test.', 'b.test. 9 A 192.0.2.1'])
  t.strictSame(asks('RRSIG'), ['a.test. 9 CNAME b.test.'], 'an alias to a name without RRSIG')
  t.strictSame(asks('ANY'), ['a.test. 9 CNAME b.test.'], 'whichever is first in the zone file')
})

t.test('answer() gives the responses of RFC 1034 §6.2', async t => {
  const asks = (name: string, type: string) => look(ask(serviceOf(ROOT), name, type))
  t.strictSame(
    asks('SRI-NIC.ARPA.', 'A'),
    {
      ...{ aa: true, rcode: 0, authority: [], additional: [] },
      answer: ['SRI-NIC.ARPA. 86400 A 26.0.0.73', 'SRI-NIC.ARPA. 86400 A 10.0.0.51'],
    },
    '§6.2.1',
  )
  t.strictSame(
    asks('SRI-NIC.ARPA.', 'ANY').answer,
    ['SRI-NIC.ARPA. 86400 HINFO "RFC8482" ""'],
    '§6.2.2, but RFC 8482 §4.2',
  )
  t.strictSame(
    asks('SRI-NIC.ARPA.', 'MX'),
    {
      ...{ aa: true, rcode: 0, authority: [] },
      answer: ['SRI-NIC.ARPA. 86400 MX 0 SRI-NIC.ARPA.'],
      additional: ['SRI-NIC.ARPA. 86400 A 10.0.0.51', 'SRI-NIC.ARPA. 86400 A 26.0.0.73'],
    },
    '§6.2.3',
  )
  const nothing = { answer: [], authority: [SOA], additional: [] }
  t.strictSame(asks('SRI-NIC.ARPA.', 'NS'), { aa: true, rcode: 0, ...nothing }, '§6.2.4, with the SOA of RFC 2308')
  t.strictSame(asks('SIR-NIC.ARPA.', 'A'), { aa: true, rcode: 3, ...nothing }, '§6.2.5')
  t.strictSame(
    asks('BRL.MIL.', 'A'),
    {
      ...{ aa: false, rcode: 0, answer: [] },
      authority: ['MIL. 86400 NS SRI-NIC.ARPA.', 'MIL. 86400 NS A.ISI.EDU.'],
      additional: [
        'A.ISI.EDU. 86400 A 26.3.0.103',
        'SRI-NIC.ARPA. 86400 A 10.0.0.51',
        'SRI-NIC.ARPA. 86400 A 26.0.0.73',
      ],
    },
    '§6.2.6',
  )
  // §6.2.7 shows C.ISI.EDU's address as well: that server held ISI.EDU too. From the root zone alone it is a referral.
  t.strictSame(
    asks('USC-ISIC.ARPA.', 'A'),
    {
      ...{ aa: true, rcode: 0 },
      answer: ['USC-ISIC.ARPA. 86400 CNAME C.ISI.EDU.'],
      authority: ['EDU. 86400 NS SRI-NIC.ARPA.', 'EDU. 86400 NS C.ISI.EDU.'],
      additional: [
        'C.ISI.EDU. 86400 A 10.0.0.52',
        'SRI-NIC.ARPA. 86400 A 10.0.0.51',
        'SRI-NIC.ARPA. 86400 A 26.0.0.73',
      ],
    },
    '§6.2.7',
  )
  t.strictSame(asks('USC-ISIC.ARPA.', 'CNAME').answer, ['USC-ISIC.ARPA. 86400 CNAME C.ISI.EDU.'], '§6.2.8')
})

t.test('answer() synthesizes from wildcards (RFC 4592 §2.2.1)', async t => {
  const service = serviceOf(
    zoneOf(
      'example.',
      `$TTL 3600
@       SOA ns host 1 2 3 4 3600
        NS  ns.example.com.
        NS  ns.example.net.
*       TXT "this is a wildcard"
*       MX  10 host1.example.
sub.*   TXT "this is not a wildcard"
host1   A   192.0.2.1
_ssh._tcp.host1 SRV 1 2 22 host1
_ssh._tcp.host2 SRV 1 2 22 host1
subdel  NS  ns.example.com.
        NS  ns.example.net.
`,
    ),
  )
  const asks = (name: string, type: string) => look(ask(service, name, type))
  t.strictSame(asks('host3.example.', 'MX').answer, ['host3.example. 3600 MX 10 host1.example.'])
  t.match(asks('host3.example.', 'A'), { rcode: 0, answer: [], authority: [/SOA/] }, 'NODATA: the wildcard exists')
  t.strictSame(asks('foo.bar.example.', 'TXT').answer, ['foo.bar.example. 3600 TXT "this is a wildcard"'])
  t.match(asks('host1.example.', 'MX'), { rcode: 0, answer: [] }, 'host1 exists')
  t.match(asks('sub.*.example.', 'MX'), { rcode: 0, answer: [] }, 'sub.*.example exists')
  t.match(
    asks('_telnet._tcp.host1.example.', 'SRV'),
    { rcode: 3 },
    '_tcp.host1 is an empty non-terminal without wildcard',
  )
  t.match(asks('_tcp.host1.example.', 'A'), { rcode: 0, answer: [] }, 'an empty non-terminal exists: NODATA')
  t.match(asks('host2.example.', 'TXT'), { rcode: 0, answer: [] }, 'so does host2')
  t.match(asks('host.subdel.example.', 'A'), { aa: false, authority: [/subdel/, /subdel/] }, 'a cut hides the wildcard')
  t.match(asks('ghost.*.example.', 'MX'), { rcode: 3 }, 'a wildcard does not match below itself')
  t.strictSame(
    asks('*.example.', 'TXT').answer,
    ['*.example. 3600 TXT "this is a wildcard"'],
    'queried by its own name',
  )
})

t.test('CNAME chains are followed inside the zones of this server', async t => {
  const test = zoneOf(
    'test.',
    `$TTL 60
@ SOA ns host 1 2 3 4 30
@ NS ns.other.
a CNAME b
b CNAME www.other.
c CNAME gone
d CNAME www.elsewhere.
e CNAME f
f CNAME e
g CNAME sub.down
down NS ns.down
ns.down A 192.0.2.5
*.w CNAME b
`,
  )
  const other = zoneOf('other.', '$TTL 60\n@ SOA ns host 1 2 3 4 30\n@ NS ns\nns A 192.0.2.1\nwww A 192.0.2.2\n')
  const asks = (name: string, type: string) => look(ask(serviceOf(test, other), name, type))
  t.strictSame(asks('a.test.', 'A').answer, [
    'a.test. 60 CNAME b.test.',
    'b.test. 60 CNAME www.other.',
    'www.other. 60 A 192.0.2.2',
  ])
  t.match(
    asks('a.test.', 'AAAA'),
    { rcode: 0, answer: { length: 2 }, authority: [/^other\. 30 SOA/] },
    'NODATA at the end',
  )
  t.match(
    asks('c.test.', 'A'),
    { rcode: 3, aa: true, answer: [/CNAME gone/], authority: [/^test\. 30 SOA/] },
    'RFC 6604 §3',
  )
  t.match(
    asks('d.test.', 'A'),
    { rcode: 0, answer: [/CNAME www.elsewhere/], authority: [] },
    'out of our zones: the client goes on',
  )
  t.match(asks('e.test.', 'A'), { rcode: 0, answer: [/e.test. 60 CNAME f/, /f.test. 60 CNAME e/] }, 'a loop ends')
  t.match(asks('g.test.', 'A'), {
    aa: true,
    answer: [/CNAME/],
    authority: [/^down.test. 60 NS/],
    additional: [/192.0.2.5/],
  })
  t.match(
    asks('x.w.test.', 'A').answer,
    [/^x.w.test. 60 CNAME b.test./, /./, /192.0.2.2/],
    'a wildcard may be an alias',
  )
})

t.test('the nearest zone answers; DS at a cut belongs to the parent (RFC 4035 §3.1.4.1)', async t => {
  const parent = zoneOf(
    'test.',
    '$TTL 60\n@ SOA ns host 1 2 3 4 30\n@ NS ns\nns A 192.0.2.1\nsub NS ns.sub\nns.sub A 192.0.2.2\n',
  )
  const child = zoneOf('sub.test.', '$TTL 60\n@ SOA ns host 7 2 3 4 30\n@ NS ns\nns A 192.0.2.2\n')
  t.match(
    look(ask(serviceOf(parent), 'sub.test.', 'A')),
    { aa: false, authority: [/NS/], additional: [/192.0.2.2/] },
    'glue',
  )
  t.match(look(ask(serviceOf(parent), 'ns.sub.test.', 'A')), { aa: false, answer: [] }, 'glue is not an answer')
  t.match(look(ask(serviceOf(parent), 'sub.test.', 'DS')), { aa: true, authority: [/^test. 30 SOA/] })
  t.match(look(ask(serviceOf(parent, child), 'ns.sub.test.', 'A')), { aa: true, answer: [/192.0.2.2/] })
  t.match(look(ask(serviceOf(parent, child), 'sub.test.', 'DS')), { aa: true, authority: [/^test. 30 SOA/] })
  t.match(look(ask(serviceOf(parent, child), 'gone.sub.test.', 'A')), { rcode: 3, authority: [/^sub.test. 30 SOA/] })
})

t.test('the zone above a held zone does not answer for its names, except for DS (RFC 1034 §4.3.2 step 2)', async t => {
  const service = serviceOf(zoneOf('test.', '$TTL 60\n@ SOA ns host 1 2 3 4 30\n@ NS ns.x.\nto CNAME www.sub\n'))
  service.zones.hold(parseName('sub.test.'), 'expired')
  for (const name of ['sub.test.', 'www.sub.test.'])
    t.match(look(ask(service, name, 'A')), { rcode: 2, aa: false }, name)
  t.match(look(ask(service, 'to.test.', 'A')), { rcode: 0, aa: true, answer: [/CNAME www.sub.test./] })
  t.match(look(ask(service, 'sub.test.', 'DS')), { rcode: 3, aa: true }, 'the parent zone has no delegation')
  t.match(look(ask(service, 'sub2.test.', 'A')), { rcode: 3, aa: true })
})

t.test('other zones are REFUSED, without AA', async t => {
  const service = serviceOf(zoneOf('test.', '$TTL 60\n@ SOA ns host 1 2 3 4 30\n@ NS ns.x.\n'))
  const nothing = { aa: false, rcode: 5, answer: [], authority: [], additional: [] }
  for (const name of ['x.', '.', 'atest.', 'test.test2.']) t.strictSame(look(ask(service, name, 'A')), nothing, name)
})

t.test('the TTL of a negative answer is min(TTL of the SOA, MINIMUM) (RFC 2308 §3)', async t => {
  for (const [ttl, minimum, expected] of [
    [60, 30, 30],
    [20, 30, 20],
  ]) {
    const service = serviceOf(zoneOf('test.', `@ ${ttl} SOA ns host 1 2 3 4 ${minimum}\n@ 9 NS ns.x.\n`))
    t.equal(ask(service, 'x.test.', 'A').authority[0]?.ttl, expected)
    t.equal(ask(service, 'test.', 'SOA').answer[0]?.ttl, ttl, 'in an answer the SOA has its own TTL')
  }
})

t.test('answers repeat the case of the question (0x20), whatever the case in the zone file', async t => {
  const service = serviceOf(zoneOf('test.', '$TTL 60\n@ SOA ns host 1 2 3 4 30\n@ NS ns.x.\nWww A 192.0.2.1\n'))
  t.strictSame(show(ask(service, 'wWW.tEsT.', 'A').answer), ['wWW.tEsT. 60 A 192.0.2.1'])
})

t.test('DNAME redirects the names below it with a synthesized CNAME (RFC 6672 §3.2)', async t => {
  const long = Array(4).fill('x'.repeat(50)).join('.')
  const service = serviceOf(
    zoneOf(
      'test.',
      `$TTL 60\n@ SOA ns host 1 2 3 9 30\n@ NS ns.x.\nold 90 DNAME new\nold A 192.0.2.1\nwww.new A 192.0.2.2\nout DNAME elsewhere.\nlong DNAME ${long}\nself DNAME a.self\n`,
    ),
  )
  const asks = (name: string, type: string) => look(ask(service, name, type))
  const dname = 'old.test. 90 DNAME new.test.'
  t.match(asks('www.old.test.', 'A'), {
    ...{ rcode: 0, aa: true },
    answer: [dname, 'www.old.test. 90 CNAME www.new.test.', 'www.new.test. 60 A 192.0.2.2'],
  })
  t.strictSame(asks('www.old.test.', 'CNAME').answer, [dname, 'www.old.test. 90 CNAME www.new.test.'])
  t.match(
    asks('none.old.test.', 'A'),
    { rcode: 3, answer: [dname, /CNAME none\.new/], authority: [/SOA/] },
    'the target does not exist',
  )
  t.strictSame(asks('old.test.', 'A').answer, ['old.test. 60 A 192.0.2.1'], 'the owner itself is not redirected')
  t.strictSame(asks('old.test.', 'DNAME').answer, [dname])
  t.match(asks('old.test.', 'MX'), { rcode: 0, answer: [] })
  t.match(asks('a.b.out.test.', 'A'), { rcode: 0, answer: [/DNAME/, 'a.b.out.test. 60 CNAME a.b.elsewhere.'] })
  t.match(
    asks(`${'y'.repeat(60)}.long.test.`, 'A'),
    { rcode: 6, answer: [/DNAME/] },
    'YXDOMAIN: the new name is too long',
  )
  t.equal(asks('x.self.test.', 'A').answer.length >= 16, true, 'a loop ends')
})

t.test('ANY over TCP gets all RRsets, over UDP one HINFO (RFC 8482 §4.2)', async t => {
  const service = serviceOf(
    zoneOf('test.', '$TTL 60\n@ SOA ns host 1 2 3 9 30\n@ NS ns.x.\na A 192.0.2.1\na TXT x\nb CNAME a\n'),
  )
  t.match(look(ask(service, 'a.test.', 'ANY')).answer, [/HINFO "RFC8482"/])
  t.strictSame(look(ask(service, 'a.test.', 'ANY', {}, client('tcp'))).answer, [
    'a.test. 60 A 192.0.2.1',
    'a.test. 60 TXT "x"',
  ])
  t.strictSame(look(ask(service, 'b.test.', 'ANY', {}, client('tcp'))).answer, ['b.test. 60 CNAME a.test.'])
})

t.test('only addresses of servers below the zone cut are glue; the others never cause TC (RFC 9471 §3.1)', async t => {
  const many = (name: string) => Array.from({ length: 30 }, (_, i) => `${name} A 192.0.2.${i}\n`).join('')
  const parent = (hosts: string) => zoneOf('test.', `$TTL 60\n@ SOA ns host 1 2 3 9 30\n@ NS ns.x.\n${hosts}`)
  const inDomain = ask(serviceOf(parent(`sub NS ns.sub\n${many('ns.sub')}`)), 'www.sub.test.', 'A')
  t.match(inDomain, { tc: true, additional: [] })
  const sibling = ask(serviceOf(parent(`sub NS ns.other\n${many('ns.other')}`)), 'www.sub.test.', 'A')
  t.match(sibling, { tc: false, additional: [], authority: [{}] }, 'addresses that the client can query')
  const foreign = zoneOf('x.', '$TTL 60\n@ SOA ns host 1 2 3 9 30\n@ NS ns\nns A 192.0.2.9\n')
  t.match(
    look(ask(serviceOf(parent(''), foreign), 'test.', 'NS')),
    { additional: [] },
    'no addresses from another zone',
  )
})
