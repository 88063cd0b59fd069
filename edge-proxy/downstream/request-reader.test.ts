import t from 'tap'
import { refusal } from '../testing/refusal.ts'
import { RequestReader } from './request-reader.ts'

/** Reads everything that is there: heads and bodies as text. */
function readAll(reader: RequestReader): string[] {
  const read: string[] = []
  while (reader.pending > 0) {
    const next = reader.nextHead()
    if (next === undefined) break
    let content = ''
    const trailers = reader.readBody(octets => {
      content += octets
    })
    read.push(`${next.head.method} ${next.head.path} ${content}${trailers === undefined ? '…' : ''}`)
    if (trailers === undefined) break
  }
  return read
}

t.test('RequestReader returns pipelined requests one after the other (RFC 9112 §9.3.2)', async t => {
  const reader = new RequestReader()
  reader.push(
    Buffer.from('POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhiGET /2 HTTP/1.1\r\nHost: a\r\n\r\nGET /3'),
  )
  t.strictSame(readAll(reader), ['POST /1 hi', 'GET /2 '])
  t.ok(reader.begun)
})

t.test('RequestReader passes on the part of a body that has been received, and waits for the rest', async t => {
  const reader = new RequestReader()
  reader.push(Buffer.from('POST /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nh'))
  t.strictSame(readAll(reader), ['POST /1 h…'])
  t.notOk(reader.bodyDone)
  reader.push(Buffer.from('i\r\n0\r\nX-T: 1\r\n\r\nrest'))
  let content = ''
  const trailers = reader.readBody(octets => {
    content += octets
  })
  t.equal(content, 'i')
  t.match(trailers, [{ name: 'X-T', value: '1' }])
  t.equal(String(reader.removePending()), 'rest')
  t.equal(reader.pending, 0)
})

t.test(
  'RequestReader refuses trailer fields that would change what was decided from the head (RFC 9110 §6.5.1)',
  async t => {
    const reader = new RequestReader()
    reader.push(Buffer.from('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nHost: b\r\n\r\n'))
    t.equal(reader.nextHead()?.head.host, 'a')
    t.throws(() => reader.readBody(() => {}), refusal(400, 'RFC 9110 §6.5.1'))
  },
)
