/**
 * The page's own rules: what decides in it, and what holds for its files. The real browser is in test/browser.test.ts.
 */
import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'

const PUBLIC = new URL('./public/', import.meta.url)
const read = (file: string) => readFileSync(new URL(file, PUBLIC), 'utf8')
/** The page's modules are JavaScript, checked by tsconfig.page.json; here they come without types. */
const load = (file: string) => import(new URL(file, PUBLIC).href)

const scripts = readdirSync(PUBLIC).filter(file => file.endsWith('.js'))
const html = read('index.html')

t.test('parseServedBy() takes machines of the map, and nothing else that stands there', async t => {
  const { parseServedBy } = await load('hops.js')
  t.strictSame(parseServedBy('frontend2, backend1'), { frontend: 'frontend2', backend: 'backend1' })
  t.strictSame(parseServedBy('frontend3'), { frontend: 'frontend3' }, 'the edge answered by itself')
  t.strictSame(parseServedBy('<b>frontend1</b>, backend99999'), {})
  t.strictSame(parseServedBy(null), {})
})

t.test('parseServerTiming() reads durations, whatever else a metric says (Server Timing §2)', async t => {
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

t.test('ownTimes() subtracts what is nested: the parts of a request add up to the whole', async t => {
  const { ownTimes, parseServerTiming } = await load('hops.js')
  const own = ownTimes(10, parseServerTiming('edge;dur=7, backend;dur=4, redis;dur=1, mysql;dur=2'))
  t.strictSame(own, { network: 3, edge: 3, backend: 1, redis: 1, mysql: 2 })
  t.strictSame(ownTimes(5, parseServerTiming('edge;dur=2')), { network: 3, edge: 2 }, 'no backend was asked')
  const clocks = ownTimes(1, parseServerTiming('edge;dur=2, backend;dur=3'))
  t.ok(
    Object.values(clocks).every(ms => (ms as number) >= 0),
    'clocks that disagree give no negative time',
  )
})

t.test('count() and since() say who answered, in the order of their numbers', async t => {
  const { count, emptyTally, since } = await load('tally.js')
  const exchange = (backend: string, connection: object | null, status = 200) => ({
    status,
    servedBy: { frontend: 'frontend1', backend },
    connection,
    body: { server: `Servidor of ${backend}` },
  })
  const first = count(emptyTally(), exchange('backend10', { reused: false }))
  const last = ['backend4', 'backend10'].reduce(
    (tally, name) => count(tally, exchange(name, { reused: true }, 503)),
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
  t.strictSame(since(first, last), { asked: 2, failed: 2, frontends: 1, backends: 2 })
})

t.test("explain() tells the edge's errors from the backend's, by who signed", async t => {
  const { explain } = await load('explain.js')
  const at = (status: number, servedBy: object, path = '/perfil') => explain({ failure: null, status, servedBy, path })
  const [edge, both] = [{ frontend: 'frontend1' }, { frontend: 'frontend1', backend: 'backend2' }]
  t.equal(at(200, both), null)
  t.match(at(503, edge), { text: 'trouble503Edge', place: 'backend' })
  t.match(at(503, both), { text: 'trouble503Backend', place: 'stores' })
  t.match(at(504, edge), { text: 'trouble504', place: 'backend' })
  t.match(at(401, both, '/login'), { text: 'trouble401Login', place: null })
  t.match(explain({ failure: 'network', status: 0, servedBy: {}, path: '/' }), { place: 'frontend' })
})

t.test('layOut() keeps boxes apart and inside the drawing, for any number of machines', async t => {
  const { layOut } = await load('chain-layout.js')
  const names = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}${i + 1}`)
  for (const wide of [true, false])
    for (const count of [1, 3, 4, 9]) {
      const { width, height, nodes, links } = layOut(
        { frontends: names('frontend', 3), backends: names('backend', count) },
        wide,
      )
      for (const { name, x, y, ...box } of nodes) {
        t.ok(x - box.width / 2 >= 0 && x + box.width / 2 <= width, `${name} of ${count} is inside, across`)
        t.ok(y - box.height / 2 >= 0 && y + box.height / 2 <= height, `${name} of ${count} is inside, down`)
        const over = nodes.filter(
          (other: typeof box & { name: string; x: number; y: number }) =>
            other.name !== name && Math.abs(other.x - x) < box.width && Math.abs(other.y - y) < box.height,
        )
        t.strictSame(over, [], `${name} of ${count} overlaps nobody`)
      }
      t.equal(links.length, 1 + 3 + 3 * count + 2 * count)
    }
})

t.test('placeCross() stands inside the drawing, wherever a path ends', async t => {
  const { CROSS_RADIUS, layOut, placeCross } = await load('chain-layout.js')
  const paths = [
    { names: ['browser'], broken: 'frontend' },
    { names: ['browser', 'dns', 'frontend3'], broken: 'backend' },
    { names: ['browser', 'frontend1', 'backend1'], broken: 'backend' },
    { names: ['browser', 'frontend1', 'backend1', 'redis'], broken: 'stores' },
    { names: ['browser', 'frontend1', 'backend3', 'mysql'], broken: 'stores' },
  ]
  for (const wide of [true, false]) {
    const names = (layer: string) => [1, 2, 3].map(number => `${layer}${number}`)
    const layout = layOut({ frontends: names('frontend'), backends: names('backend') }, wide)
    for (const path of paths) {
      const { x, y } = placeCross(layout, path)
      const says = `${path.names.at(-1)}, broken at ${path.broken}, ${wide ? 'wide' : 'narrow'}: ${x} ${y}`
      t.ok(x >= CROSS_RADIUS && x <= layout.width - CROSS_RADIUS, says)
      t.ok(y >= CROSS_RADIUS && y <= layout.height - CROSS_RADIUS, says)
    }
  }
})

t.test('digCommand() asks the DNS server that belongs to the address of the page', async t => {
  const { digCommand } = await load('place.js')
  const command = (hostname: string, port = '') => digCommand({ hostname, port })
  t.equal(command('127.20.0.21'), 'dig @127.20.0.5 www.meutrabalho.com.br +short')
  t.equal(command('127.20.0.21', '8080'), 'dig @127.20.0.5 -p 5300 www.meutrabalho.com.br +short')
  t.equal(command('127.0.0.1', '8082'), 'dig @127.0.0.1 -p 5300 www.meutrabalho.com.br +short', 'Docker publishes it')
  t.equal(command('www.meutrabalho.com.br'), 'dig www.meutrabalho.com.br +short')
})

t.test('switchCommands() are those of whoever runs the machines', async t => {
  const { switchCommands } = await load('place.js')
  t.match(switchCommands({ hostname: '127.20.0.20', port: '' }), /^npm run lab -- stop backend2\n/)
  t.match(switchCommands({ hostname: 'www.meutrabalho.com.br', port: '' }), /^npm run lab/)
  t.match(switchCommands({ hostname: '127.0.0.1', port: '8082' }), /^docker compose kill backend2\n/)
  t.match(switchCommands({ hostname: '172.20.0.20', port: '' }), /^docker compose kill/)
})

t.test('reachedBy() tells whether the DNS had a part in it', async t => {
  const { reachedBy } = await load('place.js')
  t.equal(reachedBy({ hostname: 'www.meutrabalho.com.br', port: '8080' }), 'name')
  t.equal(reachedBy({ hostname: '127.20.0.20', port: '8080' }), 'address')
  t.equal(reachedBy({ hostname: 'localhost', port: '8083' }), 'port')
})

t.test('every text is there in both languages, with the same places to fill in', async t => {
  const { format, TEXTS } = await load('texts.js')
  const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort()
  for (const [name, text] of Object.entries(TEXTS as Record<string, Record<string, string>>)) {
    t.strictSame(Object.keys(text), ['pt-BR', 'en'], name)
    t.strictSame(places(text['pt-BR'] ?? ''), places(text.en ?? ''), name)
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

t.test('the page works under its Content-Security-Policy: nothing inline, nothing from elsewhere', async t => {
  t.notMatch(html, /<style|<script(?![^>]* src=)| style=| on\w+=|javascript:/)
  for (const file of readdirSync(PUBLIC)) {
    const foreign = [...read(file).matchAll(/(?:https?:)?\/\/[a-z0-9.-]+\.[a-z]{2,}/gi)].map(String)
    t.strictSame(
      foreign.filter(url => url !== 'http://www.w3.org'),
      [],
      file,
    )
  }
  for (const [, path = ''] of html.matchAll(/(?:src|href)="\/([\w.-]+)"/g)) t.ok(read(path), path)
})

t.test('every element that the scripts ask for is in index.html, once', async t => {
  const ids = [...html.matchAll(/ id="([\w-]+)"/g)].map(([, id]) => id)
  t.equal(new Set(ids).size, ids.length)
  const asked = scripts.flatMap(file => [...read(file).matchAll(/byId\('([\w-]+)'\)/g)].map(([, id]) => id))
  t.ok(asked.length > 10)
  for (const id of asked) t.ok(ids.includes(id), `#${id}`)
})
