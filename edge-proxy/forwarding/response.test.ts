import t from 'tap'
import { parseResponseHead } from '../http1/response-head.ts'
import { interimHeadFor, outgoingFraming, type ReturnPassage, responseHeadFor } from './response.ts'

const PASSAGE: ReturnPassage = {
  edge: 'frontend1',
  backend: 'backend2',
  requestId: 'aula',
  duration: 1.234,
  unavailable: undefined,
  date: 'Sun, 06 Nov 1994 08:49:37 GMT',
  cookie: undefined,
  framing: { kind: 'none' },
  keepAlive: true,
  toHead: false,
}

function returned(head: string, passage: Partial<ReturnPassage> = {}, method = 'GET'): string {
  return responseHeadFor(parseResponseHead(head, method), { ...PASSAGE, ...passage })
}

t.test(
  'responseHeadFor() adds the names of the machines, the time taken, and a missing Date (RFC 9110 §6.6.1)',
  async t => {
    const head = returned('HTTP/1.1 204 No Content\r\nX-A: 1')
    t.match(head, /^HTTP\/1\.1 204 No Content\r\nX-A: 1\r\n/)
    t.match(head, /\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n/)
    t.match(head, /\r\nVia: 1\.1 frontend1\r\n/)
    t.match(head, /\r\nX-Served-By: frontend1, backend2\r\n/)
    t.match(head, /edge;dur=1\.23/)
    t.notMatch(head, /X-Unavailable/)
    const down = returned('HTTP/1.1 204 No Content\r\nX-Unavailable: backend9;why=drain', {
      unavailable: 'backend1;why=refused',
    })
    t.strictSame(down.match(/^X-Unavailable: .*$/gim), ['X-Unavailable: backend1;why=refused'])
    t.notMatch(head, /Connection/)
    t.match(returned('HTTP/1.1 204 No Content', { keepAlive: false }), /\r\nConnection: close\r\n/)
  },
)

t.test('responseHeadFor() keeps Content-Length without content only for HEAD and 304 (RFC 9110 §8.6)', async t => {
  t.match(returned('HTTP/1.1 200 OK\r\nContent-Length: 5', { toHead: true }, 'HEAD'), /\r\nContent-Length: 5\r\n/)
  t.match(returned('HTTP/1.1 304 Not Modified\r\nContent-Length: 5'), /\r\nContent-Length: 5\r\n/)
  t.notMatch(returned('HTTP/1.1 204 No Content\r\nContent-Length: 0'), /Content-Length/)
})

t.test('responseHeadFor() keeps Upgrade with 426, and with no other status (RFC 9110 §15.5.22)', async t => {
  const fields = 'Upgrade: TLS/1.0, HTTP/1.1\r\nConnection: Upgrade'
  t.match(
    returned(`HTTP/1.1 426 Upgrade Required\r\n${fields}`),
    /\r\nConnection: upgrade\r\nUpgrade: TLS\/1\.0, HTTP\/1\.1\r\n/,
  )
  t.notMatch(returned(`HTTP/1.1 200 OK\r\n${fields}`), /Upgrade/)
})

t.test('outgoingFraming() is chunked for a body without a length, for HTTP/1.1 only', async t => {
  t.same(outgoingFraming({ kind: 'close' }, 1), { kind: 'chunked' })
  t.same(outgoingFraming({ kind: 'chunked' }, 0), { kind: 'close' })
  t.same(outgoingFraming({ kind: 'length', length: 5 }, 0), { kind: 'length', length: 5 })
})

t.test('interimHeadFor() forwards fields, without those of framing and connection (RFC 9110 §15.2)', async t => {
  const head = parseResponseHead('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nConnection: x\r\nContent-Length: 0', 'GET')
  t.equal(interimHeadFor(head), 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n')
})
