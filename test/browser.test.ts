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
/** The 401 of the first request: nobody is logged in yet. Chromium reports it on the console; it is not an error of the page. */
const NOT_LOGGED_IN = /status of 401 .*\/perfil\)/

/** The seeded user's name, from db/init.sql. */
const ANA = 'Ana Souza'

const frontends = hostsOf(NAMESPACE_MAP, 'frontend').map(host => host.name)
const backends = hostsOf(NAMESPACE_MAP, 'backend')
  .filter(host => !host.spare)
  .map(host => host.name)

await inNamespace(t, import.meta.filename, testThePage, noBrowser())

async function testThePage(): Promise<void> {
  const [lab, browser] = await Promise.all([startLab({ prefix: COMPOSE_PREFIX }), launchBrowser()])
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
      seen.add((await response?.serverAddr())?.ipAddress ?? 'nobody')
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
    await page.locator('#login-trouble').getByText('Usuário ou senha não conferem').waitFor()
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
    await Promise.all(frontends.map(name => lab.command('stop', name)))
    await page.locator('#send-one').click()
    await page.locator('#trouble').getByText('não conseguiu falar com nenhum frontend').waitFor()
    t.equal(await page.locator('#chain .cross').count(), 1)

    await Promise.all([...frontends, ...backends].map(name => lab.command('start', name)))
    await until('every machine is found healthy again', settled)
    await page.locator('#send-one').click()
    await page.locator('#verdict', { hasText: 'continua sendo' }).waitFor()
    t.equal(await page.locator('#trouble').isVisible(), false)
    t.strictSame(witness.complaints, [])
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
}

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
