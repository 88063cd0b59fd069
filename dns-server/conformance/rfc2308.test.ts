/**
 * RFC 2308, negative answers: NXDOMAIN and NODATA, with and without aliases on the way (§2.1 and §2.2 give them as types 1
 * to 4; a server that is not a resolver gives the one with the SOA: "type 2").
 */
import t from 'tap'
import { queryOf, show } from '../testing/ask.ts'
import { ServerProcess } from './testing/server-process.ts'

const SOA = 'negative.test. 120 SOA ns.negative.test. hostmaster.negative.test. 7 60 15 86400 120'

t.test('negative answers: RFC 2308', async t => {
  const server = await ServerProcess.start(t, {
    zones: { 'negative.test': 'db.negative.test', 'below.test': 'db.below.test' },
  })
  const ask = async (qname: string, qtype: string) => {
    const { rcode, aa, answer, authority, additional } = await server.ask(queryOf(qname, qtype))
    return { rcode, aa, answer: show(answer), authority: show(authority), additional: show(additional) }
  }
  const empty = { answer: [], authority: [SOA], additional: [] }

  t.test('§2.1: NXDOMAIN has the SOA in the authority section, and AA', async t => {
    t.strictSame(await ask('gone.negative.test.', 'A'), { rcode: 3, aa: true, ...empty })
    t.strictSame(await ask('a.gone.www.negative.test.', 'MX'), { rcode: 3, aa: true, ...empty })
  })

  t.test('§2.2: NODATA is NOERROR with only the SOA', async t => {
    t.strictSame(await ask('www.negative.test.', 'AAAA'), { rcode: 0, aa: true, ...empty })
    t.strictSame(await ask('negative.test.', 'TXT'), { rcode: 0, aa: true, ...empty })
    t.strictSame(
      await ask('b.c.negative.test.', 'A'),
      { rcode: 0, aa: true, ...empty },
      'an empty non-terminal (RFC 8020)',
    )
  })

  t.test('§2.1: after aliases the rcode is that of the last name (RFC 6604 §3)', async t => {
    t.strictSame(await ask('triple.negative.test.', 'A'), {
      rcode: 3,
      aa: true,
      ...empty,
      answer: [
        'triple.negative.test. 600 CNAME double.negative.test.',
        'double.negative.test. 600 CNAME single.negative.test.',
        'single.negative.test. 600 CNAME gone.negative.test.',
      ],
    })
    t.strictSame(await ask('nodata.negative.test.', 'AAAA'), {
      rcode: 0,
      aa: true,
      ...empty,
      answer: ['nodata.negative.test. 600 CNAME www.negative.test.'],
    })
  })

  t.test('the SOA is that of the zone in which the chain ended', async t => {
    const { rcode, authority } = await ask('out.negative.test.', 'A')
    t.equal(rcode, 3)
    t.match(authority, [/^below\.test\. /])
  })

  t.test('§3 and §5: the TTL is the lesser of that of the SOA and its MINIMUM', async t => {
    t.match((await ask('gone.negative.test.', 'A')).authority, [/^negative\.test\. 120 SOA/], '3600 and 120')
    t.match((await ask('gone.below.test.', 'A')).authority, [/^below\.test\. 60 SOA/], '60 and 900')
    t.match(
      (await ask('negative.test.', 'SOA')).answer,
      [/^negative\.test\. 3600 SOA/],
      'in an answer it has its own TTL',
    )
  })

  t.test('a loop of aliases ends (RFC 1034 §3.6.2)', async t => {
    t.match(await ask('loop.negative.test.', 'A'), { rcode: 0, aa: true })
    t.strictSame((await ask('self.negative.test.', 'A')).answer, ['self.negative.test. 600 CNAME self.negative.test.'])
    t.equal((await ask('loop.negative.test.', 'A')).answer.length, 2)
  })
})
