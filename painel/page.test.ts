/**
 * The page without a browser: its pure functions, its words, and what its explanations lead to. test/painel.test.ts opens it in Chromium.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { networkMap } from '#shared/network-map.ts'
import { SENTENCES } from './journeys/sentences.ts'
import { filesToRead } from './map/files-to-read.ts'

const PUBLIC = new URL('./public/', import.meta.url)
const TOP = new URL('../', import.meta.url)
const read = (file: string) => readFileSync(new URL(file, PUBLIC), 'utf8')
/** The page's modules are JavaScript, checked by tsconfig.page.json; imported here, they have no types. */
const load = (file: string) => import(new URL(file, PUBLIC).href)

const hop = (kind: string, time: number, more: Record<string, unknown> = {}) => ({
  kind,
  time,
  ms: null,
  hop: kind.split('.')[0],
  component: 'frontend1',
  from: 'client',
  to: 'frontend1',
  failed: false,
  detail: {},
  ...more,
})

t.test('delayFor() follows the time of the events, slower by the chosen factor, and shortens long gaps', async t => {
  const { delayFor } = await load('pace.js')
  t.equal(delayFor(5, '100'), 500)
  t.equal(delayFor(0.2, '1'), 30, 'two events of one moment are still seen one after the other')
  t.equal(delayFor(60_000, '1'), 1_500)
  t.equal(delayFor(60_000, 'step'), 1_000)
})

t.test('filtered() keeps the events of a hop, a component, a request, a kind, or what failed', async t => {
  const { filtered, EVERYTHING } = await load('event-filter.js')
  const events = [
    hop('edge.pick', 1, { journey: 'a' }),
    hop('edge.attempt-failed', 2, { journey: 'a', failed: true, to: 'backend2' }),
    hop('dns.query', 3, { journey: 'b', component: 'ns1' }),
  ]
  const kinds = (filter: object) =>
    filtered(events, { ...EVERYTHING, ...filter }).map(({ kind }: { kind: string }) => kind)
  t.equal(kinds({}).length, 3)
  t.strictSame(kinds({ request: 'b' }), ['dns.query'])
  t.strictSame(kinds({ place: 'ns1' }), ['dns.query'])
  t.strictSame(kinds({ place: 'backend2' }), ['edge.attempt-failed'])
  t.strictSame(kinds({ place: 'edge', kind: 'edge.pick' }), ['edge.pick'])
  t.strictSame(kinds({ kind: 'failed' }), ['edge.attempt-failed'])
})

t.test('Traffic counts each exchange once, and a sample for all that it stands for', async t => {
  const { Traffic, linkKey } = await load('links.js')
  const traffic = new Traffic()
  const sent = hop('edge.sent', 0, { from: 'frontend1', to: 'backend1' })
  for (let i = 0; i < 6; i++) traffic.add(sent, 1_000)
  traffic.add(hop('edge.first-octet', 0, { from: 'backend1', to: 'frontend1' }), 1_000)
  t.equal(traffic.rates(1_500, 1).get(linkKey('backend1', 'frontend1')), 2, '6 in 3 s')
  t.equal(traffic.rates(1_500, 1 / 32).get(linkKey('frontend1', 'backend1')), 64)
  t.equal(traffic.rates(5_000, 1).size, 0)
})

t.test('traceOf() makes each attempt a branch, and marks the one that failed', async t => {
  const { traceOf } = await load('trace.js')
  const hops = [
    hop('edge.received', 100),
    hop('edge.pick', 101, { detail: { backend: 'backend2' } }),
    hop('edge.attempt-failed', 104, { ms: 3, failed: true, detail: { backend: 'backend2' } }),
    hop('edge.pick', 104, { detail: { backend: 'backend1' } }),
    hop('edge.first-octet', 110, { ms: 6, detail: { backend: 'backend1' } }),
    hop('backend.redis', 108, { hop: 'redis', ms: 1, component: 'backend1', to: 'redis' }),
    hop('edge.request', 112, { ms: 12, detail: {} }),
  ]
  const { milliseconds, rows } = traceOf(hops)
  t.equal(milliseconds, 12)
  t.strictSame(
    rows.map(({ place, name, ordinal, failed }: Record<string, unknown>) => [place, name, ordinal, failed]),
    [
      ['edge', 'frontend1', 0, false],
      ['attempt', 'backend2', 1, true],
      ['attempt', 'backend1', 2, false],
      ['redis', 'redis', 0, false],
    ],
  )
  t.match(rows[1].spans[1], { start: 1, end: 4, failed: true })
})

t.test('ticksFor() gives a few round numbers', async t => {
  const { ticksFor } = await load('trace-axis.js')
  t.strictSame(ticksFor(12), [0, 2, 4, 6, 8, 10, 12])
  t.strictSame(ticksFor(0.9), [0, 0.2, 0.4, 0.6, 0.8])
  for (const ms of [0.001, 3, 77, 2_400, 60_000]) t.ok(ticksFor(ms).length <= 7, `${ms}`)
})

t.test('axisOf() cuts out a long time without events, and keeps one scale for the rest', async t => {
  const { axisOf } = await load('trace-axis.js')
  const request = [
    { start: 0, end: 40 },
    { start: 10, end: 20 },
  ]
  const plain = axisOf(request, 40)
  t.strictSame([plain.cuts, plain.percentOf(10), plain.percentOf(40)], [[], 25, 100])

  const decided = { start: 184_040, end: 184_060 }
  const { cuts, percentOf, ticks } = axisOf([...request, decided], 184_060)
  t.strictSame(cuts, [{ from: 40, to: 184_040 }])
  const width = (start: number, end: number) => Number((percentOf(end) - percentOf(start)).toFixed(6))
  t.equal(width(10, 20), width(184_040, 184_050), 'ten milliseconds are equally wide on both sides of the cut')
  t.ok(width(0, 40) > 50, 'the request itself takes most of the axis')
  t.equal(percentOf(184_060), 100)
  t.ok(percentOf(ticks.at(-1)) < percentOf(40) - 10, 'the last tick leaves room for its text before the cut')

  const often = Array.from({ length: 20 }, (_, at) => ({ start: at * 60_000, end: at * 60_000 + 10 }))
  const axis = axisOf(often, 19 * 60_000 + 10)
  t.equal(axis.cuts.length, 19)
  t.ok(axis.percentOf(10) > 2, 'the bars keep half of the axis')
  t.strictSame(
    axisOf(
      [
        { start: 0, end: 3_000 },
        { start: 4_200, end: 4_300 },
      ],
      4_300,
    ).cuts,
    [],
    'shorter than the rest',
  )
})

t.test('differencesOf() compares two requests aspect by aspect', async t => {
  const { differencesOf } = await load('differences.js')
  const one = {
    frontend: 'frontend1',
    status: 200,
    milliseconds: 5,
    hops: [
      hop('client.lookup', 0, { detail: { type: 'A', source: 'query', addresses: ['127.20.0.20', '127.20.0.21'] } }),
      hop('edge.pick', 1, { detail: { backend: 'backend2' } }),
      hop('edge.attempt-failed', 2, { detail: { backend: 'backend2' } }),
      hop('edge.pick', 3, { detail: { backend: 'backend1' } }),
    ],
  }
  const other = { ...one, frontend: 'frontend2', hops: one.hops.slice(0, 1) }
  const rows = Object.fromEntries(
    differencesOf(one, other).map(({ aspect, ...row }: { aspect: string }) => [aspect, row]),
  )
  t.match(rows.frontend, { one: 'frontend1', other: 'frontend2', differs: true })
  t.match(rows.attempts, { one: 'backend2 ✕, backend1', other: '–', differs: true })
  t.match(rows.order, { one: '.20 .21', differs: false })
})

t.test('headFields() gives each line its octets, CRLF included', async t => {
  const { headFields } = await load('http-head.js')
  const head = 'GET / HTTP/1.1\r\nHost: a\r\nX-Two:  b: c'
  const fields = headFields(Buffer.from(head, 'latin1').toString('hex'))
  t.strictSame(
    fields.map(({ label, start, end, name, value }: Record<string, unknown>) => [label, start, end, name, value]),
    [
      ['start-line', 0, 16, '', 'GET / HTTP/1.1'],
      ['field', 16, 25, 'Host', 'a'],
      ['field', 25, 37, 'X-Two', 'b: c'],
    ],
  )
})

t.test('digLine() and curlLine() quote what comes from the network', async t => {
  const { digLine, curlLine } = await load('command-lines.js')
  const server = { address: '127.20.0.5', port: 5300 }
  t.equal(
    digLine({ name: 'www.meutrabalho.com.br.', type: 'A' }, server),
    'dig @127.20.0.5 -p 5300 www.meutrabalho.com.br. A',
  )
  t.equal(digLine({ name: "a';reboot", type: 'A' }, undefined), String.raw`dig 'a'\'';reboot' A`)
  const head = Buffer.from("POST /x?a=1 HTTP/1.1\r\nHost: www.a\r\nContent-Length: 2\r\nX-Y: it's", 'latin1').toString(
    'hex',
  )
  t.equal(
    curlLine(head, { address: '127.20.0.20', port: 80 }),
    String.raw`curl -i --connect-to ::127.20.0.20:80 -X POST -H 'X-Y: it'\''s' 'http://www.a/x?a=1'`,
  )
})

t.test('rotations() separates the frontends, timeClasses() doubles', async t => {
  const { rotations, timeClasses } = await load('report-sums.js')
  const sequence = [
    { frontend: 'frontend1', backend: 'backend1', ms: 0.5 },
    { frontend: 'frontend2', backend: 'backend1', ms: 3 },
    { frontend: 'frontend1', backend: 'backend2', ms: 4 },
    { frontend: 'frontend3', ms: 5 },
  ]
  t.strictSame(rotations(sequence), [
    ['frontend1', ['backend1', 'backend2']],
    ['frontend2', ['backend1']],
  ])
  t.strictSame(timeClasses(sequence), [
    { upTo: 1, count: 1 },
    { upTo: 2, count: 0 },
    { upTo: 4, count: 2 },
    { upTo: 8, count: 1 },
  ])
})

t.test(
  'every kind of event has an explanation; each names a file that exists, a section and a term of the glossary',
  async t => {
    const { EXPLANATIONS } = await load('explanations.js')
    for (const kind of Object.keys(SENTENCES)) t.ok(EXPLANATIONS[kind], kind)
    const glossary = readFileSync(new URL('docs/glossary.md', TOP), 'utf8')
    for (const [key, { pt, en, file, term, rfc = [] }] of Object.entries<Record<string, string>>(EXPLANATIONS)) {
      t.ok(pt && en, `${key}: both languages`)
      t.ok(existsSync(new URL(String(file), TOP)), `${key}: ${file}`)
      if (term !== undefined) t.ok(glossary.includes(`| ${term} |`), `${key}: ${term} is in the glossary`)
      for (const section of rfc) t.match(section, /^RFC \d+ §[\d.]+$/, key)
    }
    for (const place of read('index.html').matchAll(/data-explain="([^"]+)"/g))
      t.ok(EXPLANATIONS[String(place[1])], String(place[1]))
  },
)

t.test('every rule that the edge names for a field has a sentence', async t => {
  const { FIELD_RULES } = await load('field-rules.js')
  const verdicts = readFileSync(new URL('edge-proxy/watch/field-verdicts.ts', TOP), 'utf8')
  const rules = [...verdicts.matchAll(/'((?:RFC|W3C)[^']+§[\d.]+|lab)'/g)].map(([, rule]) => String(rule))
  t.ok(rules.length > 15)
  for (const rule of rules) t.match(FIELD_RULES[rule], { pt: /\.$/, en: /\.$/ }, rule)
})

t.test('the files to read exist', async t => {
  for (const host of networkMap('127.20.0').hosts.filter(({ planned }) => !planned)) {
    for (const file of filesToRead(host)) t.ok(existsSync(new URL(file, TOP)), `${host.name}: ${file}`)
  }
})

t.test('the page loads nothing from elsewhere, and each text is there in both languages', async t => {
  const html = read('index.html')
  t.notMatch(html, /(?:src|href)="https?:/)
  t.equal([...html.matchAll(/<span lang="pt-BR"/g)].length, [...html.matchAll(/<span lang="en"/g)].length)
  for (const file of readdirSync(PUBLIC).filter(name => name.endsWith('.js'))) {
    t.notMatch(read(file), /innerHTML|insertAdjacentHTML|document\.write/, file)
  }
})

t.test('"Break it": a form is one body of POST /api/experiments', async t => {
  const { experimentBody } = await load('break-it-report.js')
  const common = { rate: '10', seconds: '5' }
  t.strictSame(experimentBody({ ...common, what: 'stop', component: 'backend2' }, 'backend'), {
    what: 'stop',
    rate: 10,
    seconds: 5,
    component: 'backend2',
  })
  t.match(experimentBody({ ...common, what: 'order', value: 'random' }), { what: 'order', value: 'random' })
  const fault = (form: object, role = 'backend') => experimentBody({ ...common, what: 'fault', ...form }, role).fault
  t.strictSame(fault({ kind: 'slow', amount: '800', share: '0.5', target: '/perfil' }), {
    kind: 'slow',
    ms: 800,
    share: 0.5,
    path: '/perfil',
  })
  t.strictSame(fault({ kind: 'error', amount: 'servfail', share: '1', target: '' }, 'dns'), {
    kind: 'error',
    rcode: 'SERVFAIL',
  })
  t.strictSame(fault({ kind: 'hang' }), { kind: 'hang' })
  t.strictSame(fault({ kind: 'refuse' }), { kind: 'refuse' })
})

t.test('"Break it": what is expected and what is observed use the same words', async t => {
  const { expectationOf } = await load('break-it-report.js')
  t.strictSame(
    [0, 1, 10, 11, 70, 71, 100].map(failed => expectationOf(failed, 100)),
    ['none', 'few', 'few', 'part', 'part', 'most', 'most'],
  )
})

t.test('"Break it": an action is offered for the components in the right state; changes are listed', async t => {
  const { candidates, changesIn } = await load('break-it-report.js')
  const plain = { spare: false, faults: [], settings: {} }
  const components = [
    { ...plain, name: 'mysql', role: 'mysql', state: 'up' },
    { ...plain, name: 'ns1', role: 'dns', state: 'up', settings: { order: { policy: 'random' } } },
    { ...plain, name: 'backend1', role: 'backend', state: 'paused' },
    { ...plain, name: 'backend2', role: 'backend', state: 'died' },
    { ...plain, name: 'backend4', role: 'backend', state: 'stopped', spare: true },
    { ...plain, name: 'frontend1', role: 'frontend', state: 'up', faults: [{ kind: 'hang' }] },
    { ...plain, name: 'ingressos1', role: 'application', state: 'stopped' },
  ]
  t.strictSame(candidates('start', components), ['backend2', 'backend4', 'ingressos1'])
  t.strictSame(candidates('pause', components), ['frontend1', 'ns1', 'mysql'])
  t.strictSame(candidates('resume', components), ['backend1'])
  t.strictSame(candidates('fault', components), ['frontend1', 'ns1'], 'first those whose work another one does')
  t.strictSame(candidates('record', components), ['frontend1'])
  t.strictSame(candidates('order', components), [])
  t.strictSame(changesIn(components), [
    ['ns1', 'random'],
    ['backend1', 'paused'],
    ['backend2', 'died'],
    ['frontend1', 'hang'],
  ])
})

t.test('the colours are those of all pages: no style sheet beside colours.css sets one', async t => {
  const names = (css: string) => new Set([...css.matchAll(/^\s*(--[\w-]+):/gm)].map(([, name]) => name))
  const common = names(readFileSync(new URL('edge-proxy/public/colours.css', TOP), 'utf8'))
  t.ok(common.has('--frontend') && common.has('--ink'))
  const sheets = [
    'painel/public',
    'edge-proxy/public',
    'apps/cadastro/public',
    'apps/ingressos/public',
    'apps/reposicao/public',
  ]
    .flatMap(folder => readdirSync(new URL(folder, TOP)).map(file => `${folder}/${file}`))
    .filter(file => file.endsWith('.css') && !file.endsWith('/colours.css'))
  t.ok(sheets.length > 4)
  for (const file of sheets) {
    t.strictSame([...names(readFileSync(new URL(file, TOP), 'utf8')).intersection(common)], [], file)
  }
})
