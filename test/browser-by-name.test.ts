/**
 * A browser that joins the lab through SOCKS5, started as `npm run lab -- browser` starts it: names are resolved by the lab's DNS server, on
 * a machine whose own resolver cannot resolve them.
 *
 * Touches the world: starts a lab of its own, Chromium, and Firefox where it is installed.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import t from 'tap'
import { hostNamed, WWW } from '#shared/network-map.ts'
import type { InstalledBrowser } from '../lab/browser/candidates.ts'
import { type BrowserPlan, planBrowser, START_URL } from '../lab/browser/plan.ts'
import { isLabProxy } from '../lab/browser/proxy-probe.ts'
import { browserPath, noBrowser } from './testing/browser.ts'
import { forget, startLab } from './testing/lab.ts'
import { watchComponents } from './testing/watch.ts'

const lab = await startLab()
t.teardown(async () => {
  await lab.stop()
  forget(lab.folder)
})
const socks = hostNamed(lab.map, 'socks')
const skip = process.env.CI ? false : (noBrowser() ?? false)

function planFor(browser: InstalledBrowser): BrowserPlan {
  const plan = planBrowser({
    platform: 'linux',
    browser,
    proxies: [`${socks.address}:${socks.port}`],
    temp: tmpdir(),
    home: '/',
    root: true,
    screen: true,
    unique: `${process.pid}`,
  })
  if ('problem' in plan) throw new Error(plan.problem)
  return plan
}

t.test('Firefox finds www by name too, with the preferences of its profile', async t => {
  const path = ['/usr/bin/firefox-esr', '/usr/bin/firefox'].find(existsSync)
  if (path === undefined) return t.comment('Firefox is not installed here')
  const { promise: seen, resolve } = Promise.withResolvers<string>()
  await watchComponents(t, lab.map, ['frontend1', 'frontend2', 'frontend3'], ({ kind, detail }) => {
    if (kind === 'edge.received' && /User-Agent: [^"]*Firefox/.test(detail.head)) resolve(detail.head)
  })
  const plan = planFor({ name: 'firefox', path, system: 'own' })
  mkdirSync(plan.profile)
  for (const [name, text] of Object.entries(plan.files)) writeFileSync(join(plan.profile, name), text)
  const [program = '', ...args] = plan.command
  const firefox = spawn(program, ['--headless', ...args], { stdio: 'ignore' })
  t.teardown(async () => {
    firefox.kill()
    await once(firefox, 'exit')
    forget(plan.profile)
  })
  t.match(await seen, `Host: ${WWW}`, 'its request arrived at a frontend')
})

t.test(
  'a browser with the SOCKS5 proxy finds www by name, and follows the DNS server to another frontend',
  { skip },
  async t => {
    t.ok(await isLabProxy(socks.address, socks.port, lab.map.prefix))
    const ns1 = hostNamed(lab.map, 'ns1')
    t.notOk(await isLabProxy(ns1.address, ns1.port, lab.map.prefix), 'a DNS server is not the proxy')

    const plan = planFor({ name: 'chromium', path: browserPath, system: 'own' })
    const [executablePath = '', ...words] = plan.command
    const args = words.filter(word => word.startsWith('--') && !word.startsWith('--user-data-dir'))
    const context = await chromium.launchPersistentContext(plan.profile, { executablePath, args, headless: true })
    t.teardown(async () => {
      await context.close()
      forget(plan.profile)
    })
    const page = context.pages()[0] ?? (await context.newPage())
    const servedBy = async () => {
      const response = await page.goto(START_URL)
      return `${response?.status()} ${response?.headers()['x-served-by']}`
    }
    const [, first = ''] = /^200 (frontend\d)$/.exec(await servedBy()) ?? []
    t.ok(first, 'the page, from a frontend')
    t.match(await page.title(), /./)
    t.equal(new URL(page.url()).host, WWW, 'the port is not in the address, whichever the lab uses')

    // The frontend is switched off: its connections end, the name is resolved again, and the page comes from another one.
    await lab.command('stop', first)
    t.match(await servedBy(), /^200 frontend\d$/)
    t.notMatch(await servedBy(), first)

    // Names and addresses outside the lab are refused by the proxy.
    for (const url of ['http://example.com/', 'http://127.0.0.1:8099/'])
      await t.rejects(page.goto(url), { message: /ERR_(SOCKS_CONNECTION_FAILED|PROXY|TUNNEL)/ }, url)
  },
)
