/**
 * The painel beside a whole lab: what it shows is compared with what the components and a raw client saw, and its page is used as a
 * student would use it.
 *
 * Read beside: painel/README.md
 */
import { once } from 'node:events'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { hostNamed } from '#shared/network-map.ts'
import type { Journey, JourneySummary } from '../painel/journeys/journey.ts'
import type { LabMap } from '../painel/map/lab-map.ts'
import { launchBrowser, noBrowser } from './testing/browser.ts'
import { forget, startLab } from './testing/lab.ts'
import { until } from './testing/until.ts'

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

const map = async () => (await ask('/api/map')).json as LabMap
const stateOf = async (name: string) => (await map()).components.find(component => component.name === name)?.state
const journeys = async () => (await ask('/api/journeys?limit=200')).json.journeys as JourneySummary[]

t.test('GET /api/map: every component is up, as itself and as the others see it', async t => {
  await until('all checks have passed', async () => {
    const { components } = await map()
    return components.every(
      ({ state, spare, health }) =>
        spare || (state === 'up' && Object.values(health).every(seen => /^up$/i.test(seen))),
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
    (await journeys()).some(({ id, state }) => id === 'from-elsewhere' && state === 'answered'),
  )
  const { json } = await ask('/api/journeys/from-elsewhere')
  t.match(json, { frontend: 'frontend1', target: '/status', status: 200 })
  t.notMatch(JSON.stringify(json), 'secret-of-ana')
  t.notMatch(JSON.stringify(json), Buffer.from('secret-of-ana').toString('hex'))
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
  const browser = await launchBrowser()
  t.teardown(() => browser.close())
  const page = await browser.newPage()
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(error.message))
  page.on('console', message => message.type() === 'error' && complaints.push(message.text()))
  await page.goto(`http://${authority}/`)
  await page.locator('#send-one').click()
  await page.locator('#events li').nth(8).waitFor()
  // One request is played by itself; the person takes over.
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

  await page.locator('label:has(#choose-en)').click()
  t.match(await page.locator('#position').textContent(), /^step \d+ of \d+$/)
  await page.locator('#node-backend3').click()
  await page.locator('#component', { hasText: 'backend/http/server.ts' }).waitFor()
  await page.getByRole('button', { name: 'Stop backend3' }).click()
  await page.locator('.node.is-stopped', { hasText: 'backend3' }).waitFor()
  await page.getByRole('button', { name: 'Start backend3' }).click()
  await page.locator('.node.is-up', { hasText: 'backend3' }).waitFor()
  t.strictSame(complaints, [])
})

t.test('POST /api/reset: the lab begins anew, and the painel stays', async t => {
  t.equal((await ask('/api/reset', { body: {} })).status, 200)
  t.strictSame(await journeys(), [])
  t.equal(await stateOf('backend1'), 'up')
})
