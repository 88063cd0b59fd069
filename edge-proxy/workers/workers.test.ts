/**
 * An edge with two workers, on real sockets: it answers as one edge with one thread would.
 *
 * Which worker gets a connection is decided by the kernel. So a test that needs both opens connections until both have some.
 */
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { systemClock } from '#shared/clock.ts'
import { Events } from '#shared/events.ts'
import { loopbackPrefix } from '../../test/testing/loopback.ts'
import { Spawned } from '../../test/testing/spawned.ts'
import { until } from '../../test/testing/until.ts'
import { assembleEdge } from '../assemble.ts'
import { readConfig } from '../config.ts'
import { httpBackend, scriptedBackend } from '../testing/backends.ts'
import { metricsOf } from '../watch/metrics.ts'
import { statusOf } from '../watch/status.ts'
import { EdgeWorkers } from './workers.ts'

const PREFIX = loopbackPrefix()
const JSON_BODY = { 'Content-Type': 'application/json' }
const MANY = 40

interface EdgeAnswer {
  readonly status: number | undefined
  readonly by: string
  readonly text: string
  readonly close: boolean
}

interface WorkerLoad {
  readonly worker: number
  readonly connections: number
  readonly requests: number
}

interface EdgeStatus {
  readonly requests: number
  readonly backends: readonly { readonly name: string; readonly state: string; readonly requests: number }[]
  readonly workers: readonly WorkerLoad[]
}

/** One request. Without an agent it opens a connection of its own. */
async function ask(url: string, { agent, json }: { agent?: Agent; json?: unknown } = {}): Promise<EdgeAnswer> {
  const method = json === undefined ? 'GET' : 'POST'
  const sent = httpRequest(url, { agent: agent ?? false, method, headers: json === undefined ? {} : JSON_BODY })
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.on('response', resolve).on('error', reject)
    sent.end(json === undefined ? undefined : JSON.stringify(json))
  })
  const { statusCode: status, headers } = response
  const by = String(headers['x-served-by']).split(', ').at(-1) ?? ''
  return { status, by, text: await text(response), close: headers.connection === 'close' }
}

/** As many requests, each on a connection of its own. @returns how often each status and each backend answered */
async function askMany(
  url: string,
  count = MANY,
): Promise<{ statuses: Set<number | undefined>; by: Map<string, number>; ok: number }> {
  const answers: EdgeAnswer[] = []
  for (let index = 0; index < count; index++) answers.push(await ask(url))
  const by = new Map<string, number>()
  for (const answer of answers) by.set(answer.by, (by.get(answer.by) ?? 0) + 1)
  const ok = answers.filter(({ status }) => status === 200).length
  return { statuses: new Set(answers.map(({ status }) => status)), by, ok }
}

/** Two backends. `/hold` is answered after `release()`; `held` has the id of each such request, though it may be sent to both backends. */
async function openBackends(t: Test) {
  const held = new Set<string>()
  const answers: (() => void)[] = []
  const open = (name: string) =>
    httpBackend(name, (request, response) => {
      if (request.url !== '/hold') return void response.end(name)
      held.add(String(request.headers['x-request-id']))
      answers.push(() => response.end(name))
    })
  const backends = await Promise.all([open('backend1'), open('backend2')])
  for (const backend of backends) t.teardown(() => backend.close())
  const release = () => {
    for (const answer of answers.splice(0)) answer()
  }
  const list = backends.map(({ name, port }) => `${name}=127.0.0.1:${port}`).join(',')
  return { backends, list, held, release }
}

/** The program, with two workers. */
async function startEdge(t: Test, octet: number) {
  const backends = await openBackends(t)
  const address = `${PREFIX}.${octet}`
  const env = {
    ADDRESS: address,
    LAB_PORTS: 'high',
    LAB_FAULTS: '1',
    WORKERS: '2',
    DRAIN_GRACE: '2000',
    BACKENDS: backends.list,
  }
  const program = new Spawned(t, [process.execPath, 'edge-proxy/main.ts'], { env })
  await program.says(/ listening /)
  const admin = `http://${address}:9100`
  const status = async () => JSON.parse((await ask(`${admin}/status`)).text) as EdgeStatus
  return { ...backends, program, url: `http://${address}:8080`, admin, status }
}

/** Opens connections that are kept, with one request on each, until each worker has at least `each` more requests than before. */
async function connectToBoth(t: Test, url: string, status: () => Promise<EdgeStatus>, each: number, path = '/') {
  const before = await status()
  const opened: { agent: Agent; answer: Promise<EdgeAnswer> }[] = []
  const grown = (now: EdgeStatus) =>
    now.workers.every(({ requests }, index) => requests >= (before.workers[index]?.requests ?? 0) + each)
  await until('each worker has connections', async () => {
    for (let index = 0; index < 4; index++) {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      t.teardown(() => agent.destroy())
      const answer = ask(`${url}${path}`, { agent })
      answer.catch(() => {}) // awaited later, and compared there
      opened.push({ agent, answer })
    }
    return grown(await status())
  })
  return opened
}

t.test('two workers are one edge: sums, switches and faults are those of both', async t => {
  const { url, admin, status, backends } = await startEdge(t, 20)

  for (const { answer } of await connectToBoth(t, url, status, 3, '/x')) t.equal((await answer).status, 200)
  const { requests, workers, backends: rows } = await status()
  t.strictSame(
    workers.map(({ worker }) => worker),
    [1, 2],
  )
  t.equal(
    workers.reduce((sum, { requests }) => sum + requests, 0),
    requests,
    'GET /status counts both',
  )
  t.equal(
    rows.slice(0, 2).reduce((sum, { requests }) => sum + requests, 0),
    requests,
  )
  const metrics = (await ask(`${admin}/metrics`)).text
  t.match(metrics, `edge_requests_total ${requests}\n`)
  t.match(metrics, 'edge_backend_healthy{backend="backend1"} 1\n')

  const drained = JSON.parse((await ask(`${admin}/backends`, { json: { backend: 'backend1', mode: 'drain' } })).text)
  t.match(drained, { mode: 'drain', requests: rows[0]?.requests }, 'the answer has the numbers of both')
  t.strictSame(
    [...(await askMany(`${url}/x`)).by.keys()],
    ['backend2'],
    'drained in both when POST /backends is answered',
  )
  await ask(`${admin}/backends`, { json: { backend: 'backend1', mode: 'ready' } })
  t.equal((await askMany(`${url}/x`)).by.size, 2)

  await ask(`${admin}/faults`, { json: { kind: 'error', status: 502 } })
  t.strictSame([...(await askMany(`${url}/x`)).statuses], [502])
  await ask(`${admin}/faults`, { json: { kind: 'refuse' } })
  await t.rejects(ask(`${url}/x`), { code: 'ECONNREFUSED' }, 'both have closed the port')
  await ask(`${admin}/faults`, { json: { kind: 'none' } })
  t.strictSame([...(await askMany(`${url}/x`)).statuses], [200])

  // A third for each edge of the map: 10 at once.
  await ask(`${admin}/limits`, { json: { scope: 'everyone', requests: { perSecond: 0.001, burst: 30 } } })
  t.equal((await askMany(`${url}/x`)).ok, 10, 'a client has one bucket, whichever worker has its connection')
  await ask(`${admin}/limits`, { json: { scope: 'nobody' } })

  await backends[1]?.close()
  await until('backend2 is down', async () => (await status()).backends[1]?.state === 'DOWN')
  const asked = (await status()).backends[1]?.requests
  t.strictSame([...(await askMany(`${url}/x`)).by.keys()], ['backend1'])
  t.equal((await status()).backends[1]?.requests, asked, 'neither worker has tried the backend that is down')
})

t.test(
  'GET /events has the requests of both workers, from the first one on, and each change of a switch once',
  async t => {
    const { url, admin } = await startEdge(t, 21)
    let stream = ''
    const watching = httpRequest(`${admin}/events?kind=edge.request&kind=edge.backend`, { agent: false })
    t.teardown(() => watching.destroy())
    watching.on('error', () => {}) // destroyed at the end
    watching.on('response', (response: IncomingMessage) =>
      response
        .on('error', () => {})
        .setEncoding('utf8')
        .on('data', piece => (stream += piece)),
    )
    watching.end()
    await until('the stream begins', () => stream.startsWith(': watching'))
    await askMany(`${url}/x`)
    await ask(`${admin}/backends`, { json: { backend: 'backend1', weight: 2 } })
    await ask(`${url}/last`)
    const events = () => [...stream.matchAll(/^data: (.*)\n\n/gm)].map(([, data = '']) => JSON.parse(data))
    const ofKind = (wanted: string) => events().filter(({ kind }) => kind === wanted)
    await until('all requests are seen', () => ofKind('edge.request').length > MANY)
    t.equal(new Set(ofKind('edge.request').map(({ request }) => request)).size, MANY + 1)
    t.equal(ofKind('edge.backend').length, 1)
    const ids = events().map(({ id }) => id)
    t.strictSame(
      ids,
      ids.toSorted((a, b) => a - b),
      'numbered by the main thread',
    )
    t.strictSame([...new Set(events().map(({ component }) => component))], ['frontend2'])
  },
)

t.test('SIGTERM: both workers finish what they have begun, and no request is lost', async t => {
  const { url, status, program, held, release } = await startEdge(t, 22)
  const waiting = await connectToBoth(t, url, status, 2, '/hold')
  const kept = await connectToBoth(t, url, status, 2, '/x')
  for (const { answer } of kept) t.match(await answer, { status: 200, close: false })
  await until('every request is at a backend', () => held.size === waiting.length)

  program.process.kill('SIGTERM')
  // Each connection goes on until the edge announces that it closes it.
  const rest = kept.map(async ({ agent }) => {
    for (;;) {
      const answer = await ask(`${url}/x`, { agent })
      if (answer.close || answer.status !== 200) return answer
    }
  })
  for (const answer of await Promise.all(rest)) t.match(answer, { status: 200, close: true })
  release()
  for (const { answer } of waiting) t.match(await answer, { status: 200, close: true })
  t.strictSame(await program.ended, { code: 0, signal: null })
})

/** The same in this process, so that a test can reach its threads. `broken` closes the connection of every request that is not a check. */
async function openEdgeHere(t: Test) {
  const backends = await openBackends(t)
  const broken = await scriptedBackend('broken', socket => socket.destroy())
  t.teardown(() => broken.close())
  const address = `${PREFIX}.20`
  const list = `${backends.list},broken=127.0.0.1:${broken.port}`
  const env = { ADDRESS: address, LAB_PORTS: 'high', WORKERS: '2', DRAIN_GRACE: '0', BACKENDS: list }
  const config = readConfig(env)
  const errors: string[] = []
  const log = { info() {}, warn() {}, error: (message: string) => void errors.push(message) }
  const clock = systemClock
  const events = new Events('frontend1')
  const workers = new EdgeWorkers({ config, clock, events, log, env: { ...process.env, ...env } })
  const parts = await assembleEdge(config, { clock, events, log, ...workers.surroundings })
  const { edge, limits, rows } = parts
  const admin = { metrics: metricsOf(edge, limits), status: () => statusOf(edge, limits), routes: {} }
  const status = workers.adminOf(admin).status as () => Promise<EdgeStatus>
  const www = rows[0]?.cluster
  await www?.setBackends(config.backends)
  await edge.listen(address, 8080)
  await workers.start(parts)
  t.teardown(() => Promise.all([edge.drain(0, 0), workers.drain()]))
  const ofBroken = () => www?.backends.find(({ name }) => name === 'broken')
  return { ...backends, edge, errors, ofBroken, status, url: `http://${address}:8080`, workers }
}

t.test('a worker that ends loses its own requests only, and another one takes its place', async t => {
  const { errors, held, release, status, url, workers } = await openEdgeHere(t)
  const sent = await connectToBoth(t, url, status, 3, '/hold')
  await until('every request is at a backend', () => held.size === sent.length)
  const [, second] = (await status()).workers
  const before = workers.threads.get(2)
  await before?.terminate()
  await until('another worker is there', () => workers.threads.has(2) && workers.threads.get(2) !== before)
  release()
  const ended = await Promise.allSettled(sent.map(({ answer }) => answer))
  const answered = ended.flatMap(one => (one.status === 'fulfilled' ? [one.value.status] : []))
  t.equal(ended.length - answered.length, second?.connections, 'those of the worker that has ended')
  t.strictSame(new Set(answered), new Set([200]), 'all others are answered')
  t.match(errors, [/a worker has ended/])
  for (const { answer } of await connectToBoth(t, url, status, 1, '/x')) t.equal((await answer).status, 200)
})

t.test('a ban that the failures of one worker have caused is for all workers', async t => {
  const { edge, ofBroken, status, url } = await openEdgeHere(t)
  // From now on all connections go to the other worker.
  await edge.closePorts()
  const before = (await status()).workers[0]?.requests
  await until('the main thread has the ban', async () => {
    t.equal((await ask(`${url}/x`)).status, 200, 'another backend answers')
    return (ofBroken()?.ban.times ?? 0) > 0
  })
  t.equal((await status()).workers[0]?.requests, before)
  t.equal(ofBroken()?.requests, 0, 'the main thread has sent it no request')
})
