/**
 * This edge and nginx side by side: the same requests, and where the answers differ, the difference is written down here.
 *
 * Read beside: nginx.conf, docs/in-bind-nginx-express.md
 * Touches the world: nginx, an edge and backends on loopback addresses of this test's own.
 */
import { readFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { PassThrough } from 'node:stream'
import t, { type Test } from 'tap'
import { systemClock } from '#shared/clock.ts'
import { Events } from '#shared/events.ts'
import { createLog } from '#shared/log.ts'
import { until } from '../../test/support/until.ts'
import { Discovery } from '../discovery/discovery.ts'
import { RateLimits } from '../limits/rate-limits.ts'
import { loadFolder } from '../static/load.ts'
import { httpBackend, type TestBackend } from '../testing/backends.ts'
import { openEdge } from '../testing/edge.ts'
import { exchange } from '../testing/raw-client.ts'
import { BACKENDS_NAME, BACKENDS_PORT, backendAt, DNS_SERVER, EditedZone, PREFIX } from '../testing/zone.ts'
import { NGINX_IS_HERE, type NginxOptions, startNginx } from './nginx.ts'

const PUBLIC = new URL('../public/', import.meta.url).pathname
const skip = !NGINX_IS_HERE && process.env.CI !== 'true' && 'not installed: nginx'

interface Answer {
  readonly status: number
  /** The backend's own word, which both pass on. */
  readonly backend: string
  field(name: string): string | undefined
}

type Asker = (target: string, lines?: readonly string[], method?: string) => Promise<Answer>

function asker(port: number, address?: string): Asker {
  return async (target, lines = [], method = 'GET') => {
    const head = [`${method} ${target} HTTP/1.1`, 'Host: a', 'Connection: close', ...lines].join('\r\n')
    const received = await exchange(port, `${head}\r\n\r\n`, address)
    const field = (name: string) =>
      new RegExp(`^${name}: (.*?)\r$`, 'im').exec(`${received.split('\r\n\r\n')[0]}\r`)?.[1]
    return { status: Number(received.slice(9, 12)), backend: field('X-Backend') ?? '-', field }
  }
}

const LETTERS = ['a', 'b', 'c']

function namedBackends(count = 3): Promise<TestBackend[]> {
  return Promise.all(
    LETTERS.slice(0, count).map(name =>
      httpBackend(name, (_, response) => response.setHeader('X-Backend', name).end(name)),
    ),
  )
}

async function besideNginx(t: Test, options: Partial<NginxOptions> & Pick<NginxOptions, 'backends'>): Promise<Asker> {
  const place = { address: `${PREFIX}.31`, port: 8080 }
  const nginx = await startNginx({ ...place, ...options })
  t.teardown(() => nginx.stop())
  return asker(place.port, place.address)
}

/** Who answers `count` requests, one after the other. */
async function sequence(ask: Asker, target: string, count: number): Promise<string> {
  let names = ''
  for (let i = 0; i < count; i++) names += (await ask(target)).backend
  return names
}

t.test('static files: the same answers to the same questions, but for what is written here', { skip }, async t => {
  const backends = await namedBackends(1)
  const { port } = await openEdge(t, backends, { files: await loadFolder(PUBLIC) })
  const ours = asker(port)
  const nginx = await besideNginx(t, { backends })

  /** `TAG` and `DATE` stand for what each has given for the same file. */
  const cases: [what: string, lines: string[], ours: number, nginx?: number][] = [
    ['nothing special', [], 200],
    ['gzip', ['Accept-Encoding: gzip'], 200],
    ['the same tag', ['If-None-Match: TAG'], 304],
    ['the same tag, weak', ['If-None-Match: W/TAG'], 304],
    ['the tag in a list', ['If-None-Match: "a", TAG'], 304],
    ['any tag', ['If-None-Match: *'], 304],
    ['another tag', ['If-None-Match: "other"'], 200],
    ['the same date', ['If-Modified-Since: DATE'], 304],
    ['a later date', ['If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT'], 304],
    ['an earlier date', ['If-Modified-Since: Mon, 01 Jan 1990 00:00:00 GMT'], 200],
    ['another tag and the same date', ['If-None-Match: "other"', 'If-Modified-Since: DATE'], 200],
    ['only this version', ['If-Match: TAG'], 200],
    ['only another version', ['If-Match: "other"'], 412],
    ['not since long ago', ['If-Unmodified-Since: Mon, 01 Jan 1990 00:00:00 GMT'], 412],
    ['the first two octets', ['Range: bytes=0-1'], 206],
    ['the last two', ['Range: bytes=-2'], 206],
    ['beyond the end', ['Range: bytes=9999999-'], 416],
    ['several parts', ['Range: bytes=0-1,5-6'], 200],
    ['another unit', ['Range: items=0-1'], 200],
    ['to be continued', ['Range: bytes=5-', 'If-Range: TAG'], 206],
    ['not to be continued', ['Range: bytes=5-', 'If-Range: "other"'], 200],
    // nginx does not ask whether the date could mean another coding.
    ['to be continued by date', ['Range: bytes=5-', 'If-Range: DATE'], 200, 206],
    // RFC 9110 §14.1.1 lets both: for us the range is none, for nginx it cannot be satisfied.
    ['the last before the first', ['Range: bytes=5-4'], 200, 416],
    ['nothing that there is', ['Accept-Encoding: identity;q=0'], 406, 200],
  ]
  for (const [what, lines, expected, theirs = expected] of cases) {
    for (const [name, ask, status] of [
      ['edge', ours, expected],
      ['nginx', nginx, theirs],
    ] as const) {
      const first = await ask('/app.js')
      const filled = lines.map(line =>
        line.replace('TAG', first.field('ETag') ?? '').replace('DATE', first.field('Last-Modified') ?? ''),
      )
      t.equal((await ask('/app.js', filled)).status, status, `${name}: ${what}`)
    }
  }

  const codings: [accept: string, ours: string | undefined, nginx: string | undefined][] = [
    ['gzip', 'gzip', 'gzip'],
    ['gzip;q=0', undefined, undefined],
    ['gzip;q=0.5, identity', undefined, 'gzip'],
    ['*', 'br', undefined],
    ['br, gzip', 'br', 'gzip'],
  ]
  for (const [accept, expected, theirs] of codings) {
    t.equal(
      (await ours('/app.js', [`Accept-Encoding: ${accept}`])).field('Content-Encoding'),
      expected,
      `edge: ${accept}`,
    )
    t.equal(
      (await nginx('/app.js', [`Accept-Encoding: ${accept}`])).field('Content-Encoding'),
      theirs,
      `nginx: ${accept}`,
    )
  }
  for (const ask of [ours, nginx]) {
    const page = await ask('/', ['Accept-Encoding: gzip'])
    t.match(page, { status: 200 })
    t.equal(page.field('Vary'), 'Accept-Encoding')
    t.match(page.field('ETag'), /^"/, 'a strong tag')
    t.match(page.field('Content-Security-Policy'), /^default-src 'none'/)
    t.equal(page.field('X-Content-Type-Options'), 'nosniff')
    t.equal((await ask('/', [], 'HEAD')).field('Content-Length'), (await ask('/')).field('Content-Length'))
  }
  // nginx decodes and normalises a path, and then opens it; here it is looked up as it is.
  t.match([(await ours('/%61pp.js')).backend, (await nginx('/%61pp.js')).backend], ['a', '-'])
})

t.test('weighted round robin: the same order, turn by turn', { skip }, async t => {
  const backends = await namedBackends()
  const weighted = backends.map((backend, index) => ({ ...backend, weight: [5, 1, 1][index] as number }))
  const { port } = await openEdge(t, weighted)
  const nginx = await besideNginx(t, { backends, weighted })
  t.equal(await sequence(asker(port), '/weighted', 14), 'aabacaaaabacaa')
  t.equal(await sequence(nginx, '/weighted', 14), 'aabacaaaabacaa')
})

t.test('least connections: who is busy gets nothing, among the others by turns', { skip }, async t => {
  const waiting: (() => void)[] = []
  const hold =
    (name: string): RequestListener =>
    (message, response) => {
      response.setHeader('X-Backend', name)
      if (message.url?.endsWith('/wait')) waiting.push(() => response.end())
      else response.end()
    }
  const backends = await Promise.all(LETTERS.map(name => httpBackend(name, hold(name))))
  const { port } = await openEdge(t, backends, { algorithm: 'least-connections' })
  for (const ask of [asker(port), await besideNginx(t, { backends })]) {
    const slow = ask('/least/wait')
    while (waiting.length === 0) await new Promise(resolve => setImmediate(resolve))
    const names = await sequence(ask, '/least', 6)
    waiting.pop()?.()
    const { backend: busy } = await slow
    const [x, y] = LETTERS.filter(name => name !== busy)
    t.ok(
      [`${x}${y}`, `${y}${x}`].some(two => names === two.repeat(3)),
      `${busy} was busy: ${names}`,
    )
  }
})

t.test('sticky: a cookie keeps a browser with one backend; here it says which one', { skip }, async t => {
  const backends = await namedBackends()
  const { port } = await openEdge(t, backends, { algorithm: 'sticky' })
  const nginx = await besideNginx(t, { backends })
  const withCookie = async (ask: Asker, value: string) => {
    const names = new Set<string>()
    for (let i = 0; i < 6; i++) names.add((await ask('/sticky', [`Cookie: lab_backend=${value}`])).backend)
    return [...names].join('')
  }
  t.equal(await withCookie(asker(port), 'b'), 'b')
  t.match(await withCookie(nginx, 'b'), /^[abc]$/, 'one of them, whichever the hash says')
  t.match((await asker(port)('/sticky')).field('Set-Cookie'), /^lab_backend=[abc]; /, 'a browser without one gets one')
  t.equal((await nginx('/sticky')).field('Set-Cookie'), undefined, 'there somebody else has to set it')
})

t.test('a backend that is switched off: no client sees it', { skip }, async t => {
  const backends = await namedBackends()
  const { port } = await openEdge(t, backends)
  const nginx = await besideNginx(t, { backends })
  await backends[1]?.close()
  for (const ask of [asker(port), nginx]) {
    const names = await sequence(ask, '/x', 9)
    t.match(names, /^[ac]{9}$/, names)
  }
  await Promise.all(backends.map(backend => backend.close()))
  const statuses = async (ask: Asker) => {
    const found: number[] = []
    for (let i = 0; i < 5; i++) found.push((await ask('/x')).status)
    return found
  }
  t.match((await statuses(asker(port))).join(' '), /^502 .*503 503$/, 'after three failures nobody is believed in')
  t.same(await statuses(nginx), [502, 502, 502, 502, 502])
})

t.test('limits: the same burst, then 429; logins are counted by themselves', { skip }, async t => {
  const backends = await namedBackends(1)
  // nginx lets one more through than its `burst`.
  const settings = { requests: { perSecond: 10, burst: 5 }, logins: { perSecond: 1 / 6, burst: 3 } }
  const limits = new RateLimits({ scope: 'everyone', ...settings }, 1, '172.20.0')
  const { port } = await openEdge(t, backends, { limits })
  const nginx = await besideNginx(t, { backends, limited: true })
  for (const ask of [asker(port), nginx]) {
    const logins = await Promise.all([1, 2, 3, 4].map(() => ask('/login', ['Content-Length: 0'], 'POST')))
    t.same(logins.map(({ status }) => status).sort(), [200, 200, 200, 429])
  }
  // Logins count as requests here, and in nginx they have left the other bucket alone.
  limits.settings = { ...limits.settings }
  for (const ask of [asker(port), nginx]) {
    const answers = await Promise.all(Array.from({ length: 30 }, () => ask('/x')))
    const passed = answers.filter(({ status }) => status === 200).length
    t.ok(passed >= 5 && passed <= 10, `${passed} of 30 passed: 5 at once, and one every 100 ms`)
    t.equal(answers.filter(({ status }) => status === 429).length, 30 - passed)
  }
})

t.test('backends by name: a record that is added gets traffic, one that is removed gets none', { skip }, async t => {
  const zone = new EditedZone(t)
  await zone.serve()
  await Promise.all([10, 11, 12, 13].map(octet => backendAt(t, octet)))
  const { edge, port } = await openEdge(t, [])
  const servers = [DNS_SERVER]
  const setBackends = edge.setBackends.bind(edge)
  const watched = { clock: systemClock, events: new Events('edge'), log: createLog('edge', new PassThrough().resume()) }
  const discovery = new Discovery({ name: BACKENDS_NAME, port: BACKENDS_PORT, servers, setBackends, ...watched })
  t.teardown(() => discovery.stop())
  await discovery.start()
  const one = { name: 'backend1', address: `${PREFIX}.10`, port: BACKENDS_PORT, weight: 1 }
  const nginx = await besideNginx(t, { backends: [one], dns: DNS_SERVER, name: BACKENDS_NAME })
  const asks = [asker(port), nginx]

  // One after the other: what comes in while nginx resolves goes to the same address, and after that it picks at random.
  const those = async (ask: Asker) => {
    const seen = new Set<string>()
    for (let i = 0; i < 30; i++) seen.add((await ask('/by-name')).backend)
    return [...seen].sort().join(' ')
  }
  const all = (wanted: string) => async () => {
    for (const ask of asks) if ((await those(ask)) !== wanted) return false
    return true
  }
  await until('both ask all three', all('backend1 backend2 backend3'))
  zone.add(13)
  zone.remove(10)
  await until('both follow the zone', all('backend2 backend3 backend4'))
  t.pass('edge and nginx')
})

t.test('docs/in-bind-nginx-express.md quotes only what stands in nginx.conf, or is filled into it', async t => {
  const docs = readFileSync('docs/in-bind-nginx-express.md', 'utf8')
  const section = docs.split('## Edge proxy and nginx')[1]?.split('\n## ')[0] ?? ''
  const source = ['nginx.conf', 'nginx.ts'].map(file => readFileSync(new URL(file, import.meta.url), 'utf8')).join('\n')
  const quoted = [...section.matchAll(/```nginx\n([\s\S]*?)```/g)].flatMap(([, fence = '']) => fence.trim().split('\n'))
  t.ok(quoted.length > 10)
  for (const line of quoted) t.ok(source.includes(line.trim()), line)
})
