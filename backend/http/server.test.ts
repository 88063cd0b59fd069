/**
 * HTTP: methods, bodies, forms, requests from other sites, and input that is not HTTP, on real sockets.
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { startBackend } from '../testing/backend.ts'
import { Browser } from '../testing/browser.ts'
import { prefix } from '../testing/servers.ts'
import { BODY_LIMIT } from './body.ts'

// Without databases: no test here needs them, and a 503 would show that a request got that far.
const backend = await startBackend(t, 1, { env: { SESSIONS: 'memory' } })
const client = new Browser()
const JSON_TYPE = { 'content-type': 'application/json' }

/** Sends octets as they are. @returns everything that the server sends until it closes the connection */
async function octets(text: string): Promise<string> {
  const socket = connect(3000, `${prefix}.10`)
  let answer = ''
  socket.setEncoding('latin1').on('data', chunk => {
    answer += chunk
  })
  socket.write(text, 'latin1')
  await once(socket, 'close')
  return answer
}

t.test('HEAD is GET without the content (RFC 9110 §9.3.2)', async t => {
  const get = await client.ask(backend, '/healthz')
  const head = await client.ask(backend, '/healthz', { method: 'HEAD' })
  t.match(head, { status: 200, text: '' })
  t.equal(head.headers['content-length'], get.headers['content-length'])
  t.equal(head.headers['content-type'], get.headers['content-type'])
})

t.test('OPTIONS and 405 name the methods of the path (RFC 9110 §9.3.7, §15.5.6)', async t => {
  t.match(await client.ask(backend, '/usuarios', { method: 'OPTIONS' }), {
    status: 204,
    headers: { allow: 'GET, HEAD, POST, OPTIONS' },
  })
  const wrong = await client.ask(backend, '/login', { method: 'PUT', json: {} })
  t.match(wrong, { status: 405, headers: { allow: 'POST, OPTIONS', 'content-type': 'application/problem+json' } })
  t.match(wrong.json, { title: 'Method Not Allowed', status: 405, detail: /has POST/ })
})

t.test('every unknown path is 404', async t => {
  for (const path of ['/x', '/perfil/', '/..%2fetc/passwd', '/status%00', '/__proto__', `/${'x'.repeat(3000)}`]) {
    const { status, json } = await client.ask(backend, path)
    t.equal(status, 404, path.slice(0, 20))
    t.ok(json.detail.length < 120)
  }
})

t.test('a request that accepts none of the forms is 406 (RFC 9110 §15.5.7)', async t => {
  for (const path of ['/status', '/perfil', '/usuarios']) {
    t.equal((await client.ask(backend, path, { headers: { accept: 'image/png' } })).status, 406, path)
  }
  t.equal((await client.ask(backend, '/status', { headers: { accept: 'text/html' } })).status, 406)
})

t.test('bodies: type, coding, charset, length (RFC 9110 §15.5.14, §15.5.16)', async t => {
  const post = (body: string | Buffer, headers = {}) =>
    client.ask(backend, '/login', { body, headers: { ...JSON_TYPE, ...headers } })
  t.equal((await post('{}', { 'content-type': 'text/plain' })).status, 415)
  t.equal((await post('{}', { 'content-type': '' })).status, 415)
  t.equal((await post('{}', { 'content-type': 'application/json; charset=latin1' })).status, 415)
  t.equal((await post(gzipSync('{}'), { 'content-encoding': 'gzip' })).status, 415)
  t.equal(
    (await post('{}', { 'content-type': 'Application/JSON; charset="UTF-8"' })).status,
    400,
    'read, and refused by its schema',
  )
  t.equal((await post(Buffer.from([0x22, 0xff, 0x22]))).status, 400, 'not UTF-8')
  t.match((await post('{"username": "a", "username": "b", "password": "c"}')).json.detail, 'twice')
  t.equal((await post(' '.repeat(BODY_LIMIT + 1))).status, 413)
  t.match(await post(`"${'x'.repeat(BODY_LIMIT - 2)}"`), { status: 400 }, 'exactly at the limit')
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  t.match((await post('username=a&username=b&password=c', form)).json.detail, 'twice')
  t.match((await post('{"username": "ana"}', form)).json.detail, 'add -H "Content-Type: application/json"')
  t.match(await post('username=a&password=%ff%fe', form), {
    status: 400,
    json: { detail: 'the form is not UTF-8' },
  })
  t.match((await post('{"username": "a", "password": "\\ud800"}')).json.detail, 'surrogate')
  t.match((await post('username=a&__proto__=b', form)).json.errors, [{ field: 'password' }, { field: '__proto__' }])
  t.equal((await client.ask(backend, '/logout', { body: 'x', headers: { 'content-type': 'text/plain' } })).status, 415)
})

t.test('a body without octets is absent, however it is announced (RFC 9110 §6.4)', async t => {
  const head = 'POST /logout HTTP/1.1\r\nHost: x\r\nConnection: close\r\n'
  for (const fields of [
    '\r\n',
    'Content-Length: 0\r\n\r\n',
    'Content-Type: application/json\r\nContent-Length: 0\r\n\r\n',
    'Content-Type: application/json\r\n\r\n',
    'Content-Type: text/plain\r\nContent-Length: 0\r\n\r\n',
    'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ]) {
    t.match(await octets(head + fields), /^HTTP\/1\.1 204 /, fields)
  }
  const form = 'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 0\r\n\r\n'
  t.match(await octets(head + form), /^HTTP\/1\.1 303 /, 'a form without fields')
  const login = await client.ask(backend, '/login', { body: '', headers: JSON_TYPE })
  t.match(login, { status: 400, json: { detail: /the body is empty/ } })
})

t.test('a chunked body is counted as it arrives, and the connection is closed after the 413', async t => {
  const chunk = `1000\r\n${'x'.repeat(4096)}\r\n`
  const answer = await octets(
    `POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(5)}`,
  )
  t.match(answer, /^HTTP\/1\.1 413 /)
  t.match(answer, /^Connection: close\r$/m)
})

t.test('a change requested by a page of another site is refused, with or without a cookie (CSRF)', async t => {
  const post = (headers: Record<string, string>) =>
    client.ask(backend, '/logout', { method: 'POST', headers: { host: 'www.meutrabalho.com.br', ...headers } })
  for (const headers of [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'http://evil.example' },
  ]) {
    t.match(await post(headers), { status: 403, headers: { 'content-type': 'application/problem+json' } })
  }
  t.equal((await post({ 'sec-fetch-site': 'same-origin' })).status, 204)
  t.equal((await post({ origin: 'http://www.meutrabalho.com.br' })).status, 204)
  t.equal((await post({})).status, 204)
})

t.test('input that is not HTTP gets one response, and the connection is closed (RFC 9112 §9.6)', async t => {
  t.match(await octets('hello\r\n\r\n'), /^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*problem\+json[\s\S]*"status":400/)
  t.match(await octets(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(17_000)}\r\n\r\n`), /^HTTP\/1\.1 431 /)
  t.match(
    await octets('hello\r\n\r\n'),
    /\r\nX-Request-Id: [\w-]{36}\r\nX-Served-By: backend1\r\n/,
    'like every response',
  )
  t.match(await octets('GET /status HTTP/1.1\r\n\r\n'), /^HTTP\/1\.1 400 /, 'no Host')
  const hosts = await octets('GET /healthz HTTP/1.1\r\nHost: x\r\nHost: x\r\nConnection: close\r\n\r\n')
  t.match(hosts, /^HTTP\/1\.1 400 [\s\S]*one Host field is needed/, 'two Hosts (RFC 9112 §3.2)')
  t.match(await octets('CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n'), /^HTTP\/1\.1 501 [\s\S]*not a proxy/)
  const close = 'Host: x\r\nConnection: close\r\n'
  for (const method of ['FOO', 'get', 'GETX', 'PROPFIND', 'BREW']) {
    t.match(await octets(`${method} /status HTTP/1.1\r\n${close}\r\n`), /^HTTP\/1\.1 501 /, `${method} (RFC 9110 §9.1)`)
    const second = await octets(`GET /livez HTTP/1.1\r\nHost: x\r\n\r\n${method} / HTTP/1.1\r\n${close}\r\n`)
    t.strictSame(second.match(/(?<=HTTP\/1\.1 )\d+/g), ['200', '501'], `${method} after another request`)
  }
  t.match(await octets(`G@T / HTTP/1.1\r\n${close}\r\n`), /^HTTP\/1\.1 400 /, 'a method is a token')
  for (const version of ['', ' HTTP/0.9', ' HTTP/2.0'])
    t.match(await octets(`GET /healthz${version}\r\n${version ? close : ''}\r\n`), /^HTTP\/1\.1 505 /, version)
  const zipped = `${close}Content-Type: application/json\r\nTransfer-Encoding: gzip, chunked\r\n`
  t.match(
    await octets(`POST /login HTTP/1.1\r\n${zipped}\r\n2\r\n{}\r\n0\r\n\r\n`),
    /^HTTP\/1\.1 501 /,
    'RFC 9112 §6.1',
  )
  const both = 'POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'
  t.match(await octets(both), /^HTTP\/1\.1 400 /, 'two framings')
})

t.test(
  'the error for input that is not HTTP comes after the responses to earlier requests (RFC 9112 §9.3.2)',
  async t => {
    const statuses = async (text: string) => (await octets(text)).match(/(?<=HTTP\/1\.1 )\d+/g)
    const form = 'username=ana&password=x'
    const type = 'Host: x\r\nContent-Type: application/x-www-form-urlencoded\r\n'
    const login = `POST /login HTTP/1.1\r\n${type}Content-Length: ${form.length}\r\n\r\n${form}`
    const perfil = 'GET /perfil HTTP/1.1\r\nHost: x\r\n\r\n'
    const status = 'GET /status HTTP/1.1\r\nHost: x\r\n\r\n'
    t.strictSame(await statuses(`${login}garbage\r\n\r\n`), ['503', '400'])
    t.strictSame(await statuses(`${login}${perfil}${status}garbage\r\n\r\n`), ['503', '401', '200', '400'])
    const broken = `POST /login HTTP/1.1\r\n${type}Transfer-Encoding: chunked\r\n\r\n5\r\nuser`
    t.strictSame(await statuses(`${perfil}${broken}=ana&passwo\r\n`), ['401', '400'], 'instead of its own response')
    t.strictSame(await statuses(`${broken}=ana&passwo\r\n`), ['400'])
  },
)

t.test('an unknown expectation is ignored (RFC 9110 §10.1.1)', async t => {
  const answer = await octets('GET /healthz HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\nConnection: close\r\n\r\n')
  t.match(answer, /^HTTP\/1\.1 200 [\s\S]*\r\nX-Request-Id: /)
})

t.test('the absolute-form and OPTIONS * are supported (RFC 9112 §3.2.2, §3.2.4)', async t => {
  const end = 'Host: www.meutrabalho.com.br\r\nConnection: close\r\n\r\n'
  t.match(await octets(`GET http://www.meutrabalho.com.br/healthz HTTP/1.1\r\n${end}`), /^HTTP\/1\.1 200 /)
  t.match(
    await octets(`OPTIONS * HTTP/1.1\r\n${end}`),
    /^HTTP\/1\.1 204 [\s\S]*\r\nAllow: GET, HEAD, POST, PATCH, DELETE, OPTIONS\r\n/,
  )
})

t.test('requests in one packet are answered in order, and a client that closes early causes no error', async t => {
  const two = await octets(
    'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /perfil HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  )
  t.strictSame(two.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 401'])
  for (const part of [
    'POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    'GET /per',
  ]) {
    const socket = connect(3000, `${prefix}.10`)
    await once(socket, 'connect')
    await new Promise(written => socket.write(part, written))
    socket.resetAndDestroy()
  }
  t.equal((await client.ask(backend, '/healthz')).status, 200)
  t.strictSame(
    backend.lines.filter(line => line.startsWith('error')),
    [],
  )
})

t.test('a request whose head or body arrives too slowly is 408', async t => {
  const { http } = backend
  t.match(
    http,
    { headersTimeout: 10_000, requestTimeout: 15_000, keepAliveTimeout: 75_000 },
    'the values in production',
  )
  Object.assign(http, { headersTimeout: 200, requestTimeout: 300 })
  t.match(await octets('GET /status HTT'), /^HTTP\/1\.1 408 Request Timeout\r\n[\s\S]*problem\+json/)
  const half = 'POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{'
  t.match(await octets(half), /^HTTP\/1\.1 408 /)
})
