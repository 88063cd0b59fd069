/**
 * The page in a real Chromium, as a class uses it: the browser resolves www.meutrabalho.com.br through the lab's own DNS server on
 * port 53, a user logs in, and stays logged in while machines are switched off.
 */
import { createConnection } from 'mysql2/promise'
import type { BrowserContextOptions, Page, Route } from 'playwright-core'
import t, { type Test } from 'tap'
import { request } from 'undici'
import { ADMIN_PORT, COMPOSE_PREFIX, hostNamed, hostsOf, WWW } from '#shared/network-map.ts'
import { DATABASE, DATABASE_USER } from '../lab/mariadb.ts'
import { launchBrowser, noBrowser, watch } from './testing/browser.ts'
import { Client } from './testing/client.ts'
import { startLab } from './testing/lab.ts'
import { inNamespace, NAMESPACE_MAP } from './testing/namespace.ts'
import { until } from './testing/until.ts'

const URL = `http://${WWW}/`
/** The 401 of the first request, before the log-in. Chromium reports it on the console; it is not an error of the page. */
const NOT_LOGGED_IN = /status of 401 .*\/perfil\)/

/** The seeded user's name, from db/init.sql. */
const ANA = 'Ana Souza'

const frontends = hostsOf(NAMESPACE_MAP, 'frontend').map(host => host.name)
const backends = hostsOf(NAMESPACE_MAP, 'backend')
  .filter(host => !host.spare)
  .map(host => host.name)

await inNamespace(t, import.meta.filename, testThePage, noBrowser())

async function testThePage(): Promise<void> {
  let lab = await startLab({ prefix: COMPOSE_PREFIX })
  const browser = await launchBrowser()
  t.teardown(async () => {
    await browser.close()
    await lab.stop()
  })

  const client = new Client(NAMESPACE_MAP)
  t.teardown(() => client.close())

  /** Whether the DNS server considers every frontend healthy, and every edge proxy every backend. */
  async function settled(): Promise<boolean> {
    const { address } = hostNamed(NAMESPACE_MAP, 'ns1')
    const { body } = await request(`http://${address}:${ADMIN_PORT}/status`)
    const { health } = (await body.json()) as { health: { frontends: { healthy: boolean }[] } }
    if (!health.frontends.every(({ healthy }) => healthy)) return false
    for (const edge of frontends) {
      const seen = new Set<string | undefined>()
      for (const _ of backends) seen.add((await client.ask('/status', { edge })).backend)
      if (!backends.every(name => seen.has(name))) return false
    }
    return true
  }
  await until('every machine is found healthy', settled)

  /** A new context is a new visitor: with cookies, connections and a cache of names of its own. */
  async function visitor(t: Test, options: BrowserContextOptions = {}, expected: readonly RegExp[] = [NOT_LOGGED_IN]) {
    const context = await browser.newContext({ reducedMotion: 'reduce', ...options })
    t.teardown(() => context.close())
    const witness = watch(context, expected)
    const page = await context.newPage()
    page.setDefaultTimeout(30_000)
    return { context, page, witness }
  }

  t.test('each visitor gets the next frontend by the name', async t => {
    const seen = new Set<string>()
    for (let i = 0; i < 3; i++) {
      const { page, witness } = await visitor(t)
      const response = await page.goto(URL)
      seen.add((await response?.serverAddr())?.ipAddress ?? 'no server')
      t.match(response?.headers()['content-security-policy'], /default-src 'none'/)
      await answered(page)
      t.strictSame(witness.complaints, [])
    }
    t.strictSame(
      [...seen].sort(),
      hostsOf(NAMESPACE_MAP, 'frontend').map(host => host.address),
    )
  })

  t.test('the page sends one request when it is opened, and further ones only when asked to', async t => {
    const { page, witness } = await visitor(t)
    await page.clock.install()
    await page.goto(URL)
    await answered(page)
    const sent = () => witness.requests.filter(request => !/\.(js|css|svg)$/.test(request))
    t.strictSame(sent(), ['GET /', 'GET /perfil'])
    await page.clock.runFor('10:00')
    t.strictSame(sent(), ['GET /', 'GET /perfil'])
    await page.locator('#send-each-second').click()
    await page.clock.runFor('00:05')
    await until('the page repeats its request', () => sent().filter(request => request === 'GET /status').length > 2)
    await page.locator('#send-each-second').click()
    t.strictSame(witness.complaints, [])
  })

  t.test('the first view: the request that loaded the page is row 0, and the first 401 is not an error', async t => {
    const { page, witness } = await visitor(t)
    await page.goto(URL)
    await answered(page)
    const [first, own] = await page.locator('#requests tr').all()
    t.match(await own?.textContent(), /^0GET \/ 200esta página(frontend\d)/)
    t.match(await own?.locator('.times').textContent(), /frontend/, 'with the time of the frontend')
    t.match(await first?.textContent(), /GET \/perfil 401sem sessão ainda/)
    t.equal(await page.locator('#requests .failed').count(), 0)
    t.match(await page.locator('#verdict').textContent(), /Ainda não há sessão/)
    t.equal(await page.locator('#trouble').isVisible(), false)
    t.equal(await page.locator('#off').isVisible(), false)
    t.strictSame(witness.complaints, [])
  })

  t.test('no text is smaller than 12 pixels, and nothing is wider than the screen', async t => {
    const { page } = await visitor(t)
    await page.goto(URL)
    await answered(page)
    for (const details of await page.locator('details').all())
      await details.evaluate(open => open.setAttribute('open', ''))
    for (const width of [320, 360, 700, 720, 960, 1280, 1920]) {
      await page.setViewportSize({ width, height: 900 })
      // The drawing follows the width in an event of its own.
      await page.locator(`#chain${width < 704 ? '.tall' : ':not(.tall)'}`).waitFor()
      t.strictSame(await page.evaluate(SMALL_TEXT), [], `${width} pixels`)
      t.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), `${width} pixels: no scrolling`)
    }
  })

  t.test('while a request is open, the path of the request before it is faint', async t => {
    const { page, witness } = await visitor(t)
    await page.goto(URL)
    await answered(page)
    const answer = Promise.withResolvers<void>()
    const delay = async (route: Route) => {
      await answer.promise
      await route.continue()
    }
    await page.route('**/status', delay, { times: 1 })
    await page.locator('#send-one').click()
    await page.locator('#chain.waiting').waitFor()
    answer.resolve()
    await page.locator('#chain:not(.waiting)').waitFor()
    t.strictSame(witness.complaints, [])
  })

  t.test('a user logs in and out with the keyboard alone', async t => {
    const { page, witness } = await visitor(t)
    await page.goto(URL)
    await answered(page)
    await tabTo(page, '#username')
    await page.keyboard.type('ana')
    await page.keyboard.press('Tab')
    await page.keyboard.type('ana-no-laboratorio')
    await page.keyboard.press('Enter')
    await page.locator('#profile-name:focus').waitFor()
    t.equal(await page.locator('#profile-name').textContent(), ANA)
    await tabTo(page, '#send-one')
    await page.keyboard.press('Enter')
    await tabTo(page, '#profile button')
    await page.keyboard.press('Enter')
    await page.locator('#username:focus').waitFor()
    t.strictSame(witness.complaints, [])
  })

  t.test('a wrong password is explained in the form, and the password field has the focus', async t => {
    const { page, witness } = await visitor(t, {}, [/status of 401/])
    await page.goto(URL)
    await answered(page)
    await logIn(page, 'ana', 'errada')
    await page.locator('#login-trouble').getByText('Usuário ou senha incorretos').waitFor()
    await page.locator('#password:focus').waitFor()
    await logIn(page, 'ana', 'ana-no-laboratorio')
    await page.locator('#profile').waitFor()
    t.equal(await page.locator('#login-trouble').isVisible(), false)
    t.strictSame(witness.complaints, [])
  })

  t.test('a late response to a request sent before the log-in does not log the user out', async t => {
    const { page, witness } = await visitor(t)
    const loggedIn = Promise.withResolvers<void>()
    const delay = async (route: Route) => {
      const response = await route.fetch()
      await loggedIn.promise
      await route.fulfill({ response })
    }
    await page.route('**/perfil', delay, { times: 1 })
    await page.goto(URL)
    await logIn(page, 'ana', 'ana-no-laboratorio')
    await page.locator('#profile').waitFor()
    const late = page.waitForResponse(response => response.url().endsWith('/perfil') && response.status() === 401)
    loggedIn.resolve()
    await late
    await page.locator('#send-one').click()
    await page.locator('#verdict', { hasText: 'continua sendo' }).waitFor()
    t.equal(await page.locator('#profile').isVisible(), true)
    t.strictSame(witness.complaints, [])
  })

  t.test('servers change, and the user stays logged in while machines are switched off', async t => {
    const { context, page, witness } = await visitor(t)
    await page.goto(URL)
    await answered(page)
    await logIn(page, 'ana', 'ana-no-laboratorio')
    await page.locator('#profile').waitFor()
    const session = await page.locator('#session-key').textContent()

    await page.locator('#send-twelve').click()
    await page.locator('#send-twelve[aria-pressed=true]').waitFor({ state: 'detached' })
    const widths = await page
      .locator('#backends .fill')
      .evaluateAll(bars => bars.map(bar => (bar as { style: { width: string } }).style.width))
    t.ok(widths.includes('100%'), 'the bars of the backends have their own scale')
    const served = await page.locator('#requests td.way').allTextContents()
    for (const backend of backends)
      t.ok(served.filter(way => way.includes(backend)).length >= 3, `${backend} in ${served}`)

    // The frontend and the backend of the last response are switched off, while the page continues to send requests.
    await page.locator('#send-each-second').click()
    const [frontend = '', backend = ''] = (await page.locator('#verdict').textContent())?.match(/\w+\d/g) ?? []
    await Promise.all([lab.command('stop', frontend), lab.command('stop', backend)])
    const others = page.locator(`#verdict:has(.frontend-name):not(:text("${frontend}")):not(:text("${backend}"))`)
    await others.waitFor()
    await Promise.all([lab.command('start', frontend), lab.command('start', backend)])
    await page.locator('#verdict', { hasText: backend }).waitFor()
    await until('every machine is found healthy again', settled)
    await page.locator('#send-each-second').click()
    t.equal(await page.locator('#requests .failed').count(), 0, 'no request failed')
    t.equal(await page.locator('#session-key').textContent(), session)
    t.equal(await page.locator('#profile-name').textContent(), ANA)

    // A later visit: with the cookie, but without the connection and the cached name.
    const later = await visitor(t, { storageState: await context.storageState() })
    await later.page.goto(URL)
    await later.page.locator('#profile').waitFor()
    t.equal(await later.page.locator('#session-key').textContent(), session)
    t.strictSame([...witness.complaints, ...later.witness.complaints], [])
  })

  t.test('a backend that is off looks different, with the reason and the command that starts it', async t => {
    const { page, witness } = await visitor(t)
    await page.goto(URL)
    await answered(page)
    await lab.command('stop', 'backend2')
    await page.locator('#send-each-second').click()
    await page.locator('#chain .off', { hasText: 'backend2' }).getByText('fora do ar').waitFor()
    const row = page.locator('#machines-off li', { hasText: 'backend2' })
    await row.getByText('recusa conexões').waitFor()
    t.equal(await row.locator('code').textContent(), 'npm run lab -- start backend2')
    await lab.command('start', 'backend2')
    await page.locator('#off').waitFor({ state: 'hidden' })
    await page.locator('#send-each-second').click()
    t.equal(await page.locator('#chain .off').count(), 0)
    await until('every machine is found healthy again', settled)
    t.strictSame(witness.complaints, [])
  })

  t.test('without MySQL a log-in fails at MySQL, not at Redis', async t => {
    const { page, witness } = await visitor(t, {}, [NOT_LOGGED_IN, /status of 503 /])
    await page.goto(URL)
    await answered(page)
    await lab.command('stop', 'mysql')
    await logIn(page, 'ana', 'ana-no-laboratorio')
    await page.locator('#login-trouble').getByText('não consegue falar com o MySQL').waitFor()
    await page.locator('#chain .mysql.off').getByText('fora do ar').waitFor()
    t.equal(await page.locator('#machines-off code').textContent(), 'npm run lab -- start mysql')
    const [cross, box] = [
      await page.locator('#chain .cross').boundingBox(),
      await page.locator('#chain .mysql').boundingBox(),
    ]
    t.ok(cross && box && cross.x < box.x + box.width && cross.x + cross.width > box.x, 'the cross is on MySQL, across')
    t.ok(cross && box && cross.y < box.y + box.height && cross.y + cross.height > box.y, 'the cross is on MySQL, down')
    await lab.command('start', 'mysql')
    await logIn(page, 'ana', 'ana-no-laboratorio')
    await until('the log-in works again', async () => {
      if (await page.locator('#profile').isVisible()) return true
      await page.locator('#password').press('Enter')
      return false
    })
    await page.locator('#off').waitFor({ state: 'hidden' })
    t.strictSame(witness.complaints, [])
  })

  t.test('an error is explained in words, and the explanation goes away with it', async t => {
    const { page, witness } = await visitor(t, {}, [NOT_LOGGED_IN, /status of 50[23] /, /ERR_CONNECTION_REFUSED/])
    await page.goto(URL)
    await answered(page)
    await logIn(page, 'ana', 'ana-no-laboratorio')
    await page.locator('#profile').waitFor()

    await Promise.all(backends.map(name => lab.command('stop', name)))
    await page.locator('#send-one').click()
    await page
      .locator('#trouble')
      .getByText(/50[23] /)
      .waitFor()
    t.match(
      await page.locator('#requests tr').first().locator('.times').textContent(),
      /frontend/,
      'with the time of the frontend',
    )
    await seeErrorPage(t)
    await Promise.all(frontends.map(name => lab.command('stop', name)))
    await page.locator('#send-one').click()
    await page.locator('#trouble').getByText('não conseguiu falar com nenhum frontend').waitFor()
    t.equal(await page.locator('#chain .cross').count(), 1)
    t.match(await page.locator('#machines-off').textContent(), /npm run lab -- status\nnpm run lab -- start frontend\d/)

    await Promise.all([...frontends, ...backends].map(name => lab.command('start', name)))
    await until('every machine is found healthy again', settled)
    await page.locator('#send-one').click()
    await page.locator('#verdict', { hasText: 'continua sendo' }).waitFor()
    t.equal(await page.locator('#trouble').isVisible(), false)
    t.strictSame(witness.complaints, [])
  })

  /** While no backend runs, an address that a browser opens is a page too, in both languages. */
  async function seeErrorPage(t: Test): Promise<void> {
    const { page } = await visitor(t, { javaScriptEnabled: false }, [/status of 50[23] /])
    const response = await page.goto(`${URL}perfil`)
    t.match(response?.status(), /^50[23]$/)
    t.match(response?.headers()['content-type'], /^text\/html/)
    await page.getByRole('heading', { name: /^Erro 50[23]$/ }).waitFor()
    await page.locator('#choose-en').check({ force: true })
    await page.getByRole('heading', { name: /^Error 50[23]$/ }).waitFor()
    t.strictSame(await page.evaluate(SMALL_TEXT), [])
  }

  t.test('an address without a page is a page that says so', async t => {
    const { page } = await visitor(t, {}, [/status of 404 /])
    const response = await page.goto(`${URL}nada`)
    t.equal(response?.status(), 404)
    await page.getByRole('heading', { name: 'Página não encontrada' }).waitFor()
    t.notMatch(await page.locator('main').innerText(), /there is no/, 'without English')
  })

  t.test('the language can be switched, is set in `lang`, and is kept for the next visit', async t => {
    const { page, witness } = await visitor(t)
    await page.goto(URL)
    t.equal(await page.locator('html').getAttribute('lang'), 'pt-BR')
    await page.getByRole('button', { name: 'Entrar' }).waitFor()
    await page.locator('#choose-pt').focus()
    await page.keyboard.press('ArrowRight')
    await page.getByRole('button', { name: 'Log in' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'One page, many machines' }).waitFor()
    t.equal(await page.locator('html').getAttribute('lang'), 'en')
    t.match(await page.title(), /who answered/)
    t.strictSame(witness.complaints, [])
  })

  t.test('without JavaScript: log-in by a form, a page that says who answered, log-out', async t => {
    const { page, witness } = await visitor(t, { javaScriptEnabled: false }, [/status of 401/])
    await page.goto(URL)
    t.equal(await page.locator('#path').isVisible(), false)
    await logIn(page, 'bruno', 'errada')
    await page.getByRole('alert').getByText('Usuário ou senha').waitFor()
    await logIn(page, 'bruno', 'bruno-no-laboratorio')
    // Waits until the page is loaded: Chromium refuses a new navigation while another one has only begun.
    await page.waitForURL(`${URL}perfil`)
    const seen = new Set<string | null>()
    for (let i = 0; i < 9; i++) {
      await page.goto(`${URL}perfil`)
      t.equal(await page.locator('#user').textContent(), 'bruno')
      seen.add(await page.locator('#server').textContent())
    }
    t.strictSame([...seen].sort(), ['Servidor 1', 'Servidor 2', 'Servidor 3'])
    await page.locator('#choose-en').check({ force: true })
    await page.getByText('You are logged in as').waitFor()
    await page.getByRole('button', { name: 'Log out', exact: true }).click()
    await page.waitForURL(URL)
    t.strictSame(witness.complaints, [])
  })

  t.test('a user name that is markup is shown as text', async t => {
    const attack = '<img src=x onerror="document.title=1"><b>ana</b>'
    const { address: host, port } = hostNamed(NAMESPACE_MAP, 'mysql')
    const mysql = await createConnection({ host, port, ...DATABASE_USER, database: DATABASE })
    await mysql.execute('UPDATE users SET name = ? WHERE username = ?', [attack, 'bruno'])
    await mysql.end()
    for (const javaScriptEnabled of [true, false]) {
      const { page, witness } = await visitor(t, { javaScriptEnabled })
      await page.goto(URL)
      if (javaScriptEnabled) await answered(page)
      await logIn(page, 'bruno', 'bruno-no-laboratorio')
      await page.locator('#profile-name').getByText(attack).waitFor()
      t.equal(await page.locator('#profile-name *').count(), 0)
      t.strictSame(witness.complaints, [])
    }
  })

  t.test('SESSIONS=memory: the page says which backend keeps the session, and which one does not have it', async t => {
    await lab.stop()
    lab = await startLab({ prefix: COMPOSE_PREFIX, env: { SESSIONS: 'memory' } })
    await until('every machine is found healthy', settled)
    const { page, witness } = await visitor(t, {}, [NOT_LOGGED_IN])
    await page.goto(URL)
    await answered(page)
    await logIn(page, 'ana', 'ana-no-laboratorio')
    await page
      .locator('#trouble')
      .getByText(/^backend\d guardou sua sessão na própria memória .*; backend\d não a conhece/)
      .waitFor()
    const [creator = ''] = (await page.locator('#trouble').textContent())?.match(/backend\d/) ?? []
    await page.locator('#send-each-second').click()
    await page.locator('#verdict', { hasText: 'continua sendo' }).waitFor()
    t.match(await page.locator('#session-server').textContent(), creator)
    await page.locator('#verdict', { hasText: 'não conhece sua sessão' }).waitFor()
    t.equal(await page.locator('#profile').isVisible(), true)
    t.strictSame(witness.complaints, [])
  })
}

/** Run in the page: the texts that are drawn with less than 12 pixels; hidden ones and those for screen readers are left out. */
const SMALL_TEXT = `[...document.querySelectorAll('body *')].flatMap(element => {
  const text = [...element.childNodes].find(node => node.nodeType === 3 && node.textContent.trim())
  if (!text || element.getBoundingClientRect().width < 2) return []
  const scale = element.ownerSVGElement ? element.getScreenCTM().a : 1
  const pixels = scale * Number.parseFloat(getComputedStyle(element).fontSize)
  return pixels < 12 ? [pixels.toFixed(1) + ' ' + text.textContent.trim()] : []
})`

async function logIn(page: Page, username: string, password: string): Promise<void> {
  await page.locator('#username').fill(username)
  await page.locator('#password').fill(password)
  await page.locator('#password').press('Enter')
}

/** Waits until the page has shown the response to its own first request. Otherwise that 401 could arrive after a login. */
async function answered(page: Page): Promise<void> {
  await page.locator('#requests', { hasText: 'GET /perfil' }).waitFor()
}

/** Presses Tab until the element has the focus. @throws when it is not reached after 40 presses */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let i = 0; i < 40; i++) {
    if ((await page.locator(`${selector}:focus`).count()) > 0) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`${selector} cannot be reached with the Tab key`)
}
