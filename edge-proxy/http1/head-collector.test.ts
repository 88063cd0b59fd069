import t from 'tap'
import { refusal } from '../testing/refusal.ts'
import { HeadCollector } from './head-collector.ts'
import { REQUEST_LIMITS } from './limits.ts'

const HEAD = 'GET / HTTP/1.1\r\nHost: a'

t.test('HeadCollector finds the end of a head wherever the octets are split', async t => {
  const octets = Buffer.from(`${HEAD}\r\n\r\nbody`)
  for (let cut = 1; cut < octets.length; cut++) {
    const collector = new HeadCollector(REQUEST_LIMITS, true)
    const first = collector.add(octets.subarray(0, cut))
    if (first) {
      t.same({ ...first, rest: first.rest.toString() }, { text: HEAD, rest: 'body'.slice(0, cut - HEAD.length - 4) })
      continue
    }
    t.ok(collector.begun)
    const second = collector.add(octets.subarray(cut))
    t.same({ text: second?.text, rest: second?.rest.toString() }, { text: HEAD, rest: 'body' })
    t.notOk(collector.begun)
  }
})

t.test('HeadCollector copies a head in pieces of one octet at most twice', async t => {
  const collector = new HeadCollector(REQUEST_LIMITS, true)
  const octets = Buffer.from(`GET / HTTP/1.1\r\nHost: a\r\nX-A: ${'x'.repeat(7000)}\r\n\r\n`)
  let head: unknown
  for (const octet of octets) head = collector.add(Buffer.of(octet)) ?? head
  t.match(head, { text: octets.toString().slice(0, -4) })
})

t.test('HeadCollector skips one empty line before a request, none before a response (RFC 9112 §2.2)', async t => {
  const octets = Buffer.from(`\r\n${HEAD}\r\n\r\n`)
  t.equal(new HeadCollector(REQUEST_LIMITS, true).add(octets)?.text, HEAD)
  t.equal(new HeadCollector(REQUEST_LIMITS, false).add(octets)?.text, `\r\n${HEAD}`)
  const collector = new HeadCollector(REQUEST_LIMITS, true)
  t.equal(collector.add(Buffer.from('\r\n')), undefined)
  t.notOk(collector.begun, 'an empty line does not begin a head')
})

t.test('HeadCollector refuses an incomplete head as soon as it cannot become valid', async t => {
  const refused: [octets: string, status: number][] = [
    ['GET / HTTP/1.1\nHo', 400],
    ['GET / HTTP/1.1\rHo', 400],
    ['GET /\0', 400],
    [`GET /${'x'.repeat(8200)}`, 414],
    [`GET / HTTP/1.1\r\n${'X: y\r\n'.repeat(4000)}`, 431],
  ]
  for (const [octets, status] of refused) {
    t.throws(
      () => new HeadCollector(REQUEST_LIMITS, true).add(Buffer.from(octets)),
      refusal(status),
      JSON.stringify(octets.slice(0, 20)),
    )
  }
})

t.test('HeadCollector answers 501 to a method that is longer than any (RFC 9112 §3)', async t => {
  const long = Buffer.from('A'.repeat(9000))
  t.throws(() => new HeadCollector(REQUEST_LIMITS, true).add(long), refusal(501, 'RFC 9112 §3'))
  t.throws(() => new HeadCollector(REQUEST_LIMITS, true).add(Buffer.from(`GET ${long}`)), refusal(414, 'RFC 9112 §3'))
})

t.test('HeadCollector skips exactly one empty line, wherever the octets are split', async t => {
  for (const cut of [1, 2, 3]) {
    const octets = Buffer.from(`\r\n${HEAD}\r\n\r\n`)
    const collector = new HeadCollector(REQUEST_LIMITS, true)
    t.equal(collector.add(octets.subarray(0, cut)), undefined)
    t.equal(collector.add(octets.subarray(cut))?.text, HEAD)
  }
  const collector = new HeadCollector(REQUEST_LIMITS, true)
  collector.add(Buffer.from('\r\n'))
  t.equal(collector.add(Buffer.from(`\r\n${HEAD}\r\n\r\n`))?.text, `\r\n${HEAD}`, 'the second one is a request line')
  collector.add(Buffer.from('\r'))
  t.throws(() => collector.add(Buffer.from('G')), refusal(400))
})
