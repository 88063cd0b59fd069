import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import t from 'tap'
import { zoneOf } from '../testing/ask.ts'
import { CLASS, TYPE, typeNumber } from '../wire/codes.ts'
import { parseName } from '../wire/name-text.ts'
import { Reader } from '../wire/reader.ts'
import { decodeRecord, encodeRecord, type Rrset } from '../wire/record.ts'
import { Writer } from '../wire/writer.ts'
import { formatIpv6, parseIpv6 } from './address.ts'
import { decodeRdata, formatRdata, rdataOctets } from './layouts.ts'

const { Packet } = createRequire(import.meta.url)('dns2') as typeof import('dns2')

/** The one RRset of the name x in a zone that holds this record. */
function recordOf(type: string, rdata: string): Rrset {
  const zone = zoneOf('test', `$TTL 60\n@ SOA a b 1 2 3 4 5\n@ NS ns.elsewhere.\nx ${type} ${rdata}\n`)
  return zone.apex.children.get('x')?.rrsets.get(typeNumber(type) as number) as Rrset
}

// Each type: its text, its octets (hex, from the RFC or computed by hand), and the text that is written back.
const CASES: [type: string, rdata: string, hex: string, formatted?: string][] = [
  ['A', '192.0.2.1', 'c0000201'],
  ['AAAA', '2001:DB8:0:0:0:0:0:1', '20010db8000000000000000000000001', '2001:db8::1'],
  ['AAAA', '::ffff:192.0.2.1', '00000000000000000000ffffc0000201', '::ffff:c000:201'],
  ['NS', 'ns1.elsewhere.', '036e7331 09656c73657768657265 00'],
  ['PTR', 'www.elsewhere.', '03777777 09656c73657768657265 00'],
  ['CNAME', 'y', '0179 0474657374 00', 'y.test.'],
  ['MX', '10 mail.elsewhere.', '000a 046d61696c 09656c73657768657265 00'],
  [
    'TXT',
    'plain "in quotes" "a\\"b" \\000',
    '05706c61696e 09696e2071756f746573 03612262 0100',
    '"plain" "in quotes" "a\\"b" "\\000"',
  ],
  ['HINFO', 'RFC8482 ""', '0752464338343832 00', '"RFC8482" ""'],
  ['SRV', '10 60 80 y', '000a003c0050 0179 0474657374 00', '10 60 80 y.test.'],
  ['CAA', '128 issue "ca.example; a=b"', '80 056973737565 63612e6578616d706c653b20613d62'],
  ['SVCB', '1 . port=53', '0001 00 0003 0002 0035'],
  ['HTTPS', '1 .', '0001 00'],
  // The octets of these are from named-rrchecker -u (BIND 9.18).
  ['MB', 'y.test.', '0179047465737400'],
  ['MG', 'y.test.', '0179047465737400'],
  ['MR', 'y.test.', '0179047465737400'],
  ['MINFO', 'y.test. z.elsewhere.', '0179047465737400017a09656c7365776865726500'],
  ['RP', 'y.test. .', '017904746573740000'],
  ['AFSDB', '1 y.test.', '00010179047465737400'],
  ['X25', '"311061700956"', '0c333131303631373030393536'],
  ['ISDN', '"150862028003217" "004"', '0f31353038363230323830303332313703303034'],
  ['RT', '10 y.test.', '000a0179047465737400'],
  ['PX', '10 y.test. z.elsewhere.', '000a0179047465737400017a09656c7365776865726500'],
  ['GPOS', '"-32.6882" "116.8652" "10.0"', '082d33322e36383832083131362e383635320431302e30'],
  ['LOC', '22 54 30.500 S 43 10 30.000 W -2.50m 1m 10000m 10m', '001216137b15999c76bc539000989586'],
  [
    'NAPTR',
    '100 10 "S" "SIP+D2U" "" _sip._udp.elsewhere.',
    '0064000a0153075349502b44325500045f736970045f75647009656c7365776865726500',
  ],
  ['KX', '10 y.test.', '000a0179047465737400'],
  ['DNAME', 'elsewhere.', '09656c7365776865726500'],
  ['SPF', '"v=spf1 -all"', '0b763d73706631202d616c6c'],
  ['NID', '10 0014:4fff:ff20:ee64', '000a00144fffff20ee64'],
  ['L32', '10 10.1.2.0', '000a0a010200'],
  ['L64', '10 2001:0db8:1140:1000', '000a20010db811401000'],
  ['LP', '10 y.test.', '000a0179047465737400'],
  ['EUI48', '00-00-5e-00-53-2a', '00005e00532a'],
  ['EUI64', '00-00-5e-ef-10-00-00-2a', '00005eef1000002a'],
  ['URI', '10 1 "ftp://ftp1.example.com/public"', '000a00016674703a2f2f667470312e6578616d706c652e636f6d2f7075626c6963'],
  ['AVC', '"app-name:WOLFGANG"', '116170702d6e616d653a574f4c4647414e47'],
  ['KEY', '256 3 8 AQPSKmynfzW4kyBv015MUG2DeIQ3', '010003080103d22a6ca77f35b893206fd35e4c506d83788437'],
  ['CERT', '1 12345 8 AQPSKmynfzW4kyBv015MUG2DeIQ3', '00013039080103d22a6ca77f35b893206fd35e4c506d83788437'],
  ['DS', '60485 5 1 2bb183af5f22588179a53b0a98631fad1a292118', 'ec4505012bb183af5f22588179a53b0a98631fad1a292118'],
  ['SSHFP', '2 1 123456789abcdef67890123456789abcdef67890', '0201123456789abcdef67890123456789abcdef67890'],
  [
    'RRSIG',
    'MX 5 3 86400 20030322173103 20030220173103 2642 y.test. q80=',
    '000f0503000151803e7c9dd73e5510d70a520179047465737400abcd',
  ],
  [
    'SIG',
    'MX 5 3 86400 20030322173103 20030220173103 2642 y.test. q80=',
    '000f0503000151803e7c9dd73e5510d70a520179047465737400abcd',
  ],
  [
    'NSEC',
    'y.test. A MX RRSIG NSEC TYPE1234',
    '01790474657374000006400100000003041b000000000000000000000000000000000000000000000000000020',
  ],
  ['DNSKEY', '256 3 5 AQPSKmynfzW4kyBv015MUG2DeIQ3', '010003050103d22a6ca77f35b893206fd35e4c506d83788437'],
  [
    'DHCID',
    'AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA=',
    '000201636fc0b8271c82825bb1ac5c41cf5351aa69b4febd94e8f17cdb95000da48c40',
  ],
  [
    'NSEC3',
    '1 1 12 aabbccdd 2t7b4g4vsa5smi47k61mv5bv1a22bojr NS SOA MX RRSIG DNSKEY NSEC3PARAM',
    '0101000c04aabbccdd14174eb2409fe28bcb4887a1836f957f0a8425e27b000722010000000290',
  ],
  ['NSEC3PARAM', '1 0 12 aabbccdd', '0100000c04aabbccdd'],
  [
    'TLSA',
    '3 1 1 d2abde240d7cd3ee6b4b28c54df034b97983a1d16e8a410e4561cb106618e971',
    '030101d2abde240d7cd3ee6b4b28c54df034b97983a1d16e8a410e4561cb106618e971',
  ],
  ['SMIMEA', '3 1 1 d2abde240d7cd3ee', '030101d2abde240d7cd3ee'],
  ['CDS', '60485 5 1 2bb183af5f22588179a53b0a98631fad1a292118', 'ec4505012bb183af5f22588179a53b0a98631fad1a292118'],
  ['CDNSKEY', '257 3 8 AQPSKmynfzW4kyBv015MUG2DeIQ3', '010103080103d22a6ca77f35b893206fd35e4c506d83788437'],
  ['OPENPGPKEY', 'AQPSKmynfzW4kyBv015MUG2DeIQ3', '0103d22a6ca77f35b893206fd35e4c506d83788437'],
  ['CSYNC', '66 3 A NS AAAA', '000000420003000460000008'],
  [
    'ZONEMD',
    '2018031500 1 1 c68090d90a7aed716bc459f9340e3d7c1370d4d24b7e2fc3a1ddc0b9a87153b9a9713b3c9ae5cc27777f98b8e730044c',
    '7848b78c0101c68090d90a7aed716bc459f9340e3d7c1370d4d24b7e2fc3a1ddc0b9a87153b9a9713b3c9ae5cc27777f98b8e730044c',
  ],
  ['TA', '60485 5 1 2bb183af5f22588179a53b0a98631fad1a292118', 'ec4505012bb183af5f22588179a53b0a98631fad1a292118'],
  ['DLV', '60485 5 1 2bb183af5f22588179a53b0a98631fad1a292118', 'ec4505012bb183af5f22588179a53b0a98631fad1a292118'],
  ['RESINFO', '"qnamemin" "exterr=15-17"', '08716e616d656d696e0c6578746572723d31352d3137'],
  ['WALLET', '"BTC" "bc1q"', '034254430462633171'],
  ['TYPE65280', '\\# 4 0102 0a0b', '01020a0b', '\\# 4 01020a0b'],
  ['TYPE65280', '\\# 0', '', '\\# 0'],
  ['A', '\\# 4 c0000201', 'c0000201', '192.0.2.1'], // RFC 3597 §5: any type may have this form
]

t.test('rdata is the same after conversion from text to octets and back', async t => {
  for (const [type, rdata, hex, formatted = rdata] of CASES) {
    const rrset = recordOf(type, rdata)
    const [data = {}] = rrset.data
    t.equal(rdataOctets(rrset.type, data).toString('hex'), hex.replaceAll(' ', ''), `${type} ${rdata}`)
    t.equal(formatRdata(rrset.type, data), formatted)
    const writer = new Writer()
    encodeRecord({ ...rrset, data }, writer)
    t.strictSame(decodeRecord(new Reader(writer.finish())).data, data, 'decode(encode()) is the same')
  }
})

/** Types without a layout are read as octets without structure (RFC 3597 §3). */
function hasLayout(type: number): boolean {
  try {
    return !('octets' in decodeRdata(type, new Reader(Buffer.alloc(0)), 0))
  } catch {
    return true // it needs more than no octets
  }
}

t.test(
  'every type with a layout has an example above, and a record in the zone that BIND and NSD serve too',
  async t => {
    const zone = readFileSync(new URL('../conformance/zones/db.types.test', import.meta.url), 'utf8')
    // SOA is read from the zone of every test: only the apex may have one.
    // NXT has no text form. BIND serves NSEC3 only in signed zones, and refuses MD and MF.
    const exceptions = ['SOA', 'NXT', 'NSEC3', 'MD', 'MF']
    const types = Object.entries(TYPE).filter(([name, type]) => !exceptions.includes(name) && hasLayout(type))
    t.ok(types.length >= 50)
    const examples = CASES.map(([type]) => type)
    for (const [name, type] of types) {
      t.ok(examples.includes(name), `${name} has an example`)
      t.match(zone, new RegExp(`^[^;\\n]*\\s(${name}|TYPE${type})\\s`, 'm'), `${name} is in db.types.test`)
    }
  },
)

t.test('SVCB and HTTPS: the test vectors of RFC 9460 Appendix D', async t => {
  const vectors: [rdata: string, hex: string][] = [
    ['0 foo.example.com.', '0000 03666f6f 076578616d706c65 03636f6d 00'], // D.1, figure 2
    ['1 .', '0001 00'], // D.2, figure 3
    ['16 foo.example.com. port=53', '0010 03666f6f 076578616d706c65 03636f6d 00 0003 0002 0035'], // 4
    ['1 foo.example.com. key667=hello', '0001 03666f6f 076578616d706c65 03636f6d 00 029b 0005 68656c6c6f'], // 5
    [
      '1 foo.example.com. key667="hello\\210qoo"',
      '0001 03666f6f 076578616d706c65 03636f6d 00 029b 0009 68656c6c6fd2716f6f',
    ], // 6
    [
      '1 foo.example.com. ( ipv6hint="2001:db8::1,2001:db8::53:1" )',
      '0001 03666f6f 076578616d706c65 03636f6d 00 0006 0020 20010db8000000000000000000000001 20010db8000000000000000000530001',
    ], // 7
    [
      '16 foo.example.org. alpn=h2,h3-19 mandatory=ipv4hint,alpn ipv4hint=192.0.2.1',
      '0010 03666f6f 076578616d706c65 036f7267 00 0000 0004 0001 0004 0001 0009 026832 0568332d3139 0004 0004 c0000201',
    ], // 9: keys are sorted on the wire
    [
      '16 foo.example.org. alpn="f\\\\\\\\oo\\\\,bar,h2"',
      '0010 03666f6f 076578616d706c65 036f7267 00 0001 000c 08665c6f6f2c626172 026832',
    ], // 10: a backslash and a comma inside an identifier
  ]
  for (const [rdata, hex] of vectors) {
    const { type, data } = recordOf('SVCB', rdata)
    t.equal(rdataOctets(type, data[0] ?? {}).toString('hex'), hex.replaceAll(' ', ''), rdata)
    const again = recordOf('SVCB', formatRdata(type, data[0] ?? {}))
    t.strictSame(again.data, data, `written back: ${formatRdata(type, data[0] ?? {})}`)
  }
})

t.test('SVCB: the malformed records of RFC 9460 Appendix D.3 are refused', async t => {
  for (const params of [
    'key123=abc key123=def', // figure 11: a key twice
    'mandatory',
    'alpn',
    'port',
    'ipv4hint',
    'ipv6hint', // 12: values missing
    'no-default-alpn=abc', // 13
    'alpn= port=53',
    'mandatory=key123', // 14: missing
    'mandatory=mandatory', // 15
    'mandatory=key123,key123 key123=abc', // 16
  ]) {
    t.throws(() => recordOf('SVCB', `1 foo.example.com. ${params}`), /db\.test:4:.* · /, params)
  }
})

t.test('octets that have no text form are refused', async t => {
  for (const [type, octets] of [
    ['SVCB', '0001 00 0000 0001 00'], // mandatory: half a key
    ['SVCB', '0001 00 0001 0003 056832 '], // alpn: an identifier longer than the value
    ['SVCB', '0001 00 0001 0001 00'], // alpn: an empty identifier
    ['SVCB', '0001 00 0002 0001 00'], // no-default-alpn with a value
    ['SVCB', '0001 00 0003 0001 35'], // port: one octet
    ['SVCB', '0001 00 0004 0003 c00002'], // ipv4hint: three octets
    ['SVCB', '0001 00 0006 0004 c0000201'], // ipv6hint: four octets
    ['SVCB', '0001 00 0003 0002 0035 0001 0003 026832'], // keys out of order
    ['CAA', '00 03 612062 61'], // a tag with a space
    ['CAA', '00 00 61'], // no tag
  ] as const) {
    const hex = octets.replaceAll(' ', '')
    t.throws(() => recordOf(type, `\\# ${hex.length / 2} ${hex}`), /db\.test:4:.* · /, `${type} ${octets}`)
  }
})

t.test('only names of RFC 1035 types are compressed (RFC 3597 §4)', async t => {
  const lengthOf = (type: number, data: Record<string, unknown>) => {
    const writer = new Writer()
    encodeRecord({ name: parseName('a.test.'), type, class: CLASS.IN, ttl: 0, data }, writer)
    return writer.length - 8 - 10 // without owner and fixed fields
  }
  const target = parseName('a.test.')
  t.equal(lengthOf(TYPE.MX, { preference: 1, exchange: target }), 2 + 2, 'MX: a pointer')
  t.equal(lengthOf(TYPE.SRV, { priority: 1, weight: 1, port: 1, target }), 6 + 8, 'SRV: in full')
})

t.test('decodeRecord() refuses rdata that is shorter or longer than RDLENGTH', async t => {
  const record = (hex: string) => new Reader(Buffer.from(`00${hex}`.replaceAll(' ', ''), 'hex'))
  t.throws(() => decodeRecord(record('0001 0001 00000000 0005 c000020100')), /does not fill/)
  t.throws(() => decodeRecord(record('0001 0001 00000000 0003 c0000201')), /does not fill|beyond/)
  t.throws(() => decodeRecord(record('0001 0001 00000000 0005 c0000201')), /RDLENGTH/)
  t.throws(() => decodeRecord(record('0010 0001 00000000 0002 0561 00000000')), /beyond|does not fill/)
})

t.test('dns2 reads the rdata of the types that it has', async t => {
  const theirs = (type: string, rdata: string) => {
    const { data, ...rrset } = recordOf(type, rdata)
    const writer = new Writer()
    for (const count of [0, 0x8000, 0, 1, 0, 0]) writer.u16(count)
    encodeRecord({ ...rrset, data: data[0] ?? {} }, writer)
    return Packet.parse(writer.finish()).answers[0]
  }
  t.match(theirs('MX', '10 mail.elsewhere.'), { priority: 10, exchange: 'mail.elsewhere' })
  t.match(theirs('SRV', '10 60 80 h.elsewhere.'), { priority: 10, weight: 60, port: 80, target: 'h.elsewhere' })
  t.match(theirs('AAAA', '2001:db8::1'), { address: '2001:db8::1' })
  t.match(theirs('CAA', '0 issue "ca.example"'), { flags: 0, tag: 'issue', value: 'ca.example' })
})

t.test('parseIpv6() reads the forms of RFC 4291 §2.2, and formatIpv6() writes the form of RFC 5952 §4', async t => {
  const forms: [string, string | undefined][] = [
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'], // the first of two equal runs
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'], // a single zero group is not shortened
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'], // the longest run
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['10:0:0:0:0:0:0:10', '10::10'],
    ['1::2::3', undefined],
    ['1:2:3:4:5:6:7:8::', undefined],
    ['12345::', undefined],
    [':1', undefined],
    ['1.2.3.4', undefined],
    ['', undefined],
  ]
  for (const [text, formatted] of forms) {
    const groups = parseIpv6(text)
    t.equal(groups && formatIpv6(groups), formatted, text)
  }
})

t.test(
  'SVCB: keys of RFC 9461 and RFC 9540, no-default-alpn only with alpn, no leading zeros (RFC 9460 §2.1, §7.1.1)',
  async t => {
    const hex = (rdata: string) => {
      const { type, data } = recordOf('SVCB', rdata)
      return rdataOctets(type, data[0] ?? {}).toString('hex')
    }
    t.equal(hex('1 . alpn=h2 dohpath=/dns-query{?dns}'), hex('1 . alpn=h2 key7="/dns-query{?dns}"'))
    t.equal(hex('1 . ohttp'), hex('1 . key8'))
    for (const bad of ['1 . no-default-alpn', '1 . key007=x', '1 . dohpath=/dns-query', '1 . dohpath=', '1 . ohttp=1'])
      t.throws(() => recordOf('SVCB', bad), bad)
    t.equal(
      hex('1 Host.Example. alpn=h2'),
      hex('1 host.example. ALPN=h2'),
      'the case of names is ignored in comparisons',
    )
  },
)

t.test('fields of the newer types refuse wrong text', async t => {
  for (const [type, rdata] of [
    ['SSHFP', '1 1 abc'],
    ['SSHFP', '1 1'],
    ['TLSA', '3 1 1 zz'],
    ['DNSKEY', '256 3 8 A?=='],
    ['DNSKEY', '256 3 NOALGORITHM AAAA'],
    ['RRSIG', 'A 8 2 60 20260231000000 20260101000000 1 test. AAAA'],
    ['NSEC', 'a.test. A NOTYPE'],
    ['NSEC3PARAM', '1 0 1 abc'],
    ['EUI48', '00-00-5e-00-53'],
    ['L64', '10 2001:0db8'],
    ['LOC', '91 N 0 E 0m'],
    ['LOC', '10 61 N 0 E 0m'],
    ['LOC', '10 N 0 E high'],
    ['NAPTR', '1 1 S "" ""'],
    ['DS', '1 8 2 abcd'],
    ['SSHFP', '1 1 abcd'],
    ['URI', '1 1 x'],
    ['MD', 'ns'],
  ] as const)
    t.throws(() => recordOf(type, rdata), `${type} ${rdata}`)
})
