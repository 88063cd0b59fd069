/**
 * Queries with exactly one error, each with its rcode; and messages that must not get any response.
 *
 * The attack in the second case: a datagram with QR set, or from a service that answers everything, would be answered with an error,
 * which the other side would answer with an error, and so on without end. A forged source address is enough.
 */
import t from 'tap'
import { CLASS, RCODE, TYPE } from '../wire/codes.ts'
import { decodeMessage } from '../wire/message.ts'
import { type Head, hex, message, name, opt, question } from './testing/octets.ts'
import { framed, ServerProcess } from './testing/server-process.ts'

const www = name('www', 'meutrabalho', 'com', 'br')
const ask = question(www, TYPE.A)
const one = (head: Head, ...body: readonly Buffer[]) => message({ counts: [1, 0, 0, 1], ...head }, ...body)
const longLabels = Array<string>(3).fill('x'.repeat(63))

const REFUSED: readonly (readonly [what: string, octets: Buffer, rcode: number])[] = [
  ['QDCOUNT 0 (RFC 9619 §4)', message({ counts: [0, 0, 0, 0] }), RCODE.FORMERR],
  ['QDCOUNT 2 (RFC 9619 §4)', message({ counts: [2, 0, 0, 0] }, ask, ask), RCODE.FORMERR],
  ['QDCOUNT 65535', message({ counts: [65535, 0, 0, 0] }, ask), RCODE.FORMERR],
  ['a header that announces a question, and nothing else', message({}), RCODE.FORMERR],
  ['a name that ends too early', message({}, hex('03 777777')), RCODE.FORMERR],
  ['no QTYPE', message({}, www), RCODE.FORMERR],
  ['half a QCLASS', message({}, ask.subarray(0, -1)), RCODE.FORMERR],
  ['label type 01 (RFC 6891 §5)', message({}, hex('41 61 00 0001 0001')), RCODE.FORMERR],
  ['label type 10', message({}, hex('81 61 00 0001 0001')), RCODE.FORMERR],
  [
    'a name of 256 octets (RFC 1035 §2.3.4)',
    message({}, question(name(...longLabels, 'x'.repeat(62)), 1)),
    RCODE.FORMERR,
  ],
  ['a pointer to itself', message({}, hex('c00c 0001 0001')), RCODE.FORMERR],
  ['a pointer forward', message({}, hex('c010 0001 0001 00')), RCODE.FORMERR],
  ['a pointer into the header', message({ id: 0 }, hex('c000 0001 0001')), RCODE.FORMERR],
  ['a label, then a pointer into the header', message({ id: 0 }, hex('03 777777 c000 0001 0001')), RCODE.FORMERR],
  ['ANCOUNT counts a missing record', message({ counts: [1, 1, 0, 0] }, ask), RCODE.FORMERR],
  ['ARCOUNT counts a missing record', message({ counts: [1, 0, 0, 1] }, ask), RCODE.FORMERR],
  ['two OPT records (RFC 6891 §6.1.1)', message({ counts: [1, 0, 0, 2] }, ask, opt(), opt()), RCODE.FORMERR],
  ['OPT in the answer section', message({ counts: [1, 1, 0, 0] }, ask, opt()), RCODE.FORMERR],
  ['OPT in the authority section', message({ counts: [1, 0, 1, 0] }, ask, opt()), RCODE.FORMERR],
  ['an OPT record whose owner is not the root (§6.1.2)', one({}, ask, hex('0161'), opt()), RCODE.FORMERR],
  ['an option longer than OPT', one({}, ask, opt(1232, hex('0003 0004 61'))), RCODE.FORMERR],
  ['half an option code', one({}, ask, opt(1232, hex('00'))), RCODE.FORMERR],
  ['RDLENGTH beyond the message', one({}, ask, hex('00 0029 1000 00000000 0010 61')), RCODE.FORMERR],
  ['QTYPE OPT', message({}, question(www, TYPE.OPT)), RCODE.FORMERR],
  ['EDNS version 1 (§6.1.3)', one({}, ask, opt(1232, hex(), { version: 1 })), RCODE.BADVERS],
  ['EDNS version 255', one({}, ask, opt(1232, hex(), { version: 255 })), RCODE.BADVERS],
  ['opcode 1, IQUERY (RFC 3425 §3)', message({ flags: 1 << 11 }, ask), RCODE.NOTIMP],
  ['opcode 2, STATUS', message({ flags: 2 << 11 }, ask), RCODE.NOTIMP],
  ['opcode 3', message({ flags: 3 << 11 }, ask), RCODE.NOTIMP],
  ['opcode 6, DSO, over UDP', message({ flags: 6 << 11, counts: [0, 0, 0, 0] }), RCODE.NOTIMP],
  ['opcode 15', message({ flags: 15 << 11, counts: [0, 0, 0, 0] }), RCODE.NOTIMP],
  ['opcode 15 before octets that cannot be parsed', message({ flags: 15 << 11 }, hex('ffff')), RCODE.NOTIMP],
  ['AXFR over UDP (RFC 5936 §4.2)', message({}, question(name('meutrabalho', 'com', 'br'), TYPE.AXFR)), RCODE.REFUSED],
  ['another zone', message({}, question(name('example', 'org'), TYPE.A)), RCODE.REFUSED],
  ['class HS', message({}, question(www, TYPE.A, CLASS.HS)), RCODE.REFUSED],
]

/** Errors in messages whose records can all be parsed: a query with OPT gets a response with OPT (RFC 6891 §6.1.1). */
const REFUSED_WITH_OPT: readonly (readonly [what: string, octets: Buffer, rcode: number])[] = [
  ['opcode 15 with OPT', one({ flags: 15 << 11 }, ask, opt()), RCODE.NOTIMP],
  ['opcode 2 with OPT and no question', message({ flags: 2 << 11, counts: [0, 0, 0, 1] }, opt()), RCODE.NOTIMP],
  [
    'opcode 15 with EDNS version 1 (§6.1.3)',
    one({ flags: 15 << 11 }, ask, opt(1, hex(), { version: 1 })),
    RCODE.BADVERS,
  ],
  ['OPT without a question (RFC 9619 §4)', message({ counts: [0, 0, 0, 1] }, opt()), RCODE.FORMERR],
  ['OPT behind two questions', message({ counts: [2, 0, 0, 1] }, ask, ask, opt()), RCODE.FORMERR],
  ['a cookie of one octet (RFC 7873 §5.2.2)', one({}, ask, opt(1232, hex('000a 0001 01'))), RCODE.FORMERR],
]

/** A cookie and no question: "a means is provided for obtaining a Server Cookie" (RFC 7873 §5.4). */
const COOKIE_ALONE: readonly (readonly [what: string, cookie: Buffer, rcode: number])[] = [
  ['the client half only', hex('0102030405060708'), RCODE.NOERROR],
  [
    'a server half that this server did not make',
    hex('0102030405060708 0100000000000000 0000000000000000'),
    RCODE.BADCOOKIE,
  ],
]

const FINE: readonly (readonly [what: string, octets: Buffer])[] = [
  ['plain', message({}, ask)],
  ['every flag of a query', message({ flags: 0x0170 }, ask)],
  ['AA, TC, RA and an rcode, which have no meaning in a query', message({ flags: 0x0680 | 0x000f }, ask)],
  ['an empty OPT', one({}, ask, opt())],
  ['an unknown option (RFC 6891 §6.1.2)', one({}, ask, opt(1232, hex('fde9 0003 616263')))],
  ['an option without data', one({}, ask, opt(1232, hex('fde9 0000')))],
  ['every EDNS flag', one({}, ask, opt(1232, hex(), { flags: 0xffff }))],
  [
    'records in all sections of a query',
    message({ counts: [1, 1, 1, 1] }, ask, ...Array(3).fill(hex('00 0001 0001 00000000 0004 7f000001'))),
  ],
  ['a record whose owner is a pointer', one({}, ask, hex('c00c 0001 0001 00000000 0000'))],
  ['OPT between other records', message({ counts: [1, 0, 0, 2] }, ask, opt(), hex('00 0001 0001 00000000 0000'))],
]

/** Not parseable, or not queries: no response at all. */
const SILENT: readonly (readonly [what: string, octets: Buffer])[] = [
  ['an empty datagram', hex()],
  ['one octet', hex('12')],
  ['eleven octets', message({}).subarray(0, 11)],
  ['a response (RFC 1035 §4.1.1, QR)', message({ flags: 0x8000 }, ask)],
  ['a response that is an error', message({ flags: 0x8001 }, ask)],
  ['a response of an unknown opcode', message({ flags: 0x8000 | (15 << 11), counts: [0, 0, 0, 0] })],
  ['a response that is malformed', message({ flags: 0x8000 }, hex('ff'))],
]

t.test('queries with one error', async t => {
  const server = await ServerProcess.start(t)

  t.test('over UDP each gets its rcode and its own ID, and no records', async t => {
    for (const [what, octets, rcode] of [...REFUSED, ...REFUSED_WITH_OPT]) {
      const [answer] = await server.udp(octets)
      if (!answer) {
        t.fail(`${what}: silence`)
        continue
      }
      const response = decodeMessage(answer)
      const whole = response.rcode | ((response.edns?.extendedRcode ?? 0) << 4)
      t.equal(whole, rcode, what)
      t.match(response, {
        id: octets.readUInt16BE(0),
        qr: true,
        aa: false,
        tc: false,
        ra: false,
        answer: [],
        authority: [],
      })
      t.equal(response.opcode, (octets.readUInt8(2) >> 3) & 15, `${what}: the opcode is copied`)
    }
  })

  t.test('OPT is answered with OPT if and only if the whole message can be parsed (RFC 6891 §6.1.1, §7)', async t => {
    const withOpt = [...REFUSED_WITH_OPT, ...REFUSED.filter(([, , rcode]) => rcode === RCODE.BADVERS)]
    for (const [what, octets] of withOpt) {
      const [answer = hex()] = await server.udp(octets)
      t.match(decodeMessage(answer).edns, { version: 0, payload: 1232, options: [] }, what)
    }
    for (const [what, octets, rcode] of REFUSED.filter(([, , rcode]) => rcode !== RCODE.BADVERS)) {
      const [answer = hex()] = await server.udp(octets)
      t.equal(decodeMessage(answer).edns, undefined, `${what}: ${rcode}`)
    }
  })

  t.test('a cookie without a question is answered with a cookie (RFC 7873 §5.4)', async t => {
    const cookieQuery = (cookie: Buffer) =>
      message(
        { counts: [0, 0, 0, 1] },
        opt(1232, Buffer.concat([hex('000a', cookie.length === 8 ? '0008' : '0018'), cookie])),
      )
    const asks = async (cookie: Buffer) => {
      const [answer = hex()] = await server.udp(cookieQuery(cookie))
      const { rcode, edns, questions, answer: records } = decodeMessage(answer)
      t.strictSame([questions, records], [[], []])
      return { rcode: rcode | ((edns?.extendedRcode ?? 0) << 4), cookie: edns?.options[0]?.data ?? hex() }
    }
    for (const [what, cookie, rcode] of COOKIE_ALONE) {
      const first = await asks(cookie)
      t.equal(first.rcode, rcode, what)
      t.strictSame(first.cookie.subarray(0, 8), cookie.subarray(0, 8), 'the client half is returned')
      t.strictSame(
        await asks(first.cookie),
        { rcode: RCODE.NOERROR, cookie: first.cookie },
        'and the server half is accepted',
      )
    }
  })

  t.test('unusual queries that are allowed get an answer', async t => {
    for (const [what, octets] of FINE) {
      const [answer = hex()] = await server.udp(octets)
      const response = decodeMessage(answer)
      t.match(response, { qr: true, aa: true, tc: false, ra: false, rcode: 0, answer: { length: 3 } }, what)
      t.equal(answer.readUInt16BE(2) & 0x0040, 0, 'Z is zero')
      if (response.edns) t.match(response.edns, { version: 0, options: [] }, 'unknown options are not sent back')
    }
  })

  t.test('no response over UDP, and the next query is answered', async t => {
    for (const [what, octets] of SILENT) t.strictSame(await server.udp(octets), [], what)
  })

  t.test('no response over TCP either, and the connection stays open', async t => {
    const plain = message({ id: 7 }, ask)
    for (const [what, octets] of SILENT.filter(([, octets]) => octets.length >= 12)) {
      const answers = await server.tcp(framed(octets), framed(plain))
      t.strictSame(
        answers.map(answer => answer.readUInt16BE(0)),
        [7],
        what,
      )
    }
  })

  t.test('the case of the question is returned unchanged (0x20), in question and answer', async t => {
    const mixed = name('wWw', 'MeuTrabalho', 'cOM', 'bR')
    const [answer = hex()] = await server.udp(message({}, question(mixed, TYPE.A)))
    t.strictSame(answer.subarray(12, 12 + mixed.length), mixed)
    t.strictSame(decodeMessage(answer).answer[0]?.name, ['wWw', 'MeuTrabalho', 'cOM', 'bR'])
  })

  t.test('a label may have any octet (RFC 2181 §11), and a name up to 255 octets', async t => {
    const odd = name('a.b', '\0\xff', 'meutrabalho', 'com', 'br')
    t.match(decodeMessage((await server.udp(message({}, question(odd, TYPE.A))))[0] ?? hex()), {
      rcode: RCODE.NXDOMAIN,
    })
    const longest = name(...longLabels, 'x'.repeat(61))
    t.equal(longest.length, 255)
    const [answer = hex()] = await server.udp(message({}, question(longest, TYPE.A)))
    t.match(decodeMessage(answer), { rcode: RCODE.REFUSED, questions: [{ name: [...longLabels, 'x'.repeat(61)] }] })
  })
})
