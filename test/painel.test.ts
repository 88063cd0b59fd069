/**
 * The painel beside a whole lab: what it shows is compared with what the components and a raw client saw, and its page is used as a
 * student would use it.
 *
 * Read beside: painel/README.md
 */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import t, { type Test } from 'tap'
import type { LabEvent } from '#shared/events.ts'
import { ADMIN_PORT, hostNamed, hostsOf } from '#shared/network-map.ts'
import type { ExperimentReport } from '../painel/act/observation.ts'
import type { Journey, JourneySummary } from '../painel/journeys/journey.ts'
import type { LabMap } from '../painel/map/lab-map.ts'
import { decodeDns } from '../painel/packets/decode-dns.ts'
import { accessibilityViolations, launchBrowser, noBrowser } from './testing/browser.ts'
import { forget, startLab } from './testing/lab.ts'
import { until } from './testing/until.ts'
import { watchComponents } from './testing/watch.ts'

const lab = await startLab({ env: { DRAIN_GRACE: '0' } })
t.teardown(async () => {
  await lab.stop()
  forget(lab.folder)
})
const { address, port } = hostNamed(lab.map, 'painel')
const authority = port === 80 ? address : `${address}:${port}`

interface PainelCall {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

async function ask(path: string, { body, headers = {} }: PainelCall = {}) {
  const asked = request({
    host: address,
    port,
    path,
    agent: false,
    method: body === undefined ? 'GET' : 'POST',
    headers: { host: authority, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
  })
  asked.end(body === undefined ? undefined : JSON.stringify(body))
  const [response] = await once(asked, 'response')
  return { status: response.statusCode as number, json: JSON.parse(await text(response)) }
}

let browser: Promise<Browser> | undefined
t.teardown(async () => (await browser)?.close())

/** A page of a new visitor, closed when the test ends. Chromium is started for the first of them. */
async function newPage(t: Test, options: BrowserContextOptions = {}): Promise<Page> {
  browser ??= launchBrowser()
  const page = await (await browser).newPage(options)
  t.teardown(() => page.close())
  return page
}

const map = async () => (await ask('/api/map')).json as LabMap
const stateOf = async (name: string) => (await map()).components.find(component => component.name === name)?.state
const journeys = async () => (await ask('/api/journeys?limit=200')).json.journeys as JourneySummary[]

t.test('GET /api/map: every component is up, as itself and as the others see it', async t => {
  await until('all checks have passed', async () => {
    const { components } = await map()
    return components.every(
      ({ state, spare, role, health }) =>
        spare ||
        // Applications wait until a person starts them.
        role === 'application' ||
        (state === 'up' && Object.values(health).every(seen => /^up$/i.test(seen))),
    )
  })
  const { components } = await map()
  t.match(
    components.find(({ name }) => name === 'backend1'),
    { health: { frontend1: 'UP', frontend2: 'UP', frontend3: 'UP' } },
  )
  t.match(
    components.find(({ name }) => name === 'frontend1'),
    { health: { ns1: 'up', ns2: 'up' } },
  )
  t.equal(await stateOf('backend4'), 'stopped')
})

t.test('POST /api/requests makes real requests, and each has a journey with every hop', async t => {
  const { status, json } = await ask('/api/requests', {
    body: { url: 'http://www.meutrabalho.com.br/perfil', count: 3, rate: 20, cache: 'none', keepAlive: false },
  })
  t.equal(status, 200)
  t.strictSame(json.frontends, { frontend1: 1, frontend2: 1, frontend3: 1 }, 'one after the other')
  t.strictSame(json.statuses, { 401: 3 })
  const [id] = json.requests
  await until('the events have arrived', async () => {
    const { json } = await ask(`/api/journeys/${id}`)
    return json.hops?.some(({ kind }: { kind: string }) => kind === 'edge.request')
  })
  const journey = (await ask(`/api/journeys/${id}`)).json as Journey
  t.match(journey, { id, method: 'GET', target: '/perfil', state: 'answered', status: 401 })
  const kinds = journey.hops.map(({ kind }) => kind)
  for (const kind of ['client.lookup', 'dns.query', 'client.address', 'client.connected', 'edge.received', 'edge.pick'])
    t.ok(kinds.includes(kind), kind)
  for (const kind of ['edge.connected', 'edge.sent', 'backend.received', 'backend.request', 'edge.first-octet'])
    t.ok(kinds.includes(kind), kind)
  const dns = journey.hops.filter(({ kind }) => kind === 'dns.query')
  t.ok(dns.length > 0)
  for (const hop of dns) {
    t.strictSame((hop as unknown as { dns: { answer: { disagreements: string[] } } }).dns.answer.disagreements, [])
  }
  const asked = journey.hops.filter(({ kind }) => kind === 'client.lookup').map(({ octets }) => octets?.query)
  t.strictSame(
    dns.map(({ octets }) => octets?.query).sort(),
    asked.sort(),
    'the octets that the client sent are those the server received',
  )
  t.ok(journey.hops.every(({ reason, reasonEn }) => reason.endsWith('.') && reasonEn.endsWith('.')))
})

t.test('a request from elsewhere has a journey too, from the frontend on, and with cookies masked', async t => {
  const edge = hostNamed(lab.map, 'frontend1')
  const asked = request({
    host: edge.address,
    port: edge.port,
    path: '/status',
    agent: false,
    headers: { host: 'www.meutrabalho.com.br', 'x-request-id': 'from-elsewhere', cookie: 'sid=secret-of-ana' },
  })
  asked.end()
  await once(asked, 'response')
  await until('it is among the journeys', async () =>
    (await journeys()).some(({ id, frontend, state }) => id === 'from-elsewhere' && frontend && state === 'answered'),
  )
  const { json } = await ask('/api/journeys/from-elsewhere')
  t.match(json, { frontend: 'frontend1', target: '/status', status: 200 })
  t.notMatch(JSON.stringify(json), 'secret-of-ana')
  t.notMatch(JSON.stringify(json), Buffer.from('secret-of-ana').toString('hex'))
})

/** One request in plain octets, on a connection of its own. @returns the whole response */
async function sendRaw(name: string, head: string): Promise<string> {
  const { address, port } = hostNamed(lab.map, name)
  const socket = connect(port, address)
  socket.end(`${head}\r\n\r\n`, 'latin1')
  return text(socket.setEncoding('latin1'))
}

t.test('every hop of a journey is what a raw client and the components themselves saw', async t => {
  const id = 'raw-1'
  const names = ['frontend1', 'backend1', 'backend2', 'backend3']
  /** From the components themselves. */
  const events: LabEvent[] = []
  await watchComponents(t, lab.map, names, event => event.request === id && events.push(event))
  const head = `GET /perfil HTTP/1.1\r\nHost: www.meutrabalho.com.br\r\nX-Request-Id: ${id}\r\nCookie: sid=${'A'.repeat(43)}\r\nConnection: close`
  const response = await sendRaw('frontend1', head)
  await until('all events have arrived', async () => {
    const { json } = await ask(`/api/journeys/${id}`)
    return json.hops?.length > 0 && json.hops.length === events.length
  })
  const { hops, status } = (await ask(`/api/journeys/${id}`)).json as Journey
  t.equal(status, 401)
  const texts = (events: readonly { time: number; component: string; kind: string; detail: unknown }[]) =>
    events.map(({ component, kind, time, detail }) => JSON.stringify([time, component, kind, detail])).sort()
  t.strictSame(texts(hops), texts(events), 'no hop more, none less, and none changed')
  const times = hops.map(({ time }) => time)
  t.strictSame(
    times,
    times.toSorted((one, other) => one - other),
    'in the order of their times',
  )
  const octetsOf = (kind: string, side: string) =>
    Buffer.from(hops.find(hop => hop.kind === kind)?.octets?.[side] ?? '', 'hex')
      .toString('latin1')
      .trimEnd()
  t.equal(octetsOf('edge.received', 'received'), head.replace(/sid=A+/, '<47 octets>'))
  t.equal(octetsOf('edge.request', 'sent'), response.slice(0, response.indexOf('\r\n\r\n')))
  t.match(hops.find(({ kind }) => kind === 'backend.redis')?.reason, /HMGET .*resposta de 0 byte/)
  t.match(hops[0], { from: 'client', to: 'frontend1' })
  // The backend says that it is done when its response has left; on a busy machine that is after the frontend's last event.
  const last = hops.findLast(({ component }) => component === 'frontend1')
  t.match(last, { from: 'frontend1', to: 'client' })
})

t.test('the retry of a failed attempt is a branch of the journey, with the reason of each choice', async t => {
  const ports = hostsOf(lab.map, 'backend').filter(({ spare }) => !spare)
  const [first] = ports
  if (first === undefined) throw new Error('the map has no backend')
  const fault = async (body: object) => {
    const headers = { 'content-type': 'application/json' }
    const asked = request({
      host: first.address,
      port: ADMIN_PORT,
      path: '/faults',
      method: 'POST',
      agent: false,
      headers,
    })
    asked.end(JSON.stringify(body))
    const [response] = await once(asked, 'response')
    t.equal(response.statusCode, 200, await text(response))
  }
  await fault({ kind: 'reset', path: '/status' })
  const { json } = await ask('/api/requests', {
    body: { url: `http://${hostNamed(lab.map, 'frontend2').address}/status`, count: 3, rate: 20 },
  })
  await fault({ kind: 'none' })
  t.strictSame(json.statuses, { 200: 3 }, 'the client does not notice')
  let retried: Journey | undefined
  await until('a journey has a failed attempt and its end', async () => {
    for (const id of json.requests) {
      const { json: journey } = await ask(`/api/journeys/${id}`)
      const kinds = (journey.hops ?? []).map(({ kind }: { kind: string }) => kind)
      if (kinds.includes('edge.attempt-failed') && kinds.includes('edge.request')) retried = journey
    }
    return retried !== undefined
  })
  const picks = retried?.hops.filter(({ kind }) => kind === 'edge.pick') ?? []
  t.equal(picks.length, 2)
  t.match(picks[1]?.reason, /^frontend2 escolheu backend[23]: .*; backend1 ficou de fora: já foi tentado\.$/)
  const { traceOf } = await import(new URL('../painel/public/trace.js', import.meta.url).href)
  const branches = traceOf(retried?.hops).rows.filter(({ place }: { place: string }) => place === 'attempt')
  t.match(branches, [
    { name: 'backend1', ordinal: 1, failed: true },
    { ordinal: 2, failed: false },
  ])
})

t.test('POST /api/components/NAME stops, starts, pauses and resumes, and the map shows it', async t => {
  const act = (name: string, action: string) => ask(`/api/components/${name}`, { body: { action } })
  t.match(await act('backend2', 'pause'), { status: 200, json: { component: { state: 'paused' } } })
  t.equal(await stateOf('backend2'), 'paused')
  t.equal((await act('backend2', 'resume')).status, 200)
  await until('it answers again', async () => (await stateOf('backend2')) === 'up')
  t.equal((await act('backend2', 'stop')).status, 200)
  t.equal(await stateOf('backend2'), 'stopped')
  t.match(await act('backend2', 'stop'), { status: 409, json: { detail: /npm run lab -- start backend2/ } })
  t.equal((await act('backend2', 'start')).status, 200)

  const { pid } = (await map()).components.find(({ name }) => name === 'frontend3') ?? {}
  process.kill(pid ?? 0, 'SIGKILL')
  await until('a process killed by hand is on the map', async () => (await stateOf('frontend3')) === 'died')
  t.equal((await act('frontend3', 'start')).status, 200)
})

t.test('bad input gets one sentence that names the place', async t => {
  for (const [path, body, status, detail] of [
    ['/api/requests', { url: 'http://example.com/' }, 400, /^url: http:\/\/ and a name in meutrabalho\.com\.br/],
    ['/api/requests', { url: 'http://www.meutrabalho.com.br/', count: 0 }, 400, /count: a whole number from 1 to 5000/],
    ['/api/requests', { url: 'http://www.meutrabalho.com.br/', speed: 1 }, 400, /speed/],
    ['/api/components/backend9', { action: 'stop' }, 404, /there is no component "backend9"/],
    ['/api/components/backend1', { action: 'explode' }, 400, /action/],
  ] as const) {
    t.match(await ask(path, { body }), { status, json: { detail } }, path)
  }
  t.equal((await ask('/api/journeys/never-seen')).status, 404)
  t.equal((await ask('/api/journeys?limit=0')).status, 400)
})

t.test('another site gets nothing: not with its own name as Host, not with its Origin', async t => {
  for (const path of ['/', '/api/map', '/api/journeys', '/api/live']) {
    const asked = request({ host: address, port, path, agent: false, headers: { host: 'evil.example' } })
    asked.end()
    const [response] = await once(asked, 'response')
    response.resume()
    t.equal(response.statusCode, 403, path)
  }
  const foreign = { body: { action: 'stop' }, headers: { origin: 'http://evil.example' } }
  t.equal((await ask('/api/components/backend1', foreign)).status, 403)
  t.equal(await stateOf('backend1'), 'up')
})

t.test('the page, as a student uses it', { skip: noBrowser() ?? false }, async t => {
  const page = await newPage(t)
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(error.message))
  page.on('console', message => message.type() === 'error' && complaints.push(message.text()))
  await page.goto(`http://${authority}/`)
  await page.locator('#send-one').click()
  await page.locator('#events li').nth(8).waitFor()
  // One request is played by itself; the person takes over.
  await page.locator('#play[aria-pressed="true"]').waitFor()
  await page.locator('#first').click()
  t.match(await page.locator('#position').textContent(), /^passo 1 de \d+$/)
  await page.keyboard.press('ArrowRight')
  t.match(await page.locator('#position').textContent(), /^passo 2 de \d+$/, 'the keyboard steps too')
  await page.locator('#events li', { hasText: 'leu o cabeçalho' }).getByRole('button').click()
  await page.locator('.packet h3', { hasText: 'Enviado ao backend' }).waitFor()
  t.match(await page.locator('#packet-view').textContent(), /GET \/perfil HTTP\/1\.1/)
  t.match(await page.locator('#packet-view').textContent(), /Via.*acrescentado/)
  t.match(await page.locator('.node.lit').allTextContents(), [/^clientes/, /^frontend\d/])

  await page.locator('#events li', { hasText: 'respondeu www.meutrabalho.com.br. A com' }).getByRole('button').click()
  await page.locator('.tree-row', { hasText: 'ponteiro de compressão' }).first().hover()
  t.equal(await page.locator('.octet.marked').count(), 2, 'the two octets of the pointer')
  t.equal(await page.locator('.octet.target').count(), 24, 'and the name that they stand for')
  await page.locator('.hex').last().locator('.octet').first().hover()
  t.match(await page.locator('.tree-row.marked').allTextContents(), [/^ID/], 'and back')

  const buttons = {
    request: '#requests button',
    event: '#events button',
    span: '#lanes button',
    machine: '#node-backend3',
  }
  const before = await Promise.all(
    Object.entries(buttons).map(async ([what, of]) => ({
      what,
      button: await page.locator(of).first().elementHandle(),
    })),
  )
  await page.locator(buttons.request).first().focus()
  await ask('/api/requests', { body: { url: 'http://www.meutrabalho.com.br/' } })
  await page.locator('#requests li').nth(1).waitFor()
  for (const { what, button } of before)
    t.ok(await button?.evaluate(({ isConnected }) => isConnected), `${what}: not replaced when a new request is drawn`)
  t.ok(await before[0]?.button?.evaluate(button => button.matches(':focus')), 'and it keeps the focus')

  await page.locator('label:has(#choose-en)').click()
  t.match(await page.locator('#position').textContent(), /^step \d+ of \d+$/)
  await page.locator('#node-backend3').click()
  await page.locator('#component', { hasText: 'backend/http/server.ts' }).waitFor()
  await page.getByRole('button', { name: 'Stop backend3' }).click()
  await page.locator('#node-backend3.is-stopped').waitFor()
  await page.getByRole('button', { name: 'Start backend3' }).click()
  await page.locator('#node-backend3.is-up').waitFor()
  t.strictSame(complaints, [])
})

/** What the Tab key has reached: which control, whether a person sees that it has the focus, and whether it comes after the one before. */
const DESCRIBE_FOCUS = `(() => {
  const focused = document.activeElement
  if (focused === document.body) return null
  const shown = focused.closest('.languages label') ?? focused
  const { outlineStyle, outlineWidth } = getComputedStyle(shown)
  const box = shown.getBoundingClientRect()
  const before = window.before
  window.before = focused
  return {
    id: focused.id,
    html: focused.outerHTML.slice(0, 120),
    outlined: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2,
    inView: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    inOrder: before === undefined || (before.compareDocumentPosition(focused) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0,
  }
})()`

t.test('the page with the keyboard alone', { skip: noBrowser() ?? false }, async t => {
  const page = await newPage(t, { reducedMotion: 'reduce' })
  const { keyboard } = page
  const focusOn = (selector: string) => page.locator(`${selector}:focus`).waitFor()
  await page.goto(`http://${authority}/`)
  await page.locator('#node-mysql').waitFor()

  for (let i = 0; i < 20 && (await page.locator('#send-one:focus').count()) === 0; i++) await keyboard.press('Tab')
  await keyboard.press('Enter')
  await page.locator('#play[aria-pressed="true"]').waitFor()
  await page.locator('#events li').nth(8).waitFor()
  // The request is played by itself; pausing it keeps the page still.
  await page.locator('#play').focus()
  await keyboard.press('Enter')
  await page.locator('#play[aria-pressed="false"]').waitFor()

  await page.evaluate('document.activeElement.blur(); getSelection().removeAllRanges(); scrollTo(0, 0)')
  const stops: { id: string; html: string; outlined: boolean; inView: boolean; inOrder: boolean }[] = []
  await page.locator('.top').click({ position: { x: 1, y: 1 } })
  for (let i = 0; i < 200; i++) {
    await keyboard.press('Tab')
    const stop = (await page.evaluate(DESCRIBE_FOCUS)) as (typeof stops)[number] | null
    if (stop === null) break
    stops.push(stop)
  }
  for (const [index, { html, outlined, inView, inOrder }] of stops.entries())
    t.match({ outlined, inView, inOrder }, { outlined: true, inView: true, inOrder: true }, `stop ${index}: ${html}`)
  const reached = stops.map(({ id }) => id)
  for (const id of [
    'projector',
    'choose-pt',
    'send-one',
    'cache',
    'node-ns1',
    'node-mysql',
    'reset',
    'live',
    'forward',
  ])
    t.ok(reached.includes(id), id)
  for (const id of ['filter-kind', 'events', 'requests', 'lanes', 'compare', 'break-what', 'break-send', 'restore'])
    t.ok(reached.includes(id), id)
  t.ok(stops.length < 90, `a list is one stop: ${stops.length}`)

  await page.locator('#events').focus()
  await keyboard.press('Home')
  await keyboard.press('Enter')
  await page.locator('#position', { hasText: /^passo 1 de/ }).waitFor()
  await keyboard.press('ArrowDown')
  await keyboard.press('Enter')
  await page.locator('#position', { hasText: /^passo 2 de/ }).waitFor()
  await keyboard.press('ArrowRight')
  await page.locator('#position', { hasText: /^passo 3 de/ }).waitFor()
  await page.locator('#lanes').focus()
  await keyboard.press('End')
  await focusOn('#lanes .span')

  await page.locator('#events-title .explain').focus()
  await keyboard.press('Enter')
  await page.locator('#explain[open]').waitFor()
  t.ok(await page.evaluate('document.querySelector("#explain").contains(document.activeElement)'), 'inside the dialog')
  await keyboard.press('Escape')
  await focusOn('#events-title .explain')
  t.equal(await page.locator('#explain[open]').count(), 0)

  await page.locator('#node-backend1').focus()
  await keyboard.press('Enter')
  await page.locator('#node-backend1[aria-expanded="true"]').waitFor()
  await page.locator('#close-component').focus()
  await keyboard.press('Escape')
  await focusOn('#node-backend1[aria-expanded="false"]')

  await page.locator('#choose-pt').focus()
  await keyboard.press('ArrowRight')
  await page.locator('#position', { hasText: /^step 3 of/ }).waitFor()
  await focusOn('#choose-en')
  await page.locator('#projector').focus()
  await keyboard.press('Space')
  await page.locator('html.projector').waitFor()
})

t.test(
  'the page shows what happened before its live events began to arrive',
  { skip: noBrowser() ?? false },
  async t => {
    const page = await newPage(t)
    const { promise: sent, resolve } = Promise.withResolvers<void>()
    await page.route('**/api/live', async route => {
      await sent
      await route.continue()
    })
    await page.goto(`http://${authority}/`)
    const { json } = await ask('/api/requests', { body: { url: 'http://www.meutrabalho.com.br/early' } })
    const [id] = json.requests
    await until('its journey is complete', async () =>
      (await journeys()).some(one => one.id === id && one.status !== null),
    )
    resolve()
    await page.locator('#requests button', { hasText: '/early' }).click()
    await page.locator('#events li', { hasText: 'respondeu www.meutrabalho.com.br. A com' }).waitFor()
    await until('every event of the request is listed', async () => {
      const { json } = await ask(`/api/journeys/${id}`)
      return (await page.locator('#events li').count()) === json.hops.length
    })
  },
)

t.test(
  'the page in each state: no violation of axe-core, nothing wider than the screen',
  { skip: noBrowser() ?? false },
  async t => {
    for (const { name, width, colorScheme, english, projector } of [
      { name: 'light, pt', width: 1280, colorScheme: 'light', english: false, projector: false },
      { name: 'dark, en, projector', width: 1280, colorScheme: 'dark', english: true, projector: true },
      { name: 'dark, pt, 360 px', width: 360, colorScheme: 'dark', english: false, projector: false },
    ] as const) {
      const page = await newPage(t, { viewport: { width, height: 800 }, colorScheme, reducedMotion: 'reduce' })
      await page.goto(`http://${authority}/`)
      if (english) await page.locator('label:has(#choose-en)').click()
      if (projector) await page.locator('#projector').check()
      const check = async (state: string) => {
        t.strictSame(await accessibilityViolations(page), [], `${name}: ${state}`)
        const wider = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
        t.equal(wider, 0, `${name}: ${state}: width`)
      }
      await page.locator('.node').nth(8).waitFor()
      await page.locator('#cache').check()
      await page.locator('#send-some').click()
      await page.locator('.bar-row').first().waitFor()
      await page.locator('#ttl').waitFor()
      if (!projector) await page.locator('#compare').selectOption({ index: 1 })
      await page.locator('#node-backend1').click()
      await page
        .locator('#events li', { hasText: english ? 'was forwarded' : 'encaminhado a' })
        .first()
        .getByRole('button')
        .click()
      await page.locator('.fields').waitFor()
      await check('a run, a trace beside another, an HTTP packet, a component')
      await page.locator('h2 .explain').first().click()
      await check('an explanation')
      await page.close()
    }
  },
)

t.test('a tampered packet is shown as a disagreement of the two decoders', { skip: noBrowser() ?? false }, async t => {
  const page = await newPage(t)
  // The painel's answer, with a count of records that is too large, and decoded by the painel's own code.
  await page.route('**/api/journeys/*', async route => {
    const response = await route.fetch()
    const journey = (await response.json()) as Journey
    const hops = journey.hops.map(hop => {
      const { query, answer } = hop.octets ?? {}
      if (query === undefined || answer === undefined) return hop
      const tampered = `${answer.slice(0, 12)}00ff${answer.slice(16)}`
      return {
        ...hop,
        octets: { query, answer: tampered },
        dns: { query: decodeDns(query), answer: decodeDns(tampered) },
      }
    })
    await route.fulfill({ response, json: { ...journey, hops } })
  })
  await page.goto(`http://${authority}/`)
  await page.locator('#send-one').click()
  // The list shows the events of this request alone.
  await page.locator('#play[aria-pressed="true"]').waitFor()
  await page
    .locator('#events li', { hasText: 'respondeu www.meutrabalho.com.br. A com' })
    .first()
    .getByRole('button')
    .click()
  await page.locator('.packet .trouble').waitFor()
  t.match(await page.locator('.packet .trouble').textContent(), /não concordam: lab: not a DNS message/)
  t.ok((await page.locator('.tree-row.disagrees').count()) > 0, 'and at the fields')
})

t.test('POST /api/faults causes a fault in a component, and the map shows it until it is ended', async t => {
  const fault = { component: 'backend1', kind: 'error', status: 500, path: '/nowhere', share: 0.5 }
  const listed = { allowed: true, faults: [fault] }
  t.match(await ask('/api/faults', { body: fault }), { status: 200, json: listed })
  t.match(await ask('/api/faults'), { status: 200, json: listed })
  const { faults } = (await map()).components.find(({ name }) => name === 'backend1') ?? {}
  t.match(faults, [{ kind: 'error', path: '/nowhere', share: 0.5 }])
  for (const [body, status, detail] of [
    [{ component: 'mysql', kind: 'hang' }, 404, /"mysql" .* has no faults; use one of: ns1, ns2/],
    [{ component: 'backend1', kind: 'slow' }, 400, /^backend1: ms: .* from 1 to 60000 is needed$/],
    [{ component: 'ns1', kind: 'error', status: 500 }, 400, /^ns1: status: /],
    [{ kind: 'hang' }, 400, /^component: /],
  ] as const) {
    t.match(await ask('/api/faults', { body }), { status, json: { detail } })
  }
  const foreign = { headers: { origin: 'http://evil.example' } }
  t.equal((await ask('/api/faults', { ...foreign, body: { kind: 'none' } })).status, 403)
  t.equal((await ask('/api/experiments', { ...foreign, body: { what: 'stop', component: 'ns1' } })).status, 403)
  t.equal((await ask('/api/restore', { ...foreign, body: {} })).status, 403)
  t.match(await ask('/api/faults', { body: { kind: 'none' } }), { status: 200, json: { faults: [] } })
})

t.test('POST /api/experiments: the client sees the fault, in the share of the requests that meets it', async t => {
  const fault = { kind: 'error', status: 500, path: '/perfil' }
  const { status, json } = await ask('/api/experiments', {
    body: { what: 'fault', component: 'backend1', fault, seconds: 2, rate: 12 },
  })
  t.equal(status, 200)
  t.match(json, { path: '/perfil', recovered: null, failures: { 500: json.failed } }, 'the fault is still in force')
  const { samples } = json as ExperimentReport
  t.ok(json.failed > 0 && json.failed < json.count)
  t.equal(samples.length, 36, 'a second before, two after')
  for (const { status, backend, at } of samples.filter(({ at }) => at > 500))
    t.equal(status, backend === 'backend1' ? 500 : 200, `${at}: ${backend}`)
  t.match(await ask('/api/experiments', { body: { what: 'explode' } }), { status: 400, json: { detail: /what/ } })
})

t.test('a backend that is switched off is noticed, and POST /api/restore starts it and ends the faults', async t => {
  const { json } = await ask('/api/experiments', { body: { what: 'stop', component: 'backend2', seconds: 8, rate: 5 } })
  t.match(json, { noticed: { by: /^frontend\d$/, about: 'backend2', up: false } })
  t.equal(await stateOf('backend2'), 'stopped')
  t.equal((await ask('/api/restore', { body: {} })).status, 200)
  await until('backend2 runs again', async () => (await stateOf('backend2')) === 'up')
  t.strictSame((await ask('/api/faults')).json.faults, [])
})

t.test('a record, the rotation and the place of the sessions are changed, and put back', async t => {
  const experiment = (body: object) => ask('/api/experiments', { body: { ...body, seconds: 1, rate: 6 } })
  const zone = () => readFileSync(`${lab.folder}/zones/db.meutrabalho.com.br`, 'utf8')
  const before = zone()
  const settings = async (name: string) => (await map()).components.find(component => component.name === name)?.settings
  t.equal((await experiment({ what: 'record', component: 'frontend2' })).status, 200)
  t.match(zone(), /^; painel: www .*\.21$/m)
  t.match(await experiment({ what: 'record', component: 'frontend2' }), { status: 409 })
  t.equal((await experiment({ what: 'order', value: 'random' })).status, 200)
  t.match(await settings('ns2'), { order: { policy: 'random' } })
  t.equal((await experiment({ what: 'health', value: 'off' })).status, 200)
  t.match(await settings('ns1'), { health: { enabled: false } })
  t.equal((await experiment({ what: 'balance', value: 'sticky' })).status, 200)
  t.match(await settings('frontend1'), { algorithm: 'sticky' })
  t.equal((await experiment({ what: 'sessions', value: 'memory' })).status, 200)
  t.match(await settings('backend3'), { sessions: 'memory' })
  t.match(await experiment({ what: 'order', value: 'backwards' }), { status: 400, json: { detail: /policy/ } })

  t.equal((await ask('/api/restore', { body: {} })).status, 200)
  t.match(await settings('ns2'), { order: { policy: 'cyclic' } })
  t.match(await settings('ns1'), { health: { enabled: true } })
  t.match(await settings('frontend1'), { algorithm: 'round-robin' })
  t.match(await settings('backend3'), { sessions: 'redis' })
  const withoutSerial = (text: string) => text.replace(/\d+ +; serial/, '; serial')
  t.equal(withoutSerial(zone()), withoutSerial(before))
})

t.test('"Break it", as a student uses it', { skip: noBrowser() ?? false }, async t => {
  const page = await newPage(t, { viewport: { width: 360, height: 800 } })
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(error.message))
  page.on('console', message => message.type() === 'error' && complaints.push(message.text()))
  await page.goto(`http://${authority}/`)
  const panel = page.locator('#break-it')
  await panel.locator('#break-changes', { hasText: 'Tudo está como no início.' }).waitFor()
  await panel.getByLabel('O que fazer').selectOption('fault')
  await panel.getByLabel('Componente').selectOption('backend1')
  await panel.locator('#break-kind').selectOption('error')
  await panel.getByLabel('status, de 400 a 599').fill('500')
  await panel.getByLabel('só para o caminho').fill('/perfil')
  await panel.getByLabel('Segundos').fill('2')
  await panel.getByRole('button', { name: 'Quebrar e observar' }).click()
  t.equal(await panel.locator('#break-status').textContent(), '', 'an expectation is needed first')
  await panel.getByLabel('uma parte').check()
  await panel.getByRole('button', { name: 'Quebrar e observar' }).click()
  await panel.locator('.break-facts').waitFor()
  const facts = (await panel.locator('.break-facts').textContent()) ?? ''
  t.match(facts, /Você esperava que falhassemuma parte/)
  t.match(facts, /Falharam\d+ de \d+ · uma parte .*\(500: \d+\)/)
  t.equal(await panel.locator('.as-expected').textContent(), '✓ Como você esperava.')
  t.equal(await panel.locator('.sign').count(), 30)
  await panel.locator('#break-changes', { hasText: 'backend1: responde com um erro (error)' }).waitFor()
  t.strictSame(await accessibilityViolations(page, '#break-it'), [])

  await page.locator('label:has(#choose-en)').click()
  t.match(await panel.locator('.break-facts').textContent(), /You expected to faila part/)
  await panel.getByRole('button', { name: 'Put everything back' }).click()
  await panel.locator('#break-status', { hasText: 'Everything is back' }).waitFor()
  await panel.locator('#break-changes', { hasText: 'Everything is as at the start.' }).waitFor()
  t.equal(await page.evaluate('document.documentElement.scrollWidth'), 360, 'nothing is wider than a phone')
  t.strictSame(complaints, [])
})

t.test('POST /api/reset: the lab begins anew, and the painel stays', async t => {
  t.equal((await ask('/api/reset', { body: {} })).status, 200)
  t.strictSame(await journeys(), [])
  await until('backend1 is up', async () => (await stateOf('backend1')) === 'up')
})
