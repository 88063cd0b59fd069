/**
 * The size of a UDP response: truncation with and without EDNS, at the exact octet; what is left out with TC, and what without.
 */
import t from 'tap'
import { queryOf } from '../testing/ask.ts'
import { decodeMessage } from '../wire/message.ts'
import { framed, ServerProcess } from './testing/server-process.ts'

t.test('the limits of UDP', async t => {
  const server = await ServerProcess.start(t, { zones: { 'limits.test': 'db.limits.test' } })
  const ask = async (label: string, type: string, payload?: number) => {
    const edns = payload === undefined ? {} : { edns: { payload } }
    const [octets = Buffer.alloc(0)] = await server.udp(queryOf(`${label}.limits.test.`, type, edns))
    const { tc, rcode, answer, authority, additional, edns: opt, questions } = decodeMessage(octets)
    t.equal(questions.length, 1, 'the question is there')
    t.equal(rcode, 0)
    t.equal(opt !== undefined, payload !== undefined, 'OPT if and only if the query had OPT (RFC 6891 §7)')
    return { length: octets.length, tc, counts: [answer.length, authority.length, additional.length] }
  }

  t.test('without EDNS: 512 octets (RFC 1035 §4.2.1)', async t => {
    t.strictSame(await ask('e512', 'TXT'), { length: 512, tc: false, counts: [1, 0, 0] })
    t.strictSame(await ask('e513', 'TXT'), { length: 34, tc: true, counts: [0, 0, 0] })
  })

  t.test('payload sizes below 512 mean 512 (RFC 6891 §6.2.3)', async t => {
    for (const payload of [0, 1, 511, 512]) {
      t.match(await ask('e513', 'TXT', payload), { length: 45, tc: true }, `${payload}`)
      t.match(await ask('ns', 'A', payload), { tc: false, counts: [1, 0, 0] }, `${payload}`)
    }
    t.match(await ask('e512', 'TXT', 512), { tc: true }, '512 octets and an OPT record are 523')
    t.match(await ask('e512', 'TXT', 522), { tc: true })
    t.match(await ask('e512', 'TXT', 523), { tc: false, length: 523 })
  })

  t.test(
    'the client may accept more, but at most 1232 octets are sent, to avoid fragmentation (RFC 9715 §3.1)',
    async t => {
      for (const payload of [1232, 1233, 4096, 65535]) {
        t.match(await ask('e1232', 'TXT', payload), { tc: false, length: 1232 }, `${payload}`)
        t.match(await ask('e1233', 'TXT', payload), { tc: true, length: 46 }, `${payload}`)
      }
      t.match(await ask('e1232', 'TXT', 1231), { tc: true })
    },
  )

  t.test(
    'required glue that does not fit sets TC; additional addresses that do not fit are left out (RFC 9471 §3.1)',
    async t => {
      t.match(await ask('www.cut', 'A'), { tc: true, counts: [0, 1, 0] })
      t.match(await ask('www.cut', 'A', 1232), { tc: false, counts: [0, 1, 40] })
      t.match(await ask('useful', 'MX'), { tc: false, counts: [1, 0, 0] })
      t.match(await ask('useful', 'MX', 1232), { tc: false, counts: [1, 0, 40] })
    },
  )

  t.test('a truncated answer is complete over TCP (RFC 7766 §5)', async t => {
    const labels = ['e513', 'e1233', 'huge']
    const answers = await server.tcp(...labels.map(label => framed(queryOf(`${label}.limits.test.`, 'TXT'))))
    t.equal(answers.length, labels.length)
    for (const octets of answers) t.match(decodeMessage(octets), { tc: false, answer: { length: 1 } })
  })
})
