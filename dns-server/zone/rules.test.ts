import t from 'tap'
import { show } from '../testing/ask.ts'
import { CLASS, TYPE } from '../wire/codes.ts'
import { parseName } from '../wire/name-text.ts'
import { parseMasterFile } from './master-file.ts'
import { zoneFromRecords } from './rules.ts'
import { runAtOnce } from './sliced.ts'
import { recordsIn } from './zone.ts'

const ORIGIN = parseName('test.')
const TOP = '$TTL 9\n@ SOA ns host 1 60 15 600 30\n@ NS ns.x.\n'

/** The rules applied to these records, as for a file or a transfer. */
function rules(
  text: string,
  edit: (records: ReturnType<typeof parseMasterFile>['records']) => typeof records = r => r,
) {
  const { records, errors } = parseMasterFile(text, 'db.test', ORIGIN, () => '')
  if (errors[0]) throw errors[0]
  const problems: string[] = []
  const zone = runAtOnce(
    zoneFromRecords(edit(records), ORIGIN, { file: 'db.test', line: 1, column: 1 }, (severity, { line }, message) =>
      problems.push(`${line} ${severity}: ${message}`),
    ),
  )
  return { zone, problems, records: zone && show([...recordsIn(zone)]) }
}

t.test('zoneFromRecords() ignores records outside of the zone and duplicates, with a warning', async t => {
  const { records, problems } = rules(`${TOP}www A 192.0.2.7\nother.example. A 1.2.3.4\nWWW A 192.0.2.7\n`)
  t.strictSame(records?.slice(2), ['www.test. 9 A 192.0.2.7'])
  t.match(problems, [
    /^5 warning: other\.example\. is not in the zone/,
    /^6 warning: duplicate record of WWW\.test\. A/,
  ])
})

t.test('zoneFromRecords() refuses another class, no NS at the apex, and a CNAME beside other data', async t => {
  const other = rules(TOP, records => records.map(record => ({ ...record, class: CLASS.CH })))
  t.notOk(other.zone)
  t.match(other.problems, [/is of class CH; only class IN is supported/])
  t.match(rules('$TTL 9\n@ SOA ns host 1 60 15 600 30\n'), { zone: undefined, problems: [/has no NS record/] })
  t.match(rules(`${TOP}a CNAME b\na A 192.0.2.1\n`), { zone: undefined, problems: [/has a CNAME and other data/] })
  t.match(rules(`${TOP}a DNAME b\na DNAME c\n`), {
    zone: undefined,
    problems: [/^4 .*more than one DNAME/, /^5 .*more than one DNAME/],
  })
  t.match(rules(`${TOP}a DNAME b\na NS b.x.\n`), { zone: undefined, problems: [/a DNAME and an NS record/] })
})

t.test('zoneFromRecords() keeps the TTL of each RRSIG, which is that of the type it covers (RFC 4034 §3)', async t => {
  const sig = (ttl: number, type: string) =>
    `www ${ttl} RRSIG ${type} 8 2 ${ttl} 20300101000000 20260101000000 1 test. AAAA\n`
  const { records, problems } = rules(`${TOP}www 60 A 192.0.2.1\nwww 300 TXT x\n${sig(60, 'A')}${sig(300, 'TXT')}`)
  t.strictSame(problems, [])
  t.match(
    records?.filter(line => line.includes('RRSIG')),
    [/ 60 RRSIG A /, / 300 RRSIG TXT /],
  )
})

t.test(
  'zoneFromRecords() warns of an SOA whose expire time is less than refresh and retry (RFC 1912 §2.2)',
  async t => {
    t.match(rules(TOP.replace('60 15 600', '60 15 75')).problems, [])
    t.match(rules(TOP.replace('60 15 600', '60 15 74')).problems, [
      /^2 warning: the expire time of the SOA, 74, is less/,
    ])
    t.match(rules(TOP.replace('60 15 600', '0 0 0')).problems, [])
  },
)

t.test('zoneFromRecords() refuses an RRset that does not fit into a message over TCP', async t => {
  const records = (count: number) =>
    Array.from({ length: count }, (_, i) => `big TXT "${String(i).padEnd(250, 'x')}"\n`).join('')
  t.ok(rules(TOP + records(200)).zone)
  t.match(rules(TOP + records(260)), {
    zone: undefined,
    problems: [/the 260 records of big\.test\. TXT do not fit into one message of 65535 octets/],
  })
  const addresses = Array.from({ length: 5000 }, (_, i) => `many A 10.0.${i >> 8}.${i & 255}\n`).join('')
  t.match(rules(TOP + addresses), { zone: undefined, problems: [/the 5000 records/] })
  t.equal(rules(TOP).zone?.apex.rrsets.get(TYPE.NS)?.data.length, 1)
})
