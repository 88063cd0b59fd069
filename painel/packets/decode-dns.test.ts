import t from 'tap'
import { decodeDns } from './decode-dns.ts'

/** The answer to `www.meutrabalho.com.br A` in docs/life-of-a-request.md: three records, with compression pointers. */
const HEAD = '34d885000001000300000000'
const QUESTION = '03777777' + '0b6d65757472616261' + '6c686f' + '03636f6d' + '026272' + '00' + '00010001'
const records = (last: string[]) => last.map(octet => `c00c00010001000000050004${octet}`).join('')
const ANSWER = HEAD + QUESTION + records(['7f140014', '7f140015', '7f140016'])

t.test('decodeDns() shows header, question and records as dns2 reads them', async t => {
  t.strictSame(decodeDns(ANSWER), {
    lines: [
      'ID 13528 · qr aa rd · NOERROR',
      '? www.meutrabalho.com.br A',
      '= www.meutrabalho.com.br 5 A 127.20.0.20',
      '= www.meutrabalho.com.br 5 A 127.20.0.21',
      '= www.meutrabalho.com.br 5 A 127.20.0.22',
    ],
    disagreements: [],
  })
})

t.test('decodeDns() says where the two decoders disagree, and does not fail', async t => {
  // A count of four records with three in the message: dns2 stops quietly, the lab's own code refuses it.
  const tampered = ANSWER.replace('85000001000300000000', '85000001000400000000')
  const { lines, disagreements } = decodeDns(tampered)
  t.ok(lines.length > 0)
  t.ok(disagreements.length > 0, disagreements.join(' | '))
  t.match(decodeDns('00').lines[0], /^not a DNS message/)
})
