/**
 * Responses that are sent while the request is still arriving. The client of these tests sends its whole request before it reads, as
 * Python's http.client and Java's HttpURLConnection do: if the server closed with unread octets, the RST would destroy the response.
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import t from 'tap'
import { startBackend } from '../testing/backend.ts'
import { prefix } from '../testing/servers.ts'

const backend = await startBackend(t, 1, { env: { SESSIONS: 'memory' } })

const MIB = 1024 * 1024

/** Sends the head and `size` octets of content in small pieces, and reads only after that. @returns everything that was received */
async function upload(head: string, size: number): Promise<string> {
  const socket = connect({ port: 3000, host: `${prefix}.10`, allowHalfOpen: true })
  let error: NodeJS.ErrnoException | undefined
  socket.on('error', reason => {
    error = reason
  })
  socket.pause()
  socket.write(`${head}\r\n\r\n`, 'latin1')
  const piece = Buffer.alloc(32 * 1024, ' ')
  for (let sent = 0; sent < size && !error; sent += piece.length) {
    if (!socket.write(piece)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => {})
  }
  let text = ''
  socket.setEncoding('latin1').on('data', chunk => {
    text += chunk
  })
  socket.end()
  socket.resume()
  if (!socket.closed) await once(socket, 'close').catch(() => {})
  return error ? `${error.code} after ${text}` : text
}

const length = `Content-Length: ${4 * MIB}`
const json = 'Host: x\r\nContent-Type: application/json'
const cases: [name: string, head: string, status: number][] = [
  ['413, longer than allowed', `POST /login HTTP/1.1\r\n${json}\r\n${length}`, 413],
  ['404, with Connection: close', `POST /nowhere HTTP/1.1\r\n${json}\r\nConnection: close\r\n${length}`, 404],
  ['405', `PUT /login HTTP/1.1\r\n${json}\r\nConnection: close\r\n${length}`, 405],
  ['415', `POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nConnection: close\r\n${length}`, 415],
  ['403', `POST /logout HTTP/1.1\r\n${json}\r\nOrigin: http://evil.example\r\nConnection: close\r\n${length}`, 403],
  ['400, garbage', 'garbage', 400],
  ['431, too many fields', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(17_000)}`, 431],
  ['501, an unknown method', `BREW /coffee HTTP/1.1\r\nHost: x\r\n${length}`, 501],
  ['501, a method in lower case', `get / HTTP/1.1\r\nHost: x\r\n${length}`, 501],
  ['501, CONNECT', 'CONNECT x:80 HTTP/1.1\r\nHost: x', 501],
]

for (const [name, head, status] of cases) {
  t.test(`the whole response arrives although the request was still being sent: ${name} (RFC 9112 §9.6)`, async t => {
    for (let i = 0; i < 5; i++) {
      const answer = await upload(head, 4 * MIB)
      t.match(answer, new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]*"status":${status}.*\\}$`))
    }
  })
}

t.test('a chunked body that becomes too long is 413, and read to its end', async t => {
  const chunk = `8000\r\n${' '.repeat(0x8000)}\r\n`
  const socket = connect(3000, `${prefix}.10`).setEncoding('latin1')
  let answer = ''
  socket.on('data', text => {
    answer += text
  })
  socket.write(`POST /login HTTP/1.1\r\n${json}\r\nTransfer-Encoding: chunked\r\n\r\n`)
  for (let i = 0; i < 64; i++) if (!socket.write(chunk)) await once(socket, 'drain')
  socket.write('0\r\n\r\n')
  await once(socket, 'close')
  t.match(answer, /^HTTP\/1\.1 413 [\s\S]*"status":413.*\}$/)
})

t.test('after an early response the connection is used for the next request, if nothing asked for its end', async t => {
  const socket = connect(3000, `${prefix}.10`).setEncoding('latin1')
  let answer = ''
  socket.on('data', text => {
    answer += text
  })
  socket.write(`POST /nowhere HTTP/1.1\r\n${json}\r\nContent-Length: 6\r\n\r\nabc`)
  await once(socket, 'data')
  socket.write('defGET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  await once(socket, 'close')
  t.strictSame(answer.match(/(?<=HTTP\/1\.1 )\d+/g), ['404', '200'])
})

t.test('a request that never ends after its response gets no second response', async t => {
  const { http } = backend
  const before = http.requestTimeout
  http.requestTimeout = 300
  t.teardown(() => {
    http.requestTimeout = before
  })
  const socket = connect(3000, `${prefix}.10`).setEncoding('latin1')
  let answer = ''
  socket.on('data', text => {
    answer += text
  })
  socket.on('error', () => {})
  socket.write(`POST /nowhere HTTP/1.1\r\n${json}\r\nContent-Length: 6\r\n\r\nabc`)
  await new Promise(closed => socket.on('close', closed))
  t.strictSame(answer.match(/(?<=HTTP\/1\.1 )\d+/g), ['404'])
})
