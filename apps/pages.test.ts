/**
 * The pages of cadastro, reposicao and ingressos in a real browser, through an edge, while processes are killed and come back.
 *
 * Nothing waits for a fixed time: each step waits for what a person would see.
 */
import { Redis } from 'ioredis'
import { chromium, type Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { siteOf } from '#shared/applications.ts'
import { hostAt, networkMap } from '#shared/network-map.ts'
import { Browser as TestBrowser } from '../backend/testing/browser.ts'
import { prefix, startServers } from '../backend/testing/servers.ts'
import { Journeys } from '../painel/journeys/journeys.ts'
import { accessibilityViolations, browserPath, noBrowser } from '../test/testing/browser.ts'
import { until } from '../test/testing/until.ts'
import { watchComponents } from '../test/testing/watch.ts'
import { person } from './cadastro/testing/cadastro.ts'
import { Programs } from './testing/programs.ts'

const LIMIT_MS = 150_000
/** Chromium reports each response from 400 on as an error of the page. */
const STATUS = /Failed to load resource|net::ERR_/

t.test('the pages in a browser', { skip: process.env.CI ? false : (noBrowser() ?? false) }, async t => {
  await startServers(t)
  const programs = new Programs(t, { LAB_PORTS: 'high' })
  await programs.start('acesso', 'analise', 'auth', 'tickets1', 'ingressos1', 'frontend1')
  const browser = await chromium.launch({
    executablePath: browserPath,
    // The names are resolved here: this file is about the pages, and test/browser-by-name.test.ts about names.
    args: ['--no-sandbox', '--disable-gpu', `--host-resolver-rules=MAP *.meutrabalho.com.br:80 ${prefix}.20:8080`],
  })
  t.teardown(() => browser.close())
  const redis = new Redis({ host: `${prefix}.4` })
  t.teardown(() => redis.disconnect())

  async function open(
    application: 'cadastro' | 'reposicao' | 'ingressos',
  ): Promise<{ page: Page; complaints: string[] }> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    page.setDefaultTimeout(LIMIT_MS)
    const complaints: string[] = []
    page.on('pageerror', error => complaints.push(error.message))
    page.on('console', message => {
      if (message.type() === 'error' && !STATUS.test(message.text())) complaints.push(message.text())
    })
    await page.goto(`http://${siteOf(application)}/`)
    return { page, complaints }
  }
  const text = (page: Page, id: string) => page.locator(`#${id}`).textContent()
  const shows = (page: Page, id: string, wanted: RegExp) =>
    until(`#${id} shows ${wanted}`, async () => wanted.test((await text(page, id)) ?? ''), LIMIT_MS)

  /** Presses a button until what it does is done: on a busy machine the time-outs of production are short, and the page says so. */
  async function press(page: Page, button: string, isDone: () => Promise<boolean>): Promise<void> {
    await until(
      `${button} has done its work`,
      async () => {
        if (await isDone()) return true
        if (await page.locator(button).isVisible()) await page.click(button, { timeout: 1_000 }).catch(() => {})
        return false
      },
      LIMIT_MS,
    )
  }

  /** On a phone and on a projector: nothing is wider than the screen, and axe-core finds nothing. */
  async function examine(t: Test, page: Page, what: string): Promise<void> {
    for (const width of [360, 1920]) {
      await page.setViewportSize({ width, height: 900 })
      t.equal(await page.evaluate('document.documentElement.scrollWidth'), width, `${what}, ${width} pixels wide`)
    }
    t.strictSame(await accessibilityViolations(page), [], what)
  }

  t.test('cadastro: a sign-up waits while a process is stopped, and goes on when it is back', async t => {
    const { page, complaints } = await open('cadastro')
    await shows(page, 'place', /Nenhum cadastro/)
    await page.click('#sign-up-form button')
    await shows(page, 'sign-up-trouble', /^Usuário: de 2/)
    t.equal(await page.evaluate('document.activeElement.id'), 'sign-up-username')

    const who = person({ nome: 'Carla Lopes' })
    for (const [name, value] of Object.entries(who)) await page.fill(`#sign-up-${name}`, String(value))
    // The orchestrator has not been started yet.
    await press(page, '#sign-up-form button', async () =>
      /A mensagem espera em/.test((await text(page, 'place')) ?? ''),
    )
    t.match(await text(page, 'place'), /cadastros: nenhum processo/)
    t.equal(await text(page, 'place-command'), 'npm run lab -- start orquestrador')
    await examine(t, page, 'waiting')
    await programs.start('orquestrador')
    await shows(page, 'place', /Na lista dos administradores/)

    await page.fill('#username', 'ana')
    await page.fill('#password', 'ana-no-laboratorio')
    await press(page, '#login button', async () => !(await page.locator('#login').isVisible()))
    await page.getByRole('heading', { name: 'Carla Lopes' }).waitFor()
    await shows(page, 'queue-rows', /cadastros → orquestrador/)
    await redis.xadd('queue:cadastros:0', '*', 'message', 'not JSON')
    await shows(page, 'letters', /JSON/)
    await page.click('label:has(#choose-en)')
    await shows(page, 'place', /In the list of the admins/)
    await examine(t, page, 'the lists of an admin')
    await page.click('#letters button')
    await shows(page, 'announcement', /^The message was sent again/)

    await page.fill('#search', 'lopes')
    await page.click('#search-form button')
    await shows(page, 'found', /^1 found/)
    await page.getByRole('button', { name: 'Approve: Carla Lopes' }).click()
    await shows(page, 'place', /^Approved/)
    t.ok(await page.locator('#go-on a').isVisible())
    await page.reload()
    await shows(page, 'place', /^Approved/)
    await page.getByRole('button', { name: 'Log out' }).click()
    await page.locator('#login').waitFor()
    t.strictSame(complaints, [])
  })

  t.test('the journey of a sign-up goes from the 202 to the decision, through all three programs', async t => {
    const map = networkMap(prefix, 'high')
    const journeys = new Journeys(address => hostAt(map, address)?.name)
    await watchComponents(t, map, ['frontend1', 'acesso', 'orquestrador', 'analise'], event => journeys.add(event))
    const edge = { url: `http://${prefix}.20:8080` }
    const headers = { host: siteOf('cadastro'), 'x-request-id': 'journey-of-a-sign-up' }
    const ana = new TestBrowser()
    const credentials = { username: 'ana', password: 'ana-no-laboratorio' }
    const login = { json: credentials, headers: { host: siteOf('cadastro') } }
    await until('ana is logged in', async () => (await ana.ask(edge, '/login', login)).status === 200, LIMIT_MS)
    const { status, json } = await new TestBrowser().ask(edge, '/cadastros', { json: person(), headers })
    t.equal(status, 202)
    const path = `/cadastros/${json.id}/aprovacao`
    const approve = { method: 'POST', headers: { host: siteOf('cadastro') } }
    // 409 until it is in review.
    await until('it is approved', async () => (await ana.ask(edge, path, approve)).status === 200, LIMIT_MS)
    const hops = () => journeys.get('journey-of-a-sign-up')?.hops ?? []
    await until('the decision is a hop', () => hops().some(({ kind }) => kind === 'cadastro.decided'), LIMIT_MS)
    const way = () => {
      const own = hops().filter(({ kind }) => /^(?:queue|cadastro)\./.test(kind))
      // A message may be delivered twice.
      return [...new Set(own.map(({ kind, from, to }) => `${kind} ${from} ${to}`))].sort()
    }
    await until(
      'both programs have acknowledged',
      () => way().filter(hop => /handled/.test(hop)).length === 2,
      LIMIT_MS,
    )
    t.strictSame(way(), [
      'cadastro.decided acesso acesso',
      'cadastro.state acesso acesso',
      'cadastro.state analise analise',
      'queue.delivered redis analise',
      'queue.delivered redis orquestrador',
      'queue.handled analise analise',
      'queue.handled orquestrador orquestrador',
      'queue.published acesso redis',
      'queue.published orquestrador redis',
    ])
  })

  t.test('reposicao: the stream of notices goes on after the last event that came', async t => {
    const { page, complaints } = await open('reposicao')
    const streams: (string | undefined)[] = []
    const lists: string[] = []
    page.on('request', request => {
      if (new URL(request.url()).pathname === '/tickets/avisos') streams.push(request.headers()['last-event-id'])
    })
    page.on('response', response => {
      const { pathname, search } = new URL(response.url())
      if (pathname === '/tickets' && search !== '' && response.ok()) lists.push(search)
    })
    // The connections of the first requests break: the page says so until the list has come.
    let isFailing = true
    await page.route('**/tickets?*', route => (isFailing ? route.abort() : route.continue()))
    await page.route('**/tickets/avisos*', route => (isFailing ? route.abort() : route.continue()))
    await page.click('#sign-in')
    await page.fill('input[name=username]', 'bruno')
    await page.fill('input[name=password]', 'bruno-no-laboratorio')
    await page.click('form button')
    await shows(page, 'live', /^reconectando/)
    await shows(page, 'trouble', /^O servidor não respondeu/)
    await shows(page, 'empty', /^A lista ainda não chegou/)
    isFailing = false
    await shows(page, 'live', /^ao vivo/)
    await page.locator('#trouble').waitFor({ state: 'hidden' })
    await press(page, '#order-form button', async () =>
      /esperando o gravador/.test((await text(page, 'tickets')) ?? ''),
    )
    await examine(t, page, 'a ticket in the queue')

    // The server of the stream is killed. The ticket is written meanwhile.
    await programs.kill('tickets1')
    await shows(page, 'live', /^reconectando/)
    await programs.start('gravador')
    await until('a notice was written', async () => (await redis.xlen('reposicao:avisos:2')) > 0, LIMIT_MS)
    await programs.start('tickets1')
    await shows(page, 'tickets', /aberto: está no MySQL/)
    await shows(page, 'live', /^ao vivo/)
    t.equal(streams[0], undefined)
    t.match(streams.at(-1), /^\d+-\d+$/, 'Last-Event-ID')
    t.equal(lists.length, 1, 'the list was read once: the change came with the stream')
    t.strictSame(complaints, [])
  })

  t.test('ingressos: a reservation is bought although the server was killed; each step is announced once', async t => {
    const { page, complaints } = await open('ingressos')
    await page.click('#events button')
    await shows(page, 'turn', /Entre para comprar/)
    await page.fill('#username', 'bruno')
    await page.fill('#password', 'bruno-no-laboratorio')
    await press(page, '#login button', async () => !(await page.locator('#login').isVisible()))
    await press(page, '#join button', () => page.locator('#reserve').isVisible())
    await examine(t, page, 'a turn')

    // One request of each look fails, the next one does not: the page says what is wrong.
    await page.route('**/eventos/*', route => route.abort())
    await shows(page, 'trouble', /^Sem resposta do servidor/)
    await page.unroute('**/eventos/*')
    await page.locator('#trouble').waitFor({ state: 'hidden' })

    await press(page, '#reserve button', () => page.locator('#buy').isVisible())
    await shows(page, 'turn', /Lugares reservados para você: 1/)
    const [announced, counted] = [await text(page, 'announcement'), await text(page, 'turn')]
    await until('the seconds are counted down', async () => (await text(page, 'turn')) !== counted, LIMIT_MS)
    t.equal(await text(page, 'announcement'), announced)
    await examine(t, page, 'a reservation')

    await programs.kill('ingressos1')
    await press(page, '#buy .primary', () => page.locator('#trouble').isVisible())
    t.match(await text(page, 'trouble'), /Nada se perde/)
    await programs.start('ingressos1')
    await press(page, '#buy .primary', async () => (await page.locator('#tickets li').count()) > 0)
    t.equal(await page.locator('#tickets li').count(), 1)
    await page.locator('#buy').waitFor({ state: 'hidden' })
    await page.locator('#trouble').waitFor({ state: 'hidden' })
    t.strictSame(complaints, [])
  })
})
