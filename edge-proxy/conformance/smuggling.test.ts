/**
 * Request smuggling, end to end, with a very lenient backend behind the edge. If edge and backend disagree about the end of a request,
 * an attacker can send a request past the edge, or into the connection of another client.
 *
 * The backend here is as lenient as real ones have been: a bare LF ends a line, spaces before colons are skipped, `_` is read as `-`,
 * the last of several lengths counts, any Transfer-Encoding that contains "chunked" is chunked, HTTP/1.0 and GET may have chunks.
 *
 * Read beside: RFC 9112 §11.2 (request smuggling), §9.5; James Kettle, "HTTP Desync Attacks" (2019), "Browser-Powered Desync
 * Attacks" (2022), "HTTP/1.1 must die" (2025); CVE-2026-29057
 */
import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { scriptedBackend } from '../testing/backends.ts'
import { openEdge } from '../testing/edge.ts'
import { RawClient } from '../testing/raw-client.ts'
import { head } from './case.ts'
import { CORPUS } from './corpus/all.ts'
import { statusesIn } from './observe.ts'

const EVIL = 'GET /evil HTTP/1.1\r\nHost: a\r\n\r\n'
const CHUNKS_THEN_EVIL = `0\r\n\r\n${EVIL}`

/** Spellings of Transfer-Encoding that one program may recognise and another may not. */
const DISGUISES = [
  'Transfer-Encoding: chunked',
  'Transfer-Encoding : chunked',
  'Transfer-Encoding\t: chunked',
  ' Transfer-Encoding: chunked',
  'X: 1\r\n Transfer-Encoding: chunked',
  'Transfer-Encoding:\r\n chunked',
  'Transfer-Encoding:chunked',
  'Transfer-Encoding:\tchunked',
  'Transfer-Encoding: chunked ',
  'Transfer-Encoding: xchunked',
  'Transfer-Encoding: chunked, identity',
  'Transfer-Encoding: identity, chunked',
  'Transfer-Encoding: "chunked"',
  "Transfer-Encoding: 'chunked'",
  'Transfer-Encoding: chunked;a',
  'Transfer-Encoding: \x0bchunked',
  'Transfer-Encoding: \x0cchunked',
  'Transfer-Encoding: chunked\x00',
  'Transfer-Encoding: chunk\x00ed',
  'Transfer-Encoding: \xa0chunked',
  'Transfer_Encoding: chunked',
  'Transfer\xadEncoding: chunked',
  'TRANSFER-ENCODING: CHUNKED',
  'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity',
  'Transfer-Encoding: identity\r\nTransfer-Encoding: chunked',
  'X: 1\nTransfer-Encoding: chunked',
  'X: 1\rTransfer-Encoding: chunked',
  'X: 1\r\n\rTransfer-Encoding: chunked',
  'Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked',
  'Connection: Content-Length',
  'Content_Length: 0',
  'Content-Length: 0',
  'Content-Length : 0',
  'Content-Length: +0',
  'Content-Length: 0, 0',
  'Content-Length: 0x0',
  'Expect: 100-continue',
  ' Expect: 100-continue',
  'Upgrade: h2c\r\nConnection: Upgrade',
  'X-HTTP-Method-Override: GET',
]
const METHODS = ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS', 'PUT', 'QUERY']

/** Each is one request for the edge, in which a lenient parser could find a second one. */
const ATTACKS: readonly string[] = [
  ...METHODS.flatMap(method =>
    DISGUISES.flatMap(disguise => [
      // CL.TE and similar: the edge uses Content-Length, the backend reads chunks.
      `${head(`${method} /front HTTP/1.1`, 'Host: a', `Content-Length: ${CHUNKS_THEN_EVIL.length}`, disguise)}${CHUNKS_THEN_EVIL}`,
      // TE.CL: the edge reads chunks, the backend uses Content-Length.
      `${head(`${method} /front HTTP/1.1`, 'Host: a', 'Content-Length: 4', disguise)}${EVIL.length.toString(16)}\r\n${EVIL}\r\n0\r\n\r\n`,
      // CL.0 and 0.CL: one of the two ignores the body.
      `${head(`${method} /front HTTP/1.1`, 'Host: a', disguise, `Content-Length: ${EVIL.length}`)}${EVIL}`,
      `${head(`${method} /front HTTP/1.0`, 'Host: a', disguise)}${CHUNKS_THEN_EVIL}`,
    ]),
  ),
  // Chunks: extensions, line ends, sizes.
  ...[
    '5;a\nhello',
    '5\nhello',
    '5;\r\nhello',
    '5\x0b\r\nhello',
    '0005 \r\nhello',
    '5;a="\n"\r\nhello',
    '0x5\r\nhello',
  ].map(chunk =>
    `${head('POST /front HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked')}${chunk}\r\n0\r\n\r\n${EVIL}`.replace(
      EVIL,
      '',
    ),
  ),
  `${head('POST /front HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked')}2;\n${'xx'}\r\n${EVIL.length.toString(16)}\r\n${EVIL}\r\n0\r\n\r\n`,
  `${head('POST /front HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked')}0\r\nX: 1\n\n${EVIL}\r\n\r\n`,
  // Request lines and targets that contain another line.
  head(`GET /front HTTP/1.1\nHost: a\n\n${EVIL}`),
  head('GET /front\r HTTP/1.1', 'Host: a'),
  head(`GET http://a/front\tHTTP/1.1\tX: HTTP/1.1`, 'Host: a'),
  head('GET /front HTTP/1.1', `Host: a\n\n${EVIL}`),
  head('GET /front HTTP/1.1', 'Host: a', `X: 1\n\n${EVIL}`),
]

t.test('no request reaches the backend that the edge has not forwarded as a request', async t => {
  const paths: string[] = []
  const backend = await scriptedBackend('backend1', (socket, first) => {
    let octets = first
    const read = () => {
      for (let request = lenientRequest(octets); request !== undefined; request = lenientRequest(octets)) {
        paths.push(request.path)
        octets = octets.slice(request.length)
        const body = request.path
        const content = request.method === 'HEAD' ? '' : body
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${content}`)
      }
    }
    read()
    socket.on('data', piece => {
      octets += piece.toString('latin1')
      read()
    })
    socket.on('end', () => socket.end())
  })
  const { port, cluster } = await openEdge(t, [backend])
  const all = [...ATTACKS, ...CORPUS.map(({ send }) => send)]
  let refused = 0
  for (const [index, attack] of all.entries()) {
    paths.length = 0
    const attacker = await RawClient.connect(port)
    attacker.send(attack)
    // The victim's request comes over another connection, and may share the attacker's connection to the backend.
    const victim = await RawClient.connect(port)
    for (const round of [1, 2]) {
      victim.send(head(`GET /victim${index}x${round} HTTP/1.1`, 'Host: a'))
      await victim.until(received => statusesIn(received).length === round, `the victim has response ${round}`)
    }
    const own = () => paths.filter(path => !path.startsWith(`/victim${index}x`))
    const served = () => statusesIn(attacker.received).filter(status => status < 400).length
    await attacker.settles(received => received !== '', 100)
    // Pipelined requests are answered one after the other; an incomplete one is never answered.
    for (let i = 0; i < 200 && cluster.backends[0]?.active !== 0; i++) await setImmediate()
    await attacker.settles(() => served() >= own().length)
    if (statusesIn(attacker.received).some(status => status >= 400)) refused++
    const shown = JSON.stringify(attack.slice(0, 200))
    // The attacker must get one response for each of its requests that reached the backend.
    if (own().length > served()) t.fail(`smuggled ${own().join(' ')}: ${shown}`)
    if (!victim.received.endsWith(`/victim${index}x2`) || !victim.received.includes(`/victim${index}x1`))
      t.fail(`the victim got another response: ${shown}: ${victim.received.slice(-100)}`)
    attacker.destroy()
    victim.destroy()
    while (cluster.backends[0]?.active !== 0) await setImmediate()
  }
  t.comment(`${all.length} attacks, ${refused} refused; the others are one request for both the edge and the backend`)
  t.ok(refused > all.length / 2)
})

t.test('without an edge, the attacks work against the lenient backend', async t => {
  const smuggled = ATTACKS.filter(attack => {
    const first = lenientRequest(attack)
    return first !== undefined && lenientRequest(attack.slice(first.length))?.path === '/evil'
  })
  t.ok(smuggled.length > 100, `${smuggled.length} of ${ATTACKS.length}`)
})

/** The first request in these octets, parsed very leniently; undefined while it is not complete. */
function lenientRequest(text: string): { method: string; path: string; length: number } | undefined {
  const end = /\r?\n\r?\n/.exec(text)
  if (end === null) return undefined
  const begin = end.index + end[0].length
  const lines = text.slice(0, end.index).split(/\r?\n|\r/)
  const [method = '', path = ''] = (lines[0] ?? '').trim().split(/\s+/)
  let length = 0
  let chunked = false
  for (const line of lines.slice(1)) {
    const [, name = '', value = ''] = /^\s*([^:]*?)[\s\0]*:\s*(.*)$/.exec(line) ?? []
    const key = name.toLowerCase().replaceAll('_', '-')
    if (key === 'content-length') length = Number.parseInt(value, 10) || 0
    if (key === 'transfer-encoding' && /chunked/i.test(value)) chunked = true
  }
  if (!chunked) return text.length < begin + length ? undefined : { method, path, length: begin + length }
  for (let at = begin; ; ) {
    const line = /^\s*(?:0x)?([0-9a-f]+)[^\n]*\n/i.exec(text.slice(at))
    if (line === null) return undefined
    const size = Number.parseInt(line[1] as string, 16)
    at += line[0].length
    if (size === 0) {
      const trailers = /^(?:[^\r\n]+\r?\n)*\r?\n/.exec(text.slice(at))
      return trailers === null ? undefined : { method, path, length: at + trailers[0].length }
    }
    at += size
    at += /^\r?\n?/.exec(text.slice(at))?.[0].length ?? 0
    if (at > text.length) return undefined
  }
}
