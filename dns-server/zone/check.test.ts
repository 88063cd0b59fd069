import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { withProgram } from '../testing/installed.ts'
import { parseName } from '../wire/name-text.ts'
import { checkZone, formatProblem } from './check.ts'
import { serialGrew } from './rules.ts'
import { checkZoneFile, zoneFilesIn } from './zone-files.ts'

const TOP = '$TTL 9\n@ SOA ns host 1 2 3 5 5\n@ NS ns\nns A 192.0.2.1\n'

/** Files that are served, and files that are not, with the words that the report must have. */
const GOOD: [file: string, warning?: string][] = [
  [TOP],
  [`${TOP}www A 192.0.2.1\nwww A 192.0.2.2\nwww AAAA 2001:db8::1\n`],
  [`${TOP}other.example. A 192.0.2.1\n`, 'other.example. is not in the zone test.: record ignored'],
  [`${TOP}www A 192.0.2.1\nwww A 192.0.2.1\n`, 'duplicate record of www.test. A ignored'],
  [`${TOP}@ NS NS\n`, 'duplicate record of test. NS ignored'],
  [`${TOP}@ MX 65 ns\n@ MX 97 ns\n`],
  [`${TOP}www 1 A 192.0.2.1\nwww 2 A 192.0.2.2\n`, 'the TTLs of www.test. A differ: 1 is used'],
  [`${TOP}@ NS ns.elsewhere.\n`],
  [`${TOP}sub NS ns.sub\nns.sub A 192.0.2.7\n`],
  [`${TOP}@ MX 10 mail.sub\nsub NS ns.elsewhere.\n`],
  [`${TOP}*.x TXT "wild"\n_a._tcp SRV 1 2 3 www\nwww A 192.0.2.1\n`],
  [`${TOP}x CAA 0 issue "a"\ny HTTPS 1 . alpn=h2\nz TYPE65280 \\# 1 aa\n`],
  [`${TOP}a\\.b A 192.0.2.1\n\\097 A 192.0.2.2\n`],
  [`${TOP}loop CNAME loop\n`],
  // RRSIG, NSEC and KEY may accompany an alias (RFC 4035 §2.5).
  [`${TOP}www CNAME ns\nwww RRSIG \\# 26 00050502000000097fffffff000000010a52 0474657374 00 abcd\n`],
  [`${TOP}www NSEC \\# 11 0178047465737400 000104\nwww CNAME ns\n`],
  [`${TOP}www CNAME ns\nwww KEY \\# 6 01000305abcd\n`],
  [`${TOP}www CNAME ns.test\n`, "ns.test.test. has the zone's name twice: is a final dot missing"],
  [`${TOP}www.test A 192.0.2.1\n`, "www.test.test. has the zone's name twice"],
  [`${TOP}www CNAME 172.20.0.20\n`, 'www.test. CNAME names 172.20.0.20.test.: write a name, not an address'],
  [`${TOP}@ MX 10 172.20.0.3\n`, 'test. MX names 172.20.0.3.test.: write a name, not an address'],
  [TOP.replace('host', 'host@test.'), 'the mailbox of the SOA is written with a dot, host.test…, not with @'],
  [`${TOP}my_host A 192.0.2.1\n`, 'my_host.test. is not a host name: use letters, digits and hyphens'],
  [
    `${TOP}p\xc3\xa1gina A 192.0.2.1\n`,
    'p\\195\\161gina.test. has letters that browsers encode before they ask: write xn--pgina-xqa.test.',
  ],
  [`${TOP}www CNAME wwww\n`, 'www.test. is an alias of wwww.test., which is not in this zone'],
]
const BAD: [file: string, error: string][] = [
  ['', 'test. has no SOA record'],
  ['$TTL 9\n@ SOA a b 1 2 3 4 5\n', 'test. has no NS record'],
  ['$TTL 9\n@ NS ns\nns A 192.0.2.1\n', 'test. has no SOA record'],
  [`${TOP}@ SOA ns host 2 2 3 4 5\n`, 'test. has 2 SOA records'],
  [`${TOP}www SOA ns host 1 2 3 4 5\n`, 'the SOA record must be at the apex'],
  [`${TOP}www CNAME ns\nwww A 192.0.2.1\n`, 'www.test. has a CNAME and other data'],
  [`${TOP}www CNAME ns\nwww TYPE65280 \\# 1 aa\n`, 'www.test. has a CNAME and other data'],
  [`${TOP}@ CNAME ns\n`, 'test. has a CNAME and other data'],
  [`${TOP}www CNAME a\nwww CNAME b\n`, 'www.test. has more than one CNAME'],
  ['$TTL 9\n@ SOA ns host 1 2 3 4 5\n@ NS ns\n', 'test. NS names ns.test., which has no address in this zone'],
  [`${TOP}@ NS alias\nalias CNAME ns\n`, 'test. NS names alias.test., which is an alias'],
  [`${TOP}www A 192.0.2\n`, '"192.0.2" is not an IPv4 address'],
  [`${TOP}www A 192.0.2.1 extra\n`, '"extra" is too much in this entry'],
  [`${TOP}www TXT "open\n`, 'this quote is not closed'],
  [`${TOP}www TXT ( a\n`, 'this parenthesis is not closed'],
  [`${TOP}www WHAT a\n`, '"WHAT" is not a type'],
  [`${TOP}a..b A 192.0.2.1\n`, 'has an empty label'],
  [`${TOP}${'a'.repeat(64)} A 192.0.2.1\n`, 'the limit is 63'],
  [`${TOP}www MX mail\n`, 'is not a whole number'],
]

function check(text: string) {
  const { zone, problems } = checkZone(text, 'db.test', parseName('test.'))
  return { zone, report: problems.map(formatProblem).join('\n') }
}

t.test('checkZone() accepts zones that can be served, with warnings', async t => {
  for (const [text, warning] of GOOD) {
    const { zone, report } = check(text)
    t.ok(zone, `${text}\n${report}`)
    if (warning)
      t.ok(
        report.split('\n').some(line => line.includes('warning: ') && line.includes(` · ${warning}`)),
        `${warning}\n${report}`,
      )
    for (const line of report.split('\n').filter(Boolean)) t.match(line, / · /, 'in Portuguese and English')
  }
})

t.test('checkZone() refuses zones that cannot be served, with the reason and the position', async t => {
  for (const [text, error] of BAD) {
    const { zone, report } = check(text)
    t.notOk(zone, text)
    t.ok(report.includes(error), `${error}\n${report}`)
    t.match(report, /^db\.test:\d+:\d+: error: .* · ./m, 'with its position, in Portuguese and English')
  }
})

t.test('checkZone() agrees with named-checkzone about each of these files', withProgram('named-checkzone'), async t => {
  const folder = mkdtempSync(join(tmpdir(), 'zones-'))
  t.teardown(() => execFileSync('rm', ['-r', folder]))
  const served = (text: string) => {
    const file = join(folder, 'db.test')
    writeFileSync(file, text)
    try {
      execFileSync('named-checkzone', ['test', file], { stdio: 'pipe' })
      return true
    } catch {
      return false
    }
  }
  for (const [text] of GOOD) t.equal(served(text), true, `good: ${text}`)
  for (const [text] of BAD) t.equal(served(text), false, `bad: ${text}`)
})

t.test('serialGrew() wraps around (RFC 1982 §3.2)', async t => {
  t.ok(serialGrew(1, 2))
  t.ok(serialGrew(0xffffffff, 0))
  t.ok(serialGrew(0, 0x7fffffff))
  t.notOk(serialGrew(0, 0x80000000))
  t.notOk(serialGrew(2, 1))
  t.notOk(serialGrew(7, 7))
})

t.test(
  "the lab's own zones have no problems, and named-checkzone finds none either",
  withProgram('named-checkzone'),
  async t => {
    const files = zoneFilesIn('dns-server/zones')
    t.equal(files.length, 2)
    for (const file of files) {
      const { zone, problems } = checkZoneFile(file)
      t.strictSame(problems, [])
      const origin = file.replace(/.*\/db\./, '')
      execFileSync('named-checkzone', [origin, file], { stdio: 'pipe' })
      t.ok(zone)
    }
  },
)

/** The attack: a zone file from another person, whose errors contain sequences that change the title or the input of a terminal. */
t.test('formatProblem() writes no control characters', async t => {
  const zone = '$TTL 9\n$INCLUDE \x1b]0;title\x07x\na\xc2\x9b31m A 1\nb \x9b31m x\n$\x1b[2J\n'
  const { problems } = checkZone(zone, 'db.\x1b[2Jtest', parseName('test.'))
  t.equal(problems.length, 4)
  for (const line of problems.map(formatProblem)) t.notMatch(line, /[\x00-\x1f\x7f-\x9f]/, line)
})
