import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { Counter, Registry } from 'prom-client'
import t, { type Test } from 'tap'
import { loopbackPrefix } from '../test/testing/loopback.ts'
import { AdminError, type AdminOptions, openAdmin } from './admin.ts'
import { Events, isInSample } from './events.ts'

/** Of this test alone: on 127.0.0.1 another program could take a port between one use and the next. */
const ADDRESS = `${loopbackPrefix()}.1`

/** A component's endpoint on a port of its own. */
async function open(t: Test, options: Partial<AdminOptions> = {}) {
  const events = new Events('frontend1')
  const metrics = new Registry()
  const admin = await openAdmin({ address: ADDRESS, port: 0, events, metrics, status: () => ({}), ...options })
  t.teardown(() => admin.close())
  return { events, metrics, port: admin.port }
}

interface AdminCall {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

async function ask(port: number, { method = 'GET', path = '/status', headers = {}, body }: AdminCall) {
  const asked = request({ host: ADDRESS, port, method, path, headers, agent: false })
  asked.on('error', () => {}) // what matters is whether an answer came, and that is awaited below
  asked.end(body)
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  const answer = await text(response)
  return { status: response.statusCode, headers: response.headers, body: answer, json: () => JSON.parse(answer) }
}

const JSON_BODY = { 'Content-Type': 'application/json' }

t.test('GET /status is what the component reports, as JSON that is not stored', async t => {
  const { port } = await open(t, { status: async () => ({ name: 'frontend1', backends: ['UP', 'DOWN'] }) })
  const answer = await ask(port, { path: '/status' })
  t.equal(answer.status, 200)
  t.match(answer.headers, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  t.strictSame(answer.json(), { name: 'frontend1', backends: ['UP', 'DOWN'] })
})

t.test('GET /status that fails is 500 with a sentence, and the endpoint goes on', async t => {
  let broken = true
  const { port } = await open(t, {
    status: () => {
      if (broken) throw new Error('the table is gone')
      return {}
    },
  })
  const answer = await ask(port, {})
  t.match(answer.json(), { status: 500, title: 'Internal Server Error', detail: 'unexpected: the table is gone' })
  broken = false
  t.equal((await ask(port, {})).status, 200)
})

t.test('HEAD is GET without the content (RFC 9110 §9.3.2)', async t => {
  const { port } = await open(t)
  for (const [path, type] of [
    ['/status', 'application/json'],
    ['/metrics', 'text/plain; version=0.0.4; charset=utf-8'],
    ['/events', 'text/event-stream'],
  ] as const) {
    const head = await ask(port, { method: 'HEAD', path })
    t.match([head.status, head.headers['content-type'], head.body], [200, type, ''], path)
  }
})

t.test('GET /metrics is the Prometheus text of the registry', async t => {
  const { port, metrics } = await open(t)
  new Counter({ name: 'edge_requests_total', help: 'Requests.', labelNames: ['status'], registers: [metrics] }).inc(
    { status: '200' },
    3,
  )
  const answer = await ask(port, { path: '/metrics' })
  t.equal(answer.headers['content-type'], metrics.contentType)
  t.match(answer.body, '# TYPE edge_requests_total counter\nedge_requests_total{status="200"} 3\n')
})

/** Reads server-sent events (WHATWG HTML §9.2) until what is wanted has come. */
async function watch(port: number, path: string) {
  const asked = request({ host: ADDRESS, port, path, agent: false }).end()
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  response.setEncoding('utf8')
  let text = ''
  const until = async (wanted: RegExp) => {
    while (!wanted.test(text)) text += (await once(response, 'data'))[0]
    return text
  }
  await until(/^: watching\n\n/)
  return { response, until }
}

t.test('GET /events hands out server-sent events as they happen', async t => {
  const { port, events } = await open(t)
  const { response, until } = await watch(port, '/events')
  t.match(response.headers, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  events.publish('edge.pick', () => ({ backend: 'backend2', reason: 'it was next\n\nevent: forged' }), 'r-1')
  events.publish('edge.balance', () => ({ algorithm: 'sticky' }), 'r-1')
  const frames = (await until(/edge\.balance"[^\n]*\n\n/)).split('\n\n').slice(1, -1)
  t.equal(frames.length, 2, 'a line feed in a value makes no event of its own')
  t.match(frames[0], /^id: 1\nevent: edge\.pick\ndata: \{[^\n]*\}$/)
  t.match(JSON.parse(frames[0]?.split('data: ')[1] ?? ''), {
    id: 1,
    component: 'frontend1',
    kind: 'edge.pick',
    request: 'r-1',
    detail: { backend: 'backend2' },
  })
  response.destroy()
})

t.test('GET /events?request=ID is one request alone', async t => {
  const { port, events } = await open(t)
  const { response, until } = await watch(port, '/events?request=r-2')
  events.publish('edge.pick', () => ({ backend: 'backend1', reason: undefined }), 'r-1')
  events.publish('edge.health', () => ({ backend: 'backend1', available: false, check: 'L4CON' }))
  events.publish('edge.pick', () => ({ backend: 'backend2', reason: undefined }), 'r-2')
  const seen = await until(/"backend2"/)
  t.notMatch(seen, /"r-1"|edge\.health/)
  t.match(seen, 'id: 3\n')
  response.destroy()
})

t.test('GET /events?kind=KIND is that kind alone, or all kinds of a family', async t => {
  const { port, events } = await open(t)
  const filters = [
    { query: 'kind=edge.pick', last: /edge\.pick/, kinds: ['edge.pick'] },
    { query: 'kind=edge', last: /edge\.balance/, kinds: ['edge.pick', 'edge.balance'] },
    { query: 'kind=dns.switch&kind=backend', last: /backend\.mysql/, kinds: ['dns.switch', 'backend.mysql'] },
  ]
  const streams = await Promise.all(filters.map(({ query }) => watch(port, `/events?${query}`)))
  events.publish('edge.pick', () => ({ backend: 'backend1', reason: undefined }))
  events.publish('edge.balance', () => ({ algorithm: 'sticky' }))
  events.publish('dns.switch', () => ({ what: 'order' }))
  events.publish('backend.mysql', () => ({ sql: 'SELECT 1', rows: 1, ms: 1 }))
  const seen = await Promise.all(streams.map(({ until }, at) => until(filters[at]?.last as RegExp)))
  for (const [at, { query, kinds }] of filters.entries()) {
    const sent = [...(seen[at] ?? '').matchAll(/^event: (.*)$/gm)].map(([, kind]) => kind)
    t.strictSame(sent, kinds, query)
  }
  for (const { response } of streams) response.destroy()
})

t.test('GET /events?share=S is a share of the requests', async t => {
  const { port, events } = await open(t)
  const { response, until } = await watch(port, '/events?share=0.25')
  const ids = Array.from({ length: 40 }, (_, index) => `r-${index}`)
  for (const id of ids) events.publish('edge.pick', () => ({ backend: 'backend1', reason: undefined }), id)
  events.publish('edge.balance', () => ({ algorithm: 'sticky' }))
  const seen = [...(await until(/edge\.balance/)).matchAll(/"request":"(.*?)"/g)].map(([, id]) => id)
  t.strictSame(
    seen,
    ids.filter(id => isInSample(id, 0.25)),
  )
  response.destroy()
})

t.test('GET /events refuses a share that is not above 0 and at most 1', async t => {
  const { port } = await open(t)
  for (const share of ['0', '-1', '2', 'all', '']) {
    const { status, body } = await ask(port, { path: `/events?share=${share}` })
    t.equal(status, 400, share)
    t.match(body, /share: a number above 0 and at most 1 is needed/)
  }
})

t.test('GET /events: a watcher that disconnects is removed', async t => {
  const { port, events } = await open(t)
  const { response } = await watch(port, '/events')
  t.ok(events.watched)
  response.destroy()
  while (events.watched) await new Promise(resolve => setImmediate(resolve))
  t.notOk(events.watched)
})

t.test('GET /events: a client that does not read is disconnected before it fills the memory', async t => {
  // The attack: ask for the events, then never read. All that happens would pile up in the server.
  const { port, events } = await open(t)
  const slow = connect(port, ADDRESS).pause()
  slow.on('error', () => {}) // that it is reset is what this test is about
  slow.write('GET /events HTTP/1.1\r\nHost: x\r\n\r\n')
  while (!events.watched) await new Promise(resolve => setImmediate(resolve))
  // Its share fills the kernel's buffers first, a few MiB, and then ours.
  const filler = 'x'.repeat(64 * 1024)
  let published = 0
  while (events.watched && published < 2000) {
    events.publish('edge.balance', () => ({ algorithm: filler }))
    published++
    await new Promise(resolve => setImmediate(resolve))
  }
  t.notOk(events.watched, `still watched after ${published} events of 64 KiB`)
  slow.destroy()
})

t.test('An unknown path is 404, another method 405 with Allow (RFC 9110 §15.5.6)', async t => {
  const { port } = await open(t, { routes: { 'POST /order': () => ({}), 'POST /status': () => ({}) } })
  const unknown = await ask(port, { path: '/nothing' })
  t.equal(unknown.headers['content-type'], 'application/problem+json')
  t.match(unknown.json(), { type: 'about:blank', title: 'Not Found', status: 404, detail: 'there is no /nothing here' })

  const wrong = await ask(port, { method: 'DELETE', path: '/order' })
  t.equal(wrong.headers.allow, 'POST')
  t.match(wrong.json(), { status: 405, detail: '/order takes POST, not DELETE' })
  t.equal((await ask(port, { method: 'PUT', path: '/status' })).headers.allow, 'GET, HEAD, POST')
  t.equal((await ask(port, { method: 'PUT', path: '/metrics' })).headers.allow, 'GET, HEAD')
})

t.test('A target that is not a URL is 400', async t => {
  const { port } = await open(t)
  for (const path of ['//', 'http://[', '//x:99999/status']) {
    t.match((await ask(port, { path })).json(), { status: 400, detail: 'the request target is not a valid URL' }, path)
  }
})

t.test('A switch takes JSON and answers JSON', async t => {
  const { port } = await open(t, {
    routes: {
      'POST /order': async body => ({ was: body }),
      'POST /quiet': () => undefined,
      'POST /picky': () => {
        throw new AdminError(422, 'order: one of cyclic, random is needed')
      },
    },
  })
  const answer = await ask(port, { method: 'POST', path: '/order', headers: JSON_BODY, body: '{"order":"cyclic"}' })
  t.strictSame(answer.json(), { was: { order: 'cyclic' } })
  t.strictSame((await ask(port, { method: 'POST', path: '/quiet', headers: JSON_BODY })).json(), {})
  const refused = await ask(port, { method: 'POST', path: '/picky', headers: JSON_BODY, body: '{}' })
  t.match(refused.json(), { status: 422, detail: 'order: one of cyclic, random is needed' })
})

t.test('A switch refuses a body that is not JSON, or too long', async t => {
  const { port } = await open(t, { routes: { 'POST /order': () => t.fail('this body was let through') } })
  const send = (body: string, headers: Record<string, string> = JSON_BODY) =>
    ask(port, { method: 'POST', path: '/order', headers, body })
  t.match((await send('{"order":')).json(), { status: 400, detail: /^the body is not JSON: / })
  t.match((await send('a=b', { 'Content-Type': 'application/x-www-form-urlencoded' })).json(), { status: 415 })
  t.match((await send('{}', { 'Content-Type': 'text/plain' })).json(), { status: 415 })
  t.match((await send('{}', { 'Content-Type': 'application/jsonp' })).json(), { status: 415 })
  const long = await send(JSON.stringify('x'.repeat(64 * 1024)))
  t.match(long.json(), { status: 413, detail: 'a body may have at most 65536 octets' })
  t.match((await send(JSON.stringify('x'.repeat(8_000_000)))).json(), { status: 413 }, 'also while much is on its way')
})

t.test('What can be read is not read by a web page whose name was bound to this address', async t => {
  // DNS rebinding: evil.example means this address now, so its page may read the answer; its browser sends its name as Host.
  const { port } = await open(t)
  for (const path of ['/status', '/metrics', '/events']) {
    for (const Host of [
      'evil.example',
      `evil.example:${port}`,
      'EVIL.example',
      'xmeutrabalho.com.br',
      '127.0.0.1.evil.example',
    ]) {
      t.equal((await ask(port, { path, headers: { Host } })).status, 403, `${path} for ${Host}`)
    }
  }
  for (const Host of [
    ADDRESS,
    `${ADDRESS}:${port}`,
    'frontend1',
    'localhost:9100',
    'Frontend1.meutrabalho.com.br:9100',
  ]) {
    t.equal((await ask(port, { headers: { Host } })).status, 200, Host)
  }
})

t.test('A switch refuses a web page that a student happens to have open', async t => {
  // DNS rebinding: the page's own name suddenly means this address, so the browser sends the page's Host.
  // A simple cross-origin form post: right Host, but the Origin is the page's.
  const { port } = await open(t, { routes: { 'POST /order': () => ({ ok: true }) } })
  const own = `${ADDRESS}:${port}`
  const from = (headers: Record<string, string>) =>
    ask(port, { method: 'POST', path: '/order', headers: { ...JSON_BODY, ...headers }, body: '{}' })
  for (const Host of ['evil.example', `evil.example:${port}`, '127.0.0.2', `${ADDRESS}.evil.example`, 'localhost']) {
    t.match((await from({ Host })).json(), { status: 403, detail: /^Host / }, Host)
  }
  for (const Origin of ['http://evil.example', `https://${own}`, `http://${ADDRESS}`, 'null', '']) {
    t.match((await from({ Host: own, Origin })).json(), { status: 403 }, Origin)
  }
  t.strictSame((await from({ Host: own, Origin: `http://${own}` })).json(), { ok: true })
  t.strictSame((await from({ Host: own })).json(), { ok: true }, 'curl sends no Origin')
})

t.test('openAdmin() says when its port is in use, and frees it when it is closed', async t => {
  const events = new Events('frontend1')
  const options = { address: ADDRESS, events, metrics: new Registry(), status: () => ({}) }
  const first = await openAdmin({ ...options, port: 0 })
  await t.rejects(openAdmin({ ...options, port: first.port }), { code: 'EADDRINUSE' })
  const { response } = await watch(first.port, '/events')
  const cut = once(response, 'error')
  await first.close()
  await cut
  const second = await openAdmin({ ...options, port: first.port })
  t.equal(second.port, first.port, 'a watcher does not hold up the end')
  await second.close()
})
