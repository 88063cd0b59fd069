/**
 * The client against a real DNS server of the lab and HTTP servers on several addresses.
 */
import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { Events, type LabEvent } from '#shared/events.ts'
import { isRequestId } from '#shared/request-id.ts'
import { load } from './load/load.ts'
import { ORIGIN, openDns, openSites, site } from './testing/site.ts'
import { WebClient, type WebClientOptions } from './web-client.ts'

const URL_WWW = `http://www.${ORIGIN}/`
const ZONE = [20, 21, 22].map(octet => `www 5 IN A ${site(octet)}`).join('\n')

/** Answers as an edge proxy does, with the method and the id of the request. */
const answering =
  (octet: number): RequestListener =>
  (request, response) => {
    response.setHeader('X-Served-By', `frontend${octet - 19}, backend1`)
    response.end(
      JSON.stringify({ method: request.method, id: request.headers['x-request-id'], host: request.headers.host }),
    )
  }

async function clientFor(t: Test, port: number, options: Partial<WebClientOptions> = {}) {
  const events = new Events('client')
  const seen: LabEvent[] = []
  events.watch(event => seen.push(event))
  const client = new WebClient({ servers: [await openDns(t, ZONE)], httpPort: port, cache: 'none', events, ...options })
  t.teardown(() => client.close())
  return { client, seen, kinds: (id: string) => seen.filter(({ request }) => request === id).map(({ kind }) => kind) }
}

t.test('WebClient.send() resolves, connects and gives the request an id; each step has an event', async t => {
  const { port } = await openSites(t, [20, 21, 22], answering)
  const { client, seen, kinds } = await clientFor(t, port)
  const response = await client.send(URL_WWW)
  t.match(response, {
    status: 200,
    frontend: /^frontend[123]$/,
    backend: 'backend1',
    resolved: 'query',
    attempts: [{ connection: 'new', failure: undefined }],
  })
  t.strictSame(response.json(), { method: 'GET', id: response.id, host: `www.${ORIGIN}` })
  t.ok(isRequestId(response.id))
  t.strictSame(kinds(response.id).sort(), [
    'client.address',
    'client.connected',
    'client.lookup',
    'client.lookup',
    'client.response',
  ])
  const lookup = seen.find(({ kind, detail }) => kind === 'client.lookup' && detail.type === 'A')
  t.match(lookup?.detail, { source: 'query', addresses: { length: 3 }, query: /^[0-9a-f]+$/, response: /^[0-9a-f]+$/ })
  t.equal((await client.send(URL_WWW, { id: 'mine' })).id, 'mine')
})

t.test('WebClient without caches follows the rotation; each of the two caches hides it', async t => {
  const { port } = await openSites(t, [20, 21, 22], answering)
  const frontendsOf = async (client: WebClient) => {
    const seen = new Set<string>()
    for (let i = 0; i < 6; i++) seen.add((await client.send(URL_WWW)).frontend)
    return seen.size
  }
  t.equal(await frontendsOf((await clientFor(t, port)).client), 3)
  t.equal(await frontendsOf((await clientFor(t, port, { cache: 'ttl' })).client), 1)

  const { client: keeping } = await clientFor(t, port, { keepAlive: true })
  t.equal(await frontendsOf(keeping), 1)
  t.match(await keeping.send(URL_WWW), { resolved: 'kept', attempts: [{ connection: 'reused' }] })
  keeping.forget()
  t.match(await keeping.send(URL_WWW), { resolved: 'query', attempts: [{ connection: 'new' }] })
})

t.test('WebClient tries the next address when one refuses, and lists the attempts', async t => {
  const { port } = await openSites(t, [22], answering)
  const { client, kinds } = await clientFor(t, port)
  for (let i = 0; i < 3; i++) {
    const { frontend, attempts, id } = await client.send(URL_WWW, { method: 'POST', json: { a: 1 } })
    t.equal(frontend, 'frontend3')
    t.ok(attempts.slice(0, -1).every(({ failure }) => /ECONNREFUSED/.test(failure ?? '')))
    t.equal(kinds(id).filter(kind => kind === 'client.failure').length, attempts.length - 1)
  }
  await t.rejects(client.send(URL_WWW, { address: site(20) }), { name: 'AttemptError', failure: { stage: 'connect' } })
})

/** A server that answers the first request of each connection, and resets the connection when the second comes. */
async function closesIdleConnections(t: Test): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Served-By: frontend1\r\n\r\nok')
      socket.once('data', () => socket.resetAndDestroy())
    })
  })
  server.listen(0, site(20))
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

t.test('WebClient repeats an idempotent request once on a new connection when a reused one was closed', async t => {
  const port = await closesIdleConnections(t)
  const { client, kinds } = await clientFor(t, port, { keepAlive: true })
  const address = site(20)
  const url = `http://${address}/`
  await client.send(url)
  const again = await client.send(url)
  t.match(again, { status: 200, attempts: [{ connection: 'reused', failure: /./ }, { connection: 'new' }] })
  t.ok(kinds(again.id).includes('client.failure'))
  await t.rejects(client.send(url, { method: 'POST', json: {} }), {
    name: 'AttemptError',
    failure: { stage: 'lost', reused: true, received: 0 },
  })
})

t.test('WebClient resolves again when the frontend of a kept connection is gone', async t => {
  const { port, servers } = await openSites(t, [20, 21, 22], answering)
  const { client, kinds } = await clientFor(t, port, { keepAlive: true })
  const { attempts } = await client.send(URL_WWW)
  const gone = attempts[0]?.address
  for (const [octet, server] of servers) {
    if (site(octet) !== gone) continue
    // The next request finds its connection reset, and nothing listens there any more.
    server.removeAllListeners('request').on('request', request => {
      server.close()
      request.socket.resetAndDestroy()
    })
  }
  const again = await client.send(URL_WWW)
  t.match(again, { status: 200, resolved: 'query', attempts: [{ address: gone, connection: 'reused', failure: /./ }] })
  t.not(again.attempts.at(-1)?.address, gone)
  t.equal(kinds(again.id).filter(kind => kind === 'client.lookup').length, 2)
})

t.test('WebClient does not repeat a request whose response breaks off: the server may have executed it', async t => {
  const { port } = await openSites(t, [20], () => (_, response) => {
    response.writeHead(200, { 'content-length': '10' })
    response.write('half')
    response.socket?.end()
  })
  const { client } = await clientFor(t, port, { keepAlive: true })
  await t.rejects(client.send(`http://${site(20)}/`), {
    name: 'AttemptError',
    failure: { stage: 'lost', reused: false },
  })
})

t.test('WebClient keeps cookies per name, and sends forms', async t => {
  const { port } = await openSites(t, [20, 21, 22], () => (request, response) => {
    response.setHeader('Set-Cookie', 'sid=secret; Path=/; HttpOnly')
    request.setEncoding('utf8')
    let body = ''
    request.on('data', piece => {
      body += piece
    })
    request.on('end', () => response.end(`${request.headers.cookie} ${request.headers['content-type']} ${body}`))
  })
  const { client } = await clientFor(t, port)
  t.equal(
    (await client.send(URL_WWW, { method: 'POST', form: { a: 'é &' } })).body,
    'undefined application/x-www-form-urlencoded a=%C3%A9+%26',
  )
  t.match((await client.send(URL_WWW)).body, /^sid=secret /)
  t.equal(client.cookieFor(`www.${ORIGIN}`), 'sid=secret')
  t.match((await client.send(`http://${site(20)}/`)).body, /^undefined /, 'another name, no cookie')
})

t.test('load() sends every request of the plan and counts frontends, backends and errors', async t => {
  const { port } = await openSites(t, [20, 21, 22], answering)
  const { client } = await clientFor(t, port)
  const report = await load(client, URL_WWW, { count: 30, rate: 500, concurrency: 5 })
  t.match(report, { count: 30, errors: {}, statuses: { 200: 30 }, retries: 0, resolved: { query: 30 } })
  const counts = Object.values(report.frontends)
  t.strictSame([counts.length, Math.min(...counts), Math.max(...counts)], [3, 10, 10])
  t.ok((report.p99 ?? 0) >= (report.p50 ?? Number.NaN))

  const failing = await load(client, `http://no.${ORIGIN}/`, { count: 2, rate: 500, concurrency: 1 })
  t.match(failing, { count: 2, errors: { 'dns: nxdomain': 2 }, p50: null })
  const refused = await load(client, URL_WWW, { count: 1, rate: 1, concurrency: 1 }, { address: site(99) })
  t.match(refused, { errors: { ECONNREFUSED: 1 } })
  const ended = await load(client, URL_WWW, { count: 1000, rate: 1, concurrency: 1 }, {}, AbortSignal.abort())
  t.match(ended, { count: 0 })
})
