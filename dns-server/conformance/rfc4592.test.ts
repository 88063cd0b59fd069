/**
 * RFC 4592, wildcards: the zone of §2.2.1 and every question about it in the RFC, with the reason that the RFC gives.
 */
import t from 'tap'
import { queryOf, show } from '../testing/ask.ts'
import { ServerProcess } from './testing/server-process.ts'

const SOA = 'example. 300 SOA ns.example.com. hostmaster.example.com. 1 3600 600 86400 300'
const MX_HOST = '192.0.2.1'

/** "The following responses would be synthesized from one of the wildcards in the zone" */
const SYNTHESIZED = [
  { qname: 'host3.example.', qtype: 'MX', answer: ['host3.example. 3600 MX 10 host1.example.'] },
  { qname: 'host3.example.', qtype: 'A', answer: [], why: 'there is no A RR at *.example: no error, but no data' },
  { qname: 'foo.bar.example.', qtype: 'TXT', answer: ['foo.bar.example. 3600 TXT "this is a wildcard"'] },
]

/** "The following responses would not be synthesized from any of the wildcards in the zone" */
const NOT_SYNTHESIZED = [
  { qname: 'host1.example.', qtype: 'MX', rcode: 0, why: 'because host1.example. exists' },
  { qname: 'sub.*.example.', qtype: 'MX', rcode: 0, why: 'because sub.*.example. exists' },
  { qname: '_telnet._tcp.host1.example.', qtype: 'SRV', rcode: 3, why: 'because _tcp.host1.example. exists (no data)' },
  { qname: 'ghost.*.example.', qtype: 'MX', rcode: 3, why: 'because *.example. exists' },
]

t.test('wildcards: RFC 4592', async t => {
  const server = await ServerProcess.start(t, { zones: { example: 'db.example' } })
  const ask = (qname: string, qtype: string) => server.ask(queryOf(qname, qtype))

  t.test('§2.2.1: answers that are synthesized', async t => {
    for (const { qname, qtype, answer, why = '' } of SYNTHESIZED) {
      const response = await ask(qname, qtype)
      t.match(response, { aa: true, rcode: 0 }, `${qname} ${qtype}`)
      t.strictSame(show(response.answer), answer, why)
      t.strictSame(show(response.authority), answer.length === 0 ? [SOA] : [])
    }
    const { additional } = await ask('host3.example.', 'MX')
    t.strictSame(show(additional), [`host1.example. 3600 A ${MX_HOST}`])
  })

  t.test('§2.2.1: answers that are not', async t => {
    for (const { qname, qtype, rcode, why } of NOT_SYNTHESIZED) {
      const response = await ask(qname, qtype)
      t.match(response, { aa: true, rcode, answer: [] }, `${qname} ${qtype} ${why}`)
      t.strictSame(show(response.authority), [SOA])
    }
    const delegated = await ask('host.subdel.example.', 'A')
    t.match(delegated, { aa: false, rcode: 0, answer: [] }, 'because subdel.example. exists (and is a zone cut)')
    t.strictSame(show(delegated.authority), [
      'subdel.example. 3600 NS ns.example.com.',
      'subdel.example. 3600 NS ns.example.net.',
    ])
  })

  t.test('§2.2.2: empty non-terminals exist', async t => {
    for (const qname of ['_tcp.host1.example.', '_tcp.host2.example.', 'host2.example.']) {
      t.match(await ask(qname, 'TXT'), { aa: true, rcode: 0, answer: [] }, qname)
    }
  })

  t.test('§2.3: a query for the name of the wildcard itself gets its records', async t => {
    t.strictSame(show((await ask('*.example.', 'TXT')).answer), ['*.example. 3600 TXT "this is a wildcard"'])
    t.strictSame(show((await ask('sub.*.example.', 'TXT')).answer), [
      'sub.*.example. 3600 TXT "this is not a wildcard"',
    ])
    t.match(await ask('*.example.', 'A'), { aa: true, rcode: 0, answer: [] })
  })

  t.test('§3.3.1: the closest encloser decides, whatever the number of labels in between', async t => {
    t.strictSame(show((await ask('a.b.c.d.example.', 'TXT')).answer), [
      'a.b.c.d.example. 3600 TXT "this is a wildcard"',
    ])
    t.match(await ask('a.b.host1.example.', 'TXT'), { rcode: 3 }, 'host1.example. has no wildcard below it')
    t.match(await ask('*.host1.example.', 'TXT'), { rcode: 3 }, 'an asterisk in the query matches like any other label')
  })

  t.test('the owner of a synthesized record is the queried name, with its case (§2.2.3, RFC 4343 §4)', async t => {
    t.strictSame(show((await ask('HoSt3.ExAmPlE.', 'TXT')).answer), ['HoSt3.ExAmPlE. 3600 TXT "this is a wildcard"'])
  })
})
