/**
 * The page without a browser: its pure functions, and rules for its files. test/browser.test.ts opens it in Chromium.
 */
import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { withParts } from '#shared/page-parts.ts'
import { FAILURES } from './failures.ts'

const PUBLIC = new URL('./public/', import.meta.url)
const read = (file: string) => readFileSync(new URL(file, PUBLIC), 'utf8')
/** The page's modules are JavaScript, checked by tsconfig.page.json; imported here, they have no types. */
const load = (file: string) => import(new URL(file, PUBLIC).href)

const scripts = readdirSync(PUBLIC).filter(file => file.endsWith('.js'))
const html = withParts(read('index.html'))

t.test('parseServedBy() accepts the names of machines, and ignores other values', async t => {
  const { parseServedBy } = await load('hops.js')
  t.strictSame(parseServedBy('frontend2, backend1'), { frontend: 'frontend2', backend: 'backend1' })
  t.strictSame(parseServedBy('frontend3'), { frontend: 'frontend3' }, 'the response is the frontend’s own')
  t.strictSame(parseServedBy('<b>frontend1</b>, backend99999'), {})
  t.strictSame(parseServedBy(null), {})
})

t.test(
  'sayIn() takes a text in the chosen language and fills its values in; a missing value stays visible',
  async t => {
    const { sayIn } = await load('fill.js')
    const say = sayIn({ step: ['passo {n} de {total}', 'step {n} of {total}'] })
    t.equal(say('pt-BR', 'step', { n: 1, total: 9 }), 'passo 1 de 9')
    t.equal(say('en', 'step', { n: 2 }), 'step 2 of {total}')
  },
)

t.test('parseServerTiming() reads durations, and ignores other parameters (Server Timing §2)', async t => {
  const { parseServerTiming } = await load('hops.js')
  const timing = parseServerTiming(
    'backend;dur=1.4, redis;desc="a, b; dur=9";dur=0.5, redis;dur=0.25, cache;desc=hit, edge;dur=2',
  )
  t.strictSame(
    [...timing],
    [
      ['backend', 1.4],
      ['redis', 0.75],
      ['edge', 2],
    ],
  )
  t.equal(parseServerTiming(null).size, 0)
  t.equal(parseServerTiming(';;,,=,"').size, 0)
})

t.test('parseUnavailable() reads which backends get no traffic, and why', async t => {
  const { parseUnavailable } = await load('hops.js')
  t.strictSame(
    [...parseUnavailable('backend2;why=refused, backend10;why=drain')],
    [
      ['backend2', 'refused'],
      ['backend10', 'drain'],
    ],
  )
  t.equal(parseUnavailable(null).size, 0)
  t.equal(parseUnavailable('<b>;why=x, backend1, backend9999;why=y').size, 0)
})

t.test('ownTimes() subtracts nested times: the parts of a request add up to the whole', async t => {
  const { ownTimes, parseServerTiming } = await load('hops.js')
  const own = ownTimes(10, parseServerTiming('edge;dur=7, backend;dur=4, redis;dur=1, mysql;dur=2'))
  t.strictSame(own, { network: 3, edge: 3, backend: 1, redis: 1, mysql: 2 })
  t.strictSame(ownTimes(5, parseServerTiming('edge;dur=2')), { network: 3, edge: 2 }, 'without a backend')
  const clocks = ownTimes(1, parseServerTiming('edge;dur=2, backend;dur=3'))
  t.ok(
    Object.values(clocks).every(ms => (ms as number) >= 0),
    'clocks that disagree do not give a negative time',
  )
})

t.test('count() and since() count responses by machine, sorted by number', async t => {
  const { count, emptyTally, since } = await load('tally.js')
  const request = (backend: string, connection: object | null, status = 200) => ({
    number: 1,
    status,
    servedBy: { frontend: 'frontend1', backend },
    connection,
    unavailable: new Map(),
    timing: new Map(),
    body: { server: `Servidor of ${backend}` },
  })
  const first = count(emptyTally(), request('backend10', { reused: false }))
  const last = ['backend4', 'backend10'].reduce(
    (tally, name) => count(tally, request(name, { reused: true }, 503)),
    first,
  )
  t.strictSame(
    [...last.backends],
    [
      ['backend1', 0],
      ['backend2', 0],
      ['backend3', 0],
      ['backend4', 1],
      ['backend10', 2],
    ],
  )
  t.equal(last.onThisConnection, 3)
  t.equal(last.titles.get('backend4'), 'Servidor of backend4')
  t.strictSame(since(first, last), { requests: 2, failed: 2, frontends: 1, backends: 2 })
})

t.test('machinesOff() follows the last response: backends by the frontend, Redis and MySQL by the backend', async t => {
  const { machinesOff } = await load('tally.js')
  const edge = {
    servedBy: { frontend: 'frontend1' },
    unavailable: new Map(),
    status: 200,
    timing: new Map(),
    body: null,
  }
  const both = { ...edge, servedBy: { frontend: 'frontend1', backend: 'backend1' } }
  const off = (before: string[], request: object) =>
    [...machinesOff(new Map(before.map(name => [name, 'store'])), request).keys()].join(' ')
  t.equal(off([], { ...both, unavailable: new Map([['backend2', 'refused']]) }), 'backend2')
  t.equal(off(['backend2'], both), '', 'a machine that is no longer reported is on again')
  t.equal(off([], { ...both, status: 503, body: { dependency: 'mysql' } }), 'mysql')
  t.equal(off(['mysql'], edge), 'mysql', 'a response without MySQL says nothing about it')
  t.equal(off(['mysql'], { ...both, body: { redis: 'down', mysql: 'up' } }), 'redis', 'as /status says')
  t.equal(off(['redis'], { ...both, timing: new Map([['redis', 1]]) }), '', 'it has answered')
  t.equal(
    off(['redis'], { ...both, status: 503, timing: new Map([['redis', 1]]) }),
    'redis',
    'a time-out takes time too',
  )
  t.equal(off(['backend2'], { ...edge, servedBy: {} }), 'backend2', 'without a response nothing is known')
})

t.test("explain() distinguishes the edge's errors from the backend's, and finds the machine that failed", async t => {
  const { explain } = await load('explain.js')
  const at = (status: number, servedBy: object, body: object | null = null, path = '/perfil') =>
    explain({ failure: null, status, servedBy, path, body })
  const [edge, both] = [{ frontend: 'frontend1' }, { frontend: 'frontend1', backend: 'backend2' }]
  t.equal(at(200, both), null)
  t.match(at(502, edge), { text: 'trouble502', failedAt: 'backend' })
  t.match(at(502, edge, { failure: 'refused' }), { text: 'trouble502Refused', failedAt: 'backend' })
  t.match(at(503, edge), { text: 'trouble503Edge', failedAt: 'backend' })
  t.match(at(503, edge, { failure: 'exhausted' }), { text: 'trouble503Full', failedAt: 'frontend' })
  t.match(at(503, both), { text: 'trouble503Backend', failedAt: 'stores' })
  t.match(at(503, both, { dependency: 'redis' }), { text: 'trouble503Redis', failedAt: 'redis' })
  t.match(at(503, both, { dependency: 'mysql' }, '/login'), { text: 'trouble503Mysql', failedAt: 'mysql' })
  t.match(at(504, edge), { text: 'trouble504', failedAt: 'backend' })
  t.match(at(401, both, null, '/login'), { text: 'trouble401Login', failedAt: null })
  t.match(at(401, both, { sessions: 'memory' }), { text: 'trouble401Memory' })
  t.match(explain({ failure: 'network', status: 0, servedBy: {}, path: '/', body: null }), { failedAt: 'frontend' })
  t.equal(explain({ failure: null, status: 401, anonymous: true, servedBy: both, path: '/perfil', body: null }), null)
})

t.test("every failure of the edge's table that a client can get has a text", async t => {
  const { explain } = await load('explain.js')
  for (const [failure, { status }] of Object.entries(FAILURES)) {
    if (status < 502 || status > 504) continue
    const { text } = explain({
      failure: null,
      status,
      servedBy: { frontend: 'frontend1' },
      path: '/',
      body: { failure },
    })
    t.match(text, new RegExp(`^trouble${status}`), failure)
  }
})

t.test('layOut() keeps boxes apart and inside the drawing, for any number of machines', async t => {
  const { layOut } = await load('chain-layout.js')
  const names = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}${i + 1}`)
  for (const screen of ['wide', 0, 240, 287, 700])
    for (const count of [1, 3, 4, 9]) {
      const machines = { frontends: names('frontend', 3), backends: names('backend', count) }
      const { width, height, boxes, connectors } = layOut(machines, screen)
      for (const { name, x, y, ...box } of boxes) {
        t.ok(x - box.width / 2 >= 0 && x + box.width / 2 <= width, `${name} of ${count} is inside, across`)
        t.ok(y - box.height / 2 >= 0 && y + box.height / 2 <= height, `${name} of ${count} is inside, down`)
        const over = boxes.filter(
          (other: typeof box & { name: string; x: number; y: number }) =>
            other.name !== name && Math.abs(other.x - x) < box.width && Math.abs(other.y - y) < box.height,
        )
        t.strictSame(over, [], `${name} of ${count} overlaps no other box`)
      }
      t.equal(connectors.length, 1 + 3 + 3 * count + 2 * count)
    }
})

t.test('placeCross() is inside the drawing for every end of a path, and on the machine that failed', async t => {
  const { CROSS_RADIUS, layOut, placeCross } = await load('chain-layout.js')
  const paths = [
    { names: ['browser'], failedAt: 'frontend' },
    { names: ['browser', 'dns', 'frontend3'], failedAt: 'backend' },
    { names: ['browser', 'frontend1', 'backend1'], failedAt: 'backend' },
    { names: ['browser', 'frontend1', 'backend1', 'redis'], failedAt: 'stores' },
    { names: ['browser', 'frontend1', 'backend3', 'redis'], failedAt: 'mysql' },
    { names: ['browser', 'frontend1', 'backend3'], failedAt: 'redis' },
  ]
  for (const screen of ['wide', 287]) {
    const names = (layer: string) => [1, 2, 3].map(number => `${layer}${number}`)
    const layout = layOut({ frontends: names('frontend'), backends: names('backend') }, screen)
    for (const path of paths) {
      const { x, y } = placeCross(layout, path)
      const says = `${path.names.at(-1)}, failed at ${path.failedAt}, ${screen}: ${x} ${y}`
      t.ok(x >= CROSS_RADIUS && x <= layout.width - CROSS_RADIUS, says)
      t.ok(y >= CROSS_RADIUS && y <= layout.height - CROSS_RADIUS, says)
      const [own] = layout.boxes.filter(({ layer }: { layer: string }) => layer === path.failedAt)
      if (path.failedAt === 'mysql' || path.failedAt === 'redis')
        t.ok(Math.abs(x - own.x) <= own.width / 2 && Math.abs(y - own.y) <= own.height / 2, `${says}: on its box`)
    }
  }
})

t.test('digCommand() queries the DNS server that belongs to the address of the page', async t => {
  const { digCommand } = await load('page-address.js')
  const command = (hostname: string, port = '') => digCommand({ hostname, port })
  t.equal(command('127.20.0.21'), 'dig @127.20.0.5 www.meutrabalho.com.br +short')
  t.equal(command('127.20.0.21', '8080'), 'dig @127.20.0.5 -p 5300 www.meutrabalho.com.br +short')
  t.equal(command('127.0.0.1', '8082'), 'dig @127.0.0.1 -p 5300 www.meutrabalho.com.br +short', 'a published port')
  t.equal(command('www.meutrabalho.com.br'), 'dig www.meutrabalho.com.br +short')
})

t.test('machineCommand() is the command of the lab that runs: of npm, of Docker Compose, or both', async t => {
  const { machineCommand } = await load('page-address.js')
  const command = (hostname: string, port = '') => machineCommand({ hostname, port }, 'stop', 'backend2')
  t.equal(command('127.20.0.20'), 'npm run lab -- stop backend2')
  t.equal(command('www.meutrabalho.com.br'), 'npm run lab -- stop backend2')
  t.equal(command('127.0.0.1', '8082'), 'npm run lab -- stop backend2    # Docker: docker compose kill backend2')
  t.equal(command('172.20.0.20'), 'docker compose kill backend2')
})

t.test('addressKind() says whether the DNS was needed to reach the page', async t => {
  const { addressKind } = await load('page-address.js')
  t.equal(addressKind({ hostname: 'www.meutrabalho.com.br', port: '8080' }), 'name')
  t.equal(addressKind({ hostname: '127.20.0.20', port: '8080' }), 'address')
  t.equal(addressKind({ hostname: 'localhost', port: '8083' }), 'port')
})

t.test('machineOf() gives a machine one name, whatever it calls itself', async t => {
  const { machineOf } = await load('account.js')
  t.equal(machineOf('Servidor 2', new Map()), 'backend2')
  t.equal(machineOf('Azul', new Map([['backend3', 'Azul']])), 'backend3')
  t.equal(machineOf('Azul', new Map()), 'Azul')
})

t.test('every text exists in both languages, with the same values to fill in', async t => {
  const { format, TEXTS } = await load('texts.js')
  const values = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort()
  for (const [name, text] of Object.entries(TEXTS as Record<string, Record<string, string>>)) {
    t.strictSame(Object.keys(text), ['pt-BR', 'en'], name)
    t.strictSame(values(text['pt-BR'] ?? ''), values(text.en ?? ''), name)
  }
  t.equal(
    format('en', 'verdictEdge', { frontend: '{backend}<b>' }),
    '{backend}<b> answered by itself.',
    'filled in once',
  )
  const languages = [...html.matchAll(/<(?:span|p|div)[^>]* lang="(pt-BR|en)"/g)].map(([, language]) => language)
  t.equal(
    languages.filter(language => language === 'en').length,
    languages.length / 2,
    'index.html has each text twice',
  )
})

t.test('the page works under its Content-Security-Policy: nothing inline, nothing from other origins', async t => {
  t.notMatch(html, /<style|<script(?![^>]* src=)| style=| on\w+=|javascript:/)
  for (const file of readdirSync(PUBLIC)) {
    const foreign = [...read(file).matchAll(/(?:https?:)?\/\/[a-z0-9.-]+\.[a-z]{2,}/gi)].map(String)
    t.strictSame(
      foreign.filter(url => url !== 'http://www.w3.org' && url !== 'http://painel.meutrabalho.com.br'),
      [],
      file,
    )
  }
  for (const [, path = ''] of html.matchAll(/(?:src|href)="\/([\w.-]+)"/g)) t.ok(read(path), path)
})

t.test('every element that the scripts use is in index.html, once', async t => {
  const ids = [...html.matchAll(/ id="([\w-]+)"/g)].map(([, id]) => id)
  t.equal(new Set(ids).size, ids.length)
  const used = scripts.flatMap(file => [...read(file).matchAll(/byId\('([\w-]+)'\)/g)].map(([, id]) => id))
  t.ok(used.length > 10)
  for (const id of used) t.ok(ids.includes(id), `#${id}`)
})

t.test('painelAddress() leads to the painel of the lab that the page came from', async t => {
  const { painelAddress } = await load('page-address.js')
  t.equal(painelAddress({ hostname: 'www.meutrabalho.com.br', port: '' }), 'http://painel.meutrabalho.com.br/')
  t.equal(painelAddress({ hostname: '127.20.0.21', port: '' }), 'http://127.20.0.2/')
  t.equal(painelAddress({ hostname: '127.20.0.21', port: '8080' }), 'http://127.20.0.2:8080/')
  t.equal(painelAddress({ hostname: 'localhost', port: '8082' }), 'http://localhost:9000/')
})
