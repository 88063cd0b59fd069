/**
 * RFC 7766, DNS over TCP: only the two octets before each message mark its boundaries, wherever the stream is cut.
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import t from 'tap'
import { queryOf } from '../testing/ask.ts'
import { decodeMessage } from '../wire/message.ts'
import { framed, ServerProcess } from './testing/server-process.ts'

const query = (id: number, name = 'www.meutrabalho.com.br.') => framed(queryOf(name, 'A', { id }))
const ids = (answers: readonly Buffer[]) => answers.map(answer => answer.readUInt16BE(0)).sort((a, b) => a - b)
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i)

t.test('DNS over TCP: RFC 7766', async t => {
  const server = await ServerProcess.start(t)

  t.test('§6.2.1.1: pipelined queries of one segment are all answered', async t => {
    const answers = await server.tcp(Buffer.concat(upTo(200).map(i => query(i))))
    t.strictSame(ids(answers), upTo(200))
    for (const octets of answers) t.match(decodeMessage(octets), { rcode: 0, aa: true, tc: false })
  })

  t.test('§8: a message may arrive octet by octet, and its length separately', async t => {
    const two = Buffer.concat([query(1), query(2)])
    const octets = [...two].map(octet => Buffer.from([octet]))
    t.strictSame(ids(await server.tcp(...octets)), [1, 2])
    t.strictSame(ids(await server.tcp(query(3).subarray(0, 2), query(3).subarray(2))), [3])
    t.strictSame(ids(await server.tcp(query(4).subarray(0, 1), query(4).subarray(1))), [4])
  })

  t.test('octets that are not a DNS message do not affect the next message', async t => {
    t.strictSame(ids(await server.tcp(framed(Buffer.alloc(0)), query(5))), [5], 'a length of zero')
    t.strictSame(ids(await server.tcp(framed(Buffer.alloc(5)), query(6))), [6], 'shorter than a header')
    t.strictSame(ids(await server.tcp(query(7), Buffer.from([0xff, 0xff, 1, 2, 3]))), [7], 'an end in mid-message')
  })

  t.test('a query of the maximum length over TCP is read', async t => {
    const padding = Buffer.alloc(65535 - 12 - 28 - 11, 0)
    const long = queryOf('www.meutrabalho.com.br.', 'A', {
      edns: { options: [{ code: 12, data: padding.subarray(0, 65535 - 12 - 28 - 11 - 4) }] },
    })
    t.equal(long.length, 65535)
    const [answer = Buffer.alloc(0)] = await server.tcp(framed(long))
    t.match(decodeMessage(answer), { rcode: 0, answer: { length: 3 } })
  })

  t.test('a client that resets, and one that sends TLS, affect no other client', async t => {
    const { address, port } = server.host
    const rude = connect(port, address)
    await once(rude, 'connect')
    rude.write(query(8))
    rude.resetAndDestroy()
    const hello = Buffer.from('160301020001000001fc0303', 'hex')
    t.strictSame(await server.tcp(hello), [], 'a TLS ClientHello is half a message of 5635 octets')
    t.strictSame(ids(await server.tcp(query(9))), [9])
  })
})
