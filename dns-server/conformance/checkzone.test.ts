/**
 * `zone check` and `named-checkzone` on the same files, good and bad: which of them may be served. Where the results differ, the case
 * has the reason.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { checkZoneFile } from '../zone/zone-files.ts'
import { missing } from './testing/peers.ts'

const APEX = '$TTL 60\n@ IN SOA ns host 1 60 15 86400 30\n@ NS ns\nns A 192.0.2.1\n'
const x63 = 'x'.repeat(63)

type ZoneCase = readonly [what: string, text: string, differs?: string | undefined]

/** Complete files, without the apex above. */
const WHOLE: readonly ZoneCase[] = [
  ['an empty file', ''],
  ['comments only', '; nothing\n'],
  ['no SOA', '$TTL 60\n@ NS ns\nns A 192.0.2.1\n'],
  ['no NS', '$TTL 60\n@ SOA ns host 1 2 3 4 5\nns A 192.0.2.1\n'],
  ['two SOA records', `${APEX}@ IN SOA ns host 2 60 15 86400 30\n`],
  ['the same SOA twice', `${APEX}@ IN SOA ns host 1 60 15 86400 30\n`],
  ['an SOA below the apex', `${APEX}sub SOA ns host 1 2 3 4 5\n`],
  ['no TTL except in the SOA', '@ IN SOA ns host 1 60 15 86400 30\n@ NS ns\nns A 192.0.2.1\n'],
  ['no final line feed', APEX.trimEnd()],
  ['CR LF', APEX.replaceAll('\n', '\r\n')],
  ['a TTL before the class', '$TTL 60\n@ 5 IN SOA ns host 1 2 3 4 5\n@ 5 IN NS ns\nns 5 IN A 192.0.2.1\n'],
  ['a class before the TTL', '$TTL 60\n@ IN 5 SOA ns host 1 2 3 4 5\n@ IN 5 NS ns\nns IN 5 A 192.0.2.1\n'],
  ['times with units', '$TTL 1h\n@ SOA ns host 1 1h 15m 1w2d 30s\n@ NS ns\nns 1d A 192.0.2.1\n'],
  ['the SOA over several lines', '$TTL 60\n@ SOA ns host (\n1 ; serial\n2\n3\n4 5 )\n NS ns\nns A 192.0.2.1\n'],
  ['a parenthesis in the middle of a line', '$TTL 60\n@ SOA ( ns host 1\n2 3 4 5 )\n@ NS ( ns )\nns A 192.0.2.1\n'],
  [
    'the zone by its full name',
    '$TTL 60\nx.test. SOA ns.x.test. host.x.test. 1 2 3 4 5\nx.test. NS ns\nns A 192.0.2.1\n',
  ],
  ['records before the SOA', '$TTL 60\n@ NS ns\nns A 192.0.2.1\n@ SOA ns host 1 2 3 4 5\n'],
  ['the first owner omitted', '$TTL 60\n SOA ns host 1 2 3 4 5\n NS ns\nns A 192.0.2.1\n'],
  ['another class', APEX.replaceAll(' IN ', ' CH ')],
]

/** Read after the apex above. */
const BODIES: readonly ZoneCase[] = [
  // owners and names
  ['a name over 255 octets', `${Array(4).fill(x63).join('.')} A 192.0.2.1\n`],
  ['a label of 63 octets', `${x63} A 192.0.2.1\n`],
  ['a label of 64 octets', `x${x63} A 192.0.2.1\n`],
  ['an empty label', 'a..b A 192.0.2.1\n'],
  ['a dot at the beginning', '.a A 192.0.2.1\n'],
  ['an escaped dot', 'a\\.b A 192.0.2.1\n'],
  ['an escaped octet', 'a\\255b A 192.0.2.1\n'],
  ['an escape over 255', 'a\\256b A 192.0.2.1\n'],
  ['an escape of two digits', 'a\\25 A 192.0.2.1\n'],
  ['underscores', '_dmarc TXT "x"\n'],
  ['an owner outside of the zone', 'www.example.org. A 192.0.2.1\n'],
  ['$ORIGIN', '$ORIGIN sub\nwww A 192.0.2.1\n'],
  ['$ORIGIN of another zone', '$ORIGIN example.org.\nwww A 192.0.2.1\n'],
  ['$ORIGIN without a name', '$ORIGIN\n'],
  ['an unknown directive', '$NOSUCH x\n'],
  ['$TTL without a time', '$TTL\n'],
  ['$TTL of a word', '$TTL abc\n'],
  ['$INCLUDE of a missing file', '$INCLUDE nothing-here\n'],
  ['$INCLUDE without a file', '$INCLUDE\n'],
  ['$GENERATE', '$GENERATE 1-2 h$ A 192.0.2.$\n'],
  ['$GENERATE with a step and a modifier', `$GENERATE 0-20/10 h\${5,3,x} A 192.0.2.$\n`],
  ['$GENERATE backwards', '$GENERATE 2-1 h$ A 192.0.2.$\n'],
  ['a wildcard', '* A 192.0.2.1\n'],
  ['an asterisk in the middle', 'a.*.b A 192.0.2.1\n'],
  ['NS at a wildcard', '* NS ns\n'],
  // TTLs and classes
  ['a negative TTL', 'a -1 A 192.0.2.1\n'],
  ['a TTL of 2^31−1', 'a 2147483647 A 192.0.2.1\n'],
  [
    'a TTL of 2^31',
    'a 2147483648 A 192.0.2.1\n',
    'BIND accepts it and serves 0; RFC 2181 §8 does not allow it: an error',
  ],
  ['a TTL of 2^32', 'a 4294967296 A 192.0.2.1\n'],
  ['two TTLs', 'a 5 5 A 192.0.2.1\n'],
  ['TTLs that differ in an RRset', 'a 5 A 192.0.2.1\na 6 A 192.0.2.2\n'],
  ['class CH in a zone of class IN', 'a CH A 192.0.2.1\n'],
  // record types
  ['no type', 'a\n'],
  ['an unknown type', 'a NOSUCH 1\n'],
  ['a meta type', 'a ANY 1\n'],
  ['AXFR as data', 'a AXFR x\n'],
  ['OPT as data', 'a TYPE41 \\# 0\n'],
  ['TYPE0', 'a TYPE0 \\# 0\n'],
  ['TYPE65536', 'a TYPE65536 \\# 0\n'],
  ['unknown rdata', 'a TYPE65280 \\# 4 0a0b0c0d\n'],
  ['unknown rdata in several words', 'a TYPE65280 \\# 4 0a0b 0c0d\n'],
  ['unknown rdata, too short', 'a TYPE65280 \\# 4 0a0b0c\n'],
  ['unknown rdata, too long', 'a TYPE65280 \\# 2 0a0b0c\n'],
  ['unknown rdata, no hexadecimal', 'a TYPE65280 \\# 1 zz\n'],
  ['unknown rdata without \\#', 'a TYPE65280 abcd\n'],
  ['a known type written as unknown', 'a A \\# 4 c0000201\n'],
  ['a known type written as unknown, wrong', 'a A \\# 3 c00002\n'],
  // rdata
  ['no rdata', 'a A\n'],
  ['too much rdata', 'a A 192.0.2.1 192.0.2.2\n'],
  ['an address of three numbers', 'a A 192.0.2\n'],
  ['an address over 255', 'a A 192.0.2.256\n'],
  ['IPv6 for A', 'a A 2001:db8::1\n'],
  ['IPv4 for AAAA', 'a AAAA 192.0.2.1\n'],
  ['IPv6 with two gaps', 'a AAAA 2001::db8::1\n'],
  ['IPv6 of nine groups', 'a AAAA 1:2:3:4:5:6:7:8:9\n'],
  ['IPv6 with IPv4 at its end', 'a AAAA ::ffff:192.0.2.1\n'],
  ['a preference of 65535', '@ MX 65535 ns\n'],
  ['a preference of 65536', '@ MX 65536 ns\n'],
  ['a preference that is not a number', '@ MX ten ns\n'],
  ['MX without a host', '@ MX 10\n'],
  ['null MX (RFC 7505)', '@ MX 0 .\n'],
  ['a string of 255 octets', `a TXT "${'x'.repeat(255)}"\n`],
  ['a string of 256 octets', `a TXT "${'x'.repeat(256)}"\n`],
  ['several strings', 'a TXT "one" two "three"\n'],
  ['an empty string', 'a TXT ""\n'],
  ['TXT without strings', 'a TXT\n'],
  ['a quote not closed', 'a TXT "open\n'],
  ['a semicolon in quotes', 'a TXT "a;b" ; a comment\n'],
  ['an escaped quote', 'a TXT "a\\"b"\n'],
  ['UTF-8 in a string', 'a TXT "maçã"\n'],
  ['SRV', '_a._tcp SRV 0 0 80 ns\n'],
  ['SRV without a port', '_a._tcp SRV 0 0 ns\n'],
  ['SRV to the root: no service', '_a._tcp SRV 0 0 0 .\n'],
  ['CAA', '@ CAA 0 issue "ca.example.net"\n'],
  ['CAA with flags over 255', '@ CAA 256 issue "x"\n'],
  ['CAA with a space in the tag', '@ CAA 0 "is sue" "x"\n'],
  ['HTTPS', '@ HTTPS 1 . alpn=h2 port=443\n'],
  ['HTTPS in alias mode', '@ HTTPS 0 ns\n'],
  ['HTTPS with a key twice', '@ HTTPS 1 . port=1 port=2\n'],
  ['HTTPS with an unknown key name', '@ HTTPS 1 . nosuch=1\n'],
  ['HTTPS with key65280', '@ HTTPS 1 . key65280=abc\n'],
  ['HTTPS with a bad port', '@ HTTPS 1 . port=65536\n'],
  ['HTTPS with mandatory that is missing', '@ HTTPS 1 . mandatory=port alpn=h2\n'],
  ['HTTPS with an IPv6 address as IPv4 hint', '@ HTTPS 1 . ipv4hint=::1\n'],
  ['PTR', '1 PTR ns\n'],
  ['HINFO with one string', 'a HINFO PC\n'],
  ['MD, which is obsolete', 'a MD ns\n'],
  ['SSHFP', 'a SSHFP 1 1 abababababababababababababababababababab\n'],
  ['SSHFP of the wrong length', 'a SSHFP 1 1 abab\n'],
  ['DS with the name of the algorithm', `a DS 1 RSASHA256 2 ${'ab'.repeat(32)}\n`],
  ['DS of the wrong length', 'a DS 1 8 2 abab\n'],
  ['TLSA over several lines', 'a TLSA ( 3 1 1\n aabb\n ccdd )\n'],
  ['NAPTR', 'a NAPTR 100 10 "S" "SIP+D2U" "" _sip._udp\n'],
  ['LOC', 'a LOC 22 54 30.5 S 43 10 30 W 10m 1m\n'],
  ['URI in quotes', 'a URI 1 1 "http://x.test/"\n'],
  ['URI without quotes', 'a URI 1 1 http://x.test/\n'],
  ['CERT with names', 'a CERT PKIX 1 RSASHA256 AAAA\n'],
  ['DNAME', 'a DNAME b\n'],
  ['DNAME twice', 'a DNAME b\na DNAME c\n'],
  ['DNAME and CNAME', 'a DNAME b\na CNAME c\n'],
  ['DNAME at the apex, above the name servers', '@ DNAME b.example.\n'],
  ['DNAME and NS', 'a DNAME b\na NS ns\n', 'RFC 6672 §2.3 does not allow it; BIND accepts it'],
  ['a type without a text form here', 'a APL 1:192.0.2.0/24\n', 'BIND has text forms of more types'],
  ['octets of a type without a text form', 'a APL \\# 7 00011803c00002\n'],
  ['SVCB with dohpath', 'a SVCB 1 ns alpn=h2 dohpath=/q{?dns}\n'],
  ['no-default-alpn without alpn', 'a HTTPS 1 . no-default-alpn\n'],
  ['a key with a leading zero', 'a HTTPS 1 . key007=x\n'],
  ['UTF-8 that ends in A0', 'a TXT voilà\n'],
  // structure
  ['CNAME and A', 'a CNAME ns\na A 192.0.2.1\n'],
  ['two CNAMEs', 'a CNAME ns\na CNAME b\n'],
  ['the same CNAME twice', 'a CNAME ns\na CNAME ns\n'],
  ['CNAME at the apex', '@ CNAME ns\n'],
  ['CNAME to nothing', 'a CNAME nothing\n'],
  ['a record twice', 'a A 192.0.2.1\na A 192.0.2.1\n'],
  ['the NS of the apex has no address', '@ NS nothing\n'],
  ['the NS of the apex is an alias', '@ NS a\na CNAME ns\n'],
  ['the NS of the apex is below a zone cut', '@ NS q.sub\nsub NS ns\n'],
  ['the NS of the apex is in another zone', '@ NS ns.example.org.\n'],
  ['a delegation without glue', 'sub NS ns.sub\n'],
  ['a delegation to nothing', 'sub NS nothing\n'],
  ['a delegation to an alias', 'sub NS a\na CNAME ns\n'],
  ['MX to nothing', '@ MX 10 nothing\n'],
  ['MX to an alias', '@ MX 10 a\na CNAME ns\n'],
  ['MX to an address', '@ MX 10 192.0.2.1\n'],
  ['records below a cut', 'sub NS ns\nwww.sub A 192.0.2.1\nwww.sub TXT "hidden"\n'],
  // parentheses
  ['a parenthesis not closed', 'a TXT ( "x"\n'],
  ['a parenthesis not opened', 'a TXT "x" )\n'],
  ['parentheses in parentheses', 'a TXT ( ( "x" ) )\n'],
  ['a comment in parentheses', 'a TXT ( "x" ; no ) here\n)\n'],
]

t.test('zone check and named-checkzone', { skip: missing('named-checkzone') ?? '' }, async t => {
  const folder = mkdtempSync(join(tmpdir(), 'checkzone-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'db.x.test')
  const cases = [...WHOLE, ...BODIES.map(([what, text, differs]): ZoneCase => [what, APEX + text, differs])]
  for (const [what, text, differs] of cases) {
    writeFileSync(path, text)
    const theirs = spawnSync('named-checkzone', ['-i', 'local', 'x.test', path], { encoding: 'utf8', cwd: folder })
    const { zone, problems } = checkZoneFile(path)
    if (differs === undefined) t.equal(zone !== undefined, theirs.status === 0, `${what}: ${theirs.stdout}`)
    else t.not(zone !== undefined, theirs.status === 0, `${what}: still different (${differs})`)
    if (!zone) t.ok(problems.some(({ place }) => place.line > 0 && place.column > 0 && place.file === path))
  }
})

const OWN = 'dns-server/zones/db.meutrabalho.com.br'

t.test('the zone file of the lab is ASCII outside of comments: Knot refuses other octets', async t => {
  const records = readFileSync(OWN, 'utf8')
    .split('\n')
    .map(line => line.replace(/;.*/, ''))
  t.ok(records.length > 80)
  t.strictSame(
    records.filter(record => !/^[\t\x20-\x7e]*$/.test(record)),
    [],
  )
})

for (const program of ['named-checkzone', 'nsd-checkzone'])
  t.test(`${program} accepts the zone file of the lab`, { skip: missing(program) ?? '' }, async t => {
    const { status, stdout, stderr } = spawnSync(program, ['meutrabalho.com.br', OWN], { encoding: 'utf8' })
    t.equal(status, 0, stdout + stderr)
  })
