import t from 'tap'
import { refusal } from '../testing/refusal.ts'
import { ChunkedDecoder, chunkHead, lastChunk } from './chunked.ts'

/** Decodes `octets`, handed over in pieces of `size`. */
function decode(octets: string, size: number): { content: string; rest: string; trailers: unknown } {
  const decoder = new ChunkedDecoder()
  const whole = Buffer.from(octets, 'latin1')
  let content = ''
  let rest = ''
  for (let at = 0; at < whole.length; at += size) {
    const piece = whole.subarray(at, at + size)
    const taken = decoder.decode(piece, 0, data => {
      content += data.toString('latin1')
    })
    rest += piece.toString('latin1', taken)
  }
  t.ok(decoder.done)
  return { content, rest, trailers: decoder.trailers }
}

t.test('ChunkedDecoder reads content from chunks, wherever the octets are split (RFC 9112 §7.1)', async t => {
  const octets = '4\r\nWiki\r\n6;a=b\r\npedia \r\nE\r\nin \r\n\r\nchunks.\r\n0\r\nX-T: 1\r\n\r\nGET /next'
  for (let size = 1; size <= octets.length; size++) {
    t.same(decode(octets, size), {
      content: 'Wikipedia in \r\n\r\nchunks.',
      rest: 'GET /next',
      trailers: [{ name: 'X-T', key: 'x-t', value: '1' }],
    })
  }
})

t.test('ChunkedDecoder limits extensions of the whole body, not only of each line (CVE-2023-39326)', async t => {
  const decoder = new ChunkedDecoder()
  const piece = Buffer.from(`1;${'x'.repeat(200)}\r\ny\r\n`)
  t.throws(
    () => {
      for (let i = 0; i < 100; i++) decoder.decode(piece, 0, () => {})
    },
    refusal(400, 'RFC 9112 §7.1.1'),
  )
})

t.test('ChunkedDecoder refuses a line beyond its limit before its end', async t => {
  t.throws(() => new ChunkedDecoder().decode(Buffer.from('0'.repeat(300)), 0, () => {}), refusal(400))
  t.throws(() => new ChunkedDecoder().decode(Buffer.from(`0\r\nX: ${'x'.repeat(9000)}`), 0, () => {}), refusal(431))
})

t.test('chunkHead() and lastChunk() write what ChunkedDecoder reads', async t => {
  const octets = `${chunkHead(26)}abcdefghijklmnopqrstuvwxyz\r\n${lastChunk([{ name: 'X-T', key: 'x-t', value: 'é' }])}`
  t.match(decode(octets, 7), { content: 'abcdefghijklmnopqrstuvwxyz', trailers: [{ value: 'é' }] })
})
