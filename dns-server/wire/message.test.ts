import { createRequire } from 'node:module'
import t from 'tap'
import { PLAIN_EDNS, queryOf, show } from '../testing/ask.ts'
import { CLASS, TYPE } from './codes.ts'
import { OPTION } from './edns.ts'
import { type Draft, decodeMessage, encodeMessage } from './message.ts'
import { parseName } from './name-text.ts'

const { Packet } = createRequire(import.meta.url)('dns2') as typeof import('dns2')

const HEADER = {
  id: 0xbeef,
  qr: true,
  opcode: 0,
  aa: true,
  tc: false,
  rd: true,
  ra: false,
  ad: false,
  cd: false,
  rcode: 0,
}
const name = parseName('www.meutrabalho.com.br.')
const addresses = (count: number) => Array.from({ length: count }, (_, i) => ({ address: `192.0.2.${i}` }))
const draft = (count: number, more: Partial<Draft> = {}): Draft => ({
  ...HEADER,
  questions: [{ name, type: TYPE.A, class: CLASS.IN }],
  answer: [{ name, type: TYPE.A, class: CLASS.IN, ttl: 5, data: addresses(count) }],
  authority: [],
  additional: [],
  edns: undefined,
  ...more,
})

t.test('encodeMessage() writes the format of RFC 1035 §4.1, octet by octet', async t => {
  const expected = [
    'beef 8500 0001 0002 0000 0000', // ID, QR AA RD, one question, two answers
    '03777777 0b6d65757472616261 6c686f 03636f6d 026272 00 0001 0001', // www.meutrabalho.com.br A IN
    'c00c 0001 0001 00000005 0004 c0000200', // a pointer to octet 12, A IN 5 s, 192.0.2.0
    'c00c 0001 0001 00000005 0004 c0000201',
  ]
  t.equal(encodeMessage(draft(2), 512).toString('hex'), expected.join('').replaceAll(' ', ''))
})

t.test('dns2 reads what encodeMessage() writes, and decodeMessage() what dns2 writes', async t => {
  const theirs = Packet.parse(encodeMessage(draft(3), 512))
  t.match(theirs.header, { id: 0xbeef, qr: 1, aa: 1, tc: 0, rd: 1, ra: 0, rcode: 0, ancount: 3 })
  t.strictSame(
    theirs.answers.map(({ name, ttl, address }) => `${name} ${ttl} ${address}`),
    ['0', '1', '2'].map(i => `www.meutrabalho.com.br 5 192.0.2.${i}`),
  )
  const ours = decodeMessage(theirs.toBuffer())
  t.strictSame(show(ours.answer), show(decodeMessage(encodeMessage(draft(3), 512)).answer))
})

t.test('a full message is truncated: the whole RRset is left out and TC is set (RFC 2181 §9)', async t => {
  // 12 + 28 + 29 × 16 = 504 octets; a 30th address would need 520.
  const fits = decodeMessage(encodeMessage(draft(29), 512))
  t.match(fits, { tc: false, answer: { length: 29 } })
  const octets = encodeMessage(draft(30), 512)
  t.equal(octets.length, 12 + 28, 'header and question remain')
  t.match(decodeMessage(octets), { tc: true, answer: [], questions: [{ type: TYPE.A }] })
})

t.test('a truncated message keeps its OPT record (RFC 6891 §7)', async t => {
  const octets = encodeMessage(draft(100, { edns: PLAIN_EDNS }), 512)
  t.match(decodeMessage(octets), { tc: true, answer: [], edns: { payload: 1232, version: 0 } })
  // 504 octets and an OPT of 11 are 515: too many.
  t.match(decodeMessage(encodeMessage(draft(29, { edns: PLAIN_EDNS }), 512)), { tc: true })
  t.match(decodeMessage(encodeMessage(draft(28, { edns: PLAIN_EDNS }), 512)), { tc: false })
})

t.test('an explanation (EDE) is sent only when it fits, and never displaces a record (RFC 8914 §3)', async t => {
  const sent = (records: number, explanation: number, more: Partial<Draft> = {}) => {
    const options = [
      { code: OPTION.NSID, data: Buffer.from('ns1') },
      { code: OPTION.EDE, data: Buffer.alloc(explanation) },
    ]
    const message = decodeMessage(encodeMessage(draft(records, { edns: { ...PLAIN_EDNS, options }, ...more }), 512))
    return { ...message, options: message.edns?.options.map(({ code }) => code) }
  }
  // 12 + 28 + 27 × 16 + 11 + 7 are 490 octets; an explanation needs four more than its data.
  t.match(sent(27, 18), { tc: false, answer: { length: 27 }, options: [OPTION.NSID, OPTION.EDE] }, '512 octets')
  t.match(sent(27, 19), { tc: false, answer: { length: 27 }, options: [OPTION.NSID] }, 'one more')
  t.match(sent(28, 3), { tc: false, answer: { length: 28 }, options: [OPTION.NSID] })
  const additional = draft(2).answer
  t.match(
    sent(25, 19, { additional }),
    { tc: false, additional: { length: 2 }, options: [OPTION.NSID] },
    'useful addresses first',
  )
  t.match(sent(100, 18), { tc: true, answer: [], options: [OPTION.NSID, OPTION.EDE] }, 'it fits again')
})

t.test('additional records are left out without TC, glue is not (RFC 2181 §9, RFC 9471 §3.1)', async t => {
  const additional = draft(40).answer
  t.match(decodeMessage(encodeMessage(draft(1, { additional }), 512)), { tc: false, additional: [] })
  t.match(decodeMessage(encodeMessage(draft(1, { additional: [], glue: additional }), 512)), {
    tc: true,
    additional: [],
  })
})

t.test('decodeMessage() refuses two OPT records, and one whose owner is not the root (RFC 6891 §6.1)', async t => {
  const query = queryOf('br.', 'A', { edns: {} })
  const opt = query.subarray(query.length - 11)
  const two = Buffer.concat([query, opt])
  two.writeUInt16BE(2, 10)
  t.throws(() => decodeMessage(two), /more than one OPT record/)
  const owned = Buffer.concat([query.subarray(0, -11), Buffer.from('\x01a', 'latin1'), opt])
  t.throws(() => decodeMessage(owned), /owner of an OPT record must be the root/)
})

t.test('decodeMessage() refuses a message that ends too early at any octet', async t => {
  const whole = encodeMessage(draft(3, { edns: PLAIN_EDNS }), 512)
  for (let length = 0; length < whole.length; length++) {
    t.throws(() => decodeMessage(whole.subarray(0, length)), { name: 'FormatError' }, `${length} octets`)
  }
})
